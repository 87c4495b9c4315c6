"""Questions that the models of this machine answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.catalog import bounds_of
from app.cli.asked import STDIN, Answered, Form, Progress, ignored
from app.files import read, stdin
from app.http.negotiation import negotiate
from app.question import Question, together
from app.runtime.registry import Registry
from app.settings import Settings
from app.tasks.options import Options
from app.tasks.task import Task


@dataclass(frozen=True)
class Here:
    """A question to a model in this process; any number of threads may put it.

    Attributes:
        question: the task, its options and the model.
        max_bytes: largest picture that is read.
    """

    question: Question
    max_bytes: int

    @property
    def parts(self) -> Sequence[str]:
        """What the pictures are called that it is asked about."""
        return self.question.task.parts

    def answer(
        self, pictures: Sequence[Path | bytes], forms: Sequence[Form], progress: Progress = ignored
    ) -> Answered:
        """See `Asked`; the formats are chosen as the server does."""
        task, options, model = self.question.task, self.question.options, self.question.model
        cuts: list[bool] = []
        bounds = replace(
            self.question.bounds,
            progress=progress,
            cut=cuts.append,
            later=len(forms) == 1,  # what is left to `write` can be written once only
        )
        decoded = self.question.pictures(together([self._bytes(picture) for picture in pictures]))
        offers = task.offers(decoded[0], options, model, bounds)
        chosen = [negotiate(form.accept, offers) for form in forms]
        result = task.infer_all(model, decoded, options, bounds)
        for form, media_type in zip(forms, chosen, strict=True):
            with form.open(media_type) as file:
                task.write(result, media_type, file)
        return Answered(model.card.reference, all(cuts) if cuts else None)

    def _bytes(self, picture: Path | bytes) -> bytes:
        if isinstance(picture, bytes):
            return picture
        if picture == STDIN:
            return stdin(self.max_bytes)
        with picture.open("rb") as file:
            return read(file, self.max_bytes)


def question_to(
    registry: Registry, settings: Settings, task: Task[Any, Any], options: Options
) -> Here:
    """Put a question to the model that it names, or to the default.

    Raises:
        ModelNotFound: there is no such model, or it does another task.
    """
    model = registry.choose(task.name, options.model)
    bounds = bounds_of(settings, model.device)
    question = Question(task, options, model, bounds, settings.jpeg_scaling)
    return Here(question, settings.max_bytes)
