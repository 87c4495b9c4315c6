"""The models by task and name: which one answers a request."""

from collections.abc import Mapping
from pathlib import Path

from app.errors import ModelNotFound
from app.runtime.contract import Contract
from app.runtime.execution import ON_CPU, Execution
from app.runtime.folder import ModelFolder
from app.runtime.model import Model
from app.runtime.model_file import ModelFile


class Registry(ModelFolder):
    """Finds the models of a folder.

    Args:
        folder: see `ModelFolder`, as of what is not said here.
        contracts: of the tasks, by their names.
        defaults: task -> reference of the model that answers when a request names none.
        execution: how models are run.
        control: whether models may be loaded and unloaded by name.
    """

    def __init__(
        self,
        folder: Path,
        contracts: Mapping[str, Contract],
        defaults: Mapping[str, str],
        *,
        execution: Execution = ON_CPU,
        control: bool = True,
    ) -> None:
        super().__init__(folder, contracts, execution=execution, control=control)
        self._defaults = defaults

    def models(self) -> list[Model]:
        """Every served model, by name.

        Raises:
            NotReady: models are still being loaded.
        """
        models = [file.model for file in self.files() if file.model is not None]
        return sorted(models, key=lambda model: model.card.reference)

    def find(self, reference: str) -> Model:
        """The model called `name` (its latest version) or `name@version`.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: none is called so.
        """
        model = self.find_file(reference).model
        assert model is not None
        return model

    def find_file(self, reference: str) -> ModelFile:
        """The file that serves the model called `name` (its latest version) or `name@version`.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: none is called so.
        """
        name, _, version = reference.partition("@")
        served = [(file.model.card, file) for file in self.files() if file.model is not None]
        versions = {
            card.version: file
            for card, file in served
            if card.name == name and version in ("", card.version)
        }
        if not versions:
            known = sorted(card.reference for card, _ in served)
            raise ModelNotFound(f"no model is called {reference!r}", models=known)
        return versions[max(versions, key=_natural)]

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
                f"{model.card.reference} does {model.card.task or 'no task'}, not {task}",
                models=[m.card.reference for m in self.models() if m.card.task == task],
            )
        return model


def _natural(version: str) -> list[tuple[int, str]]:
    """Order versions by their numbers: 10 comes after 9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in version.split(".")]
