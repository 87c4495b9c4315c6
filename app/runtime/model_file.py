"""One file of the models folder: what it was when it was last looked at, and what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from app.runtime.model import Model
from app.runtime.stamp import Stamp, stamp_of

State = Literal["ready", "asleep", "failed", "unloaded"]
"""Whether a model of a file is served; one that is asleep comes into memory when it is asked."""


@dataclass(frozen=True)
class ModelFile:
    """What is known of a file.

    Attributes:
        path: of the file.
        stamp: of the content that was opened last; `None`: it is to be opened.
        model: that is served; from an older content where the newer one is no good.
        reason: why the content with that stamp is not served.
        unloaded: somebody wants it not to be served.
    """

    path: Path
    stamp: Stamp | None = None
    model: Model | None = None
    reason: str | None = None
    unloaded: bool = False
    _name: str = ""

    @property
    def name(self) -> str:
        """Of the model in it, as far as it was ever known; else of the file."""
        return self._name or self.path.stem

    @property
    def state(self) -> State:
        """Whether a model of this file is served."""
        if self.unloaded:
            return "unloaded"
        if self.model is None:
            return "failed"
        return "asleep" if self.model.asleep else "ready"

    def is_unchanged(self) -> bool:
        """Whether the content that was opened last still is what lies there."""
        return self.stamp == stamp_of(self.path)

    def with_model(self, stamp: Stamp, model: Model) -> Self:
        """The file with a model that was opened from it."""
        return type(self)(self.path, stamp, model, _name=model.card.name)

    def with_failure(self, stamp: Stamp, reason: str) -> Self:
        """The file with a content that is no good; what was served before goes on.

        Of a model that is asleep nothing is left to go on with.
        """
        left = None if self.model is None or self.model.asleep else self.model
        return type(self)(self.path, stamp, left, reason, _name=self._name)

    def without_model(self) -> Self:
        """The file set aside."""
        return type(self)(self.path, unloaded=True, _name=self.name)
