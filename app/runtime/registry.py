"""All models of one folder: which are served, which is a task's default, and why a file is not."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import InvalidModel, ModelError, ModelNotFound, NotReady
from app.runtime.contract import Contract
from app.runtime.device import Device
from app.runtime.model import Model

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A file that is not served, and the reason in one sentence."""

    name: str
    reason: str


class Registry:
    """Finds models by task and name. It answers `NotReady` until `load` has finished."""

    def __init__(
        self,
        folder: Path,
        contracts: Mapping[str, Contract],
        defaults: Mapping[str, str],
        *,
        device: Device = "cpu",
        threads: int = 1,
    ) -> None:
        self.folder = folder
        self.device = device
        self.ready = False
        self.failures: list[Failure] = []
        self._contracts = contracts
        self._defaults = defaults
        self._threads = threads
        self._models: dict[str, Model] = {}

    def load(self) -> None:
        """Open, check and warm up every `*.onnx` file; a bad one is reported and skipped."""
        for path in sorted(self.folder.glob("*.onnx")):
            started = time.perf_counter()
            try:
                model = self._open(path)
            except ModelError as error:
                log.error("%s is not served: %s", path.name, error)
                self.failures.append(Failure(path.stem, str(error)))
                continue
            self._models[model.card.reference] = model
            seconds = time.perf_counter() - started
            log.info(
                "%s: %s on %s, %.2f s", model.card.reference, model.card.task, model.device, seconds
            )
        if not self._models:
            log.warning("no model in %s could be loaded", self.folder)
        self.ready = True

    def _open(self, path: Path) -> Model:
        model = Model.load(path, device=self.device, threads=self._threads)
        card = model.card
        if card.task not in self._contracts:
            raise InvalidModel(f"no task is called {card.task!r}")
        if card.reference in self._models:
            raise InvalidModel(f"another file is called {card.reference} too")
        model.check(self._contracts[card.task])
        try:
            model.warm_up()
        except Exception as error:  # whatever a foreign graph throws, the other models still serve
            raise InvalidModel(f"it fails on a blank picture: {error}") from error
        return model

    def models(self) -> list[Model]:
        """Every served model, by name.

        Raises:
            NotReady: models are still being loaded.
        """
        self._expect_ready()
        return [self._models[reference] for reference in sorted(self._models)]

    def find(self, reference: str) -> Model:
        """The model called `name` (its latest version) or `name@version`.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: none is called so.
        """
        name, _, version = reference.partition("@")
        found = [m for m in self.models() if m.card.name == name]
        if version:
            found = [m for m in found if m.card.version == version]
        if not found:
            raise ModelNotFound(f"no model is called {reference!r}", models=sorted(self._models))
        return max(found, key=lambda model: _natural(model.card.version))

    def default(self, task: str) -> Model:
        """The model that answers when a request names none: the configured one, else the first.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: no model of the task is served.
        """
        models = [model for model in self.models() if model.card.task == task]
        if not models:
            raise ModelNotFound(f"no model for {task} is served")
        wanted = self._defaults.get(task, "").partition("@")[0]
        if wanted in {model.card.name for model in models}:
            return self.find(self._defaults[task])
        return models[0]

    def choose(self, task: str, reference: str | None) -> Model:
        """The model of a request.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: there is no such model, or it does another task.
        """
        if reference is None:
            return self.default(task)
        model = self.find(reference)
        if model.card.task != task:
            raise ModelNotFound(
                f"{model.card.reference} does {model.card.task}, not {task}",
                models=[m.card.reference for m in self.models() if m.card.task == task],
            )
        return model

    def _expect_ready(self) -> None:
        if not self.ready:
            raise NotReady("models are still being loaded", retry_after=1)


def _natural(version: str) -> list[tuple[int, str]]:
    """Order versions by their numbers: 10 comes after 9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in version.split(".")]
