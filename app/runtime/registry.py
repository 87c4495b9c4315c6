"""The models by task and name: which one answers a request."""

from collections.abc import Iterable, Mapping, Sequence
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
        all_awake: whether every model stays in memory; else those do that answer requests which
            name none, and the others come when they are asked.
    """

    def __init__(
        self,
        folder: Path,
        contracts: Mapping[str, Contract],
        defaults: Mapping[str, str],
        *,
        execution: Execution = ON_CPU,
        control: bool = True,
        all_awake: bool = True,
    ) -> None:
        super().__init__(folder, contracts, execution=execution, control=control)
        self._defaults = defaults
        self._all_awake = all_awake

    def models(self) -> list[Model]:
        """Every served model, by name.

        Raises:
            NotReady: models are still being loaded.
        """
        return _served(self.files())

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
        return self._default(task, self.models())

    def defaults_of(self, model: Model) -> list[str]:
        """The tasks of which a model answers the requests that name none.

        Raises:
            NotReady: models are still being loaded.
        """
        models = self.models()
        return [task for task in _tasks(model) if self._default(task, models).whole is model]

    def _default(self, task: str, models: Sequence[Model]) -> Model:
        answering = [model for model in models if task in _tasks(model)]
        if not answering:
            raise ModelNotFound(f"no model for {task} is served")
        name, _, version = self._defaults.get(task, "").partition("@")
        wanted = [m for m in answering if m.card.name == name and version in ("", m.card.version)]
        # Of several versions the latest.
        newest = max(wanted, key=lambda model: _natural(model.card.version), default=answering[0])
        return _for(newest, task)

    def _stays_awake(self, model: Model) -> bool:
        models = _served(self._files.values())
        return self._all_awake or any(
            self._default(task, models).whole is model for task in _tasks(model)
        )

    def choose(self, task: str, reference: str | None) -> Model:
        """The model of a request.

        Raises:
            NotReady: models are still being loaded.
            ModelNotFound: there is no such model, or it does another task.
        """
        if reference is None:
            return self.default(task)
        model = self.find(reference)
        if task not in _tasks(model):
            raise ModelNotFound(
                f"{model.card.reference} does {', '.join(_tasks(model)) or 'no task'}, not {task}",
                models=[m.card.reference for m in self.models() if task in _tasks(m)],
            )
        return _for(model, task)


def _served(files: Iterable[ModelFile]) -> list[Model]:
    models = [file.model for file in files if file.model is not None]
    return sorted(models, key=lambda model: model.card.reference)


def _tasks(model: Model) -> tuple[str, ...]:
    """What a model may be asked; nothing, of a file without a card."""
    return (model.card.task, *(model.card.tasks or ())) if model.card.task else ()


def _for(model: Model, task: str) -> Model:
    """The model as it answers a task."""
    return model if model.card.task == task else model.head(task)


def _natural(version: str) -> list[tuple[int, str]]:
    """Order versions by their numbers: 10 comes after 9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in version.split(".")]
