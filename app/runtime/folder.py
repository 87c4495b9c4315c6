"""The folder of model files: what of it is served, and how that follows what lies in it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from app.errors import InvalidModel, ModelControlOff, ModelError, ModelNotFound, NotReady
from app.runtime.contract import Contract
from app.runtime.cpu import cores
from app.runtime.execution import ON_CPU, Execution
from app.runtime.memory import give_back
from app.runtime.metadata import Metadata, metadata_of
from app.runtime.model import Model
from app.runtime.model_file import ModelFile
from app.runtime.stamp import Stamp, stamp_of

log = logging.getLogger(__name__)


class ModelFolder:
    """Keeps the models of a folder in memory. It answers `NotReady` until `load` has finished.

    What is served changes in one assignment, so that whoever reads sees the folder before or after
    a change. A model that was replaced goes on with the requests that have begun, and its memory
    goes when the last of them is done.
    """

    def __init__(
        self,
        folder: Path,
        contracts: Mapping[str, Contract],
        *,
        execution: Execution = ON_CPU,
        control: bool = True,
    ) -> None:
        """Nothing is opened yet.

        Args:
            folder: whose `*.onnx` files are served.
            contracts: of the tasks, by their names.
            execution: how models are run.
            control: whether `load_model` and `unload_model` are allowed.
        """
        self.folder = folder
        self.execution = execution
        self.ready = False
        self._contracts = contracts
        self._control = control
        self._files: Mapping[Path, ModelFile] = {}
        self._changing = threading.Lock()

    def load(self, wanted: Callable[[Metadata], bool] | None = None) -> None:
        """Open, check and warm up every `*.onnx` file; a bad one is reported and skipped.

        Args:
            wanted: told what a file says of itself, whether it is needed: who asks one thing only
                need not wait for all others. For those who never `refresh`.
        """
        with self._changing:
            self._refresh(wanted)
        if not any(file.model for file in self._files.values()):
            log.warning("no model in %s could be loaded", self.folder)
        self.ready = True

    def refresh(self) -> None:
        """Serve what is in the folder now: files that came, changed or went since the last time.

        Of a file that changed, the old model is served until the new one is warm, and further on
        if the new one is no good.
        """
        with self._changing:
            self._refresh()

    def load_model(self, name: str) -> None:
        """Open the files of a model anew, also if they had been unloaded.

        Raises:
            ModelControlOff: the settings do not allow it.
            ModelNotFound: no file holds a model of that name.
            InvalidModel: the file is no good.
        """
        with self._changing:
            self._refresh()  # it may be a file that has just come
            for file in self._named(name):
                self._put(replace(file, stamp=None, unloaded=False))
            self._refresh()
            for file in self._named(name):
                if file.reason is not None:
                    raise InvalidModel(file.reason)

    def unload_model(self, name: str) -> None:
        """Serve a model no longer, until it is loaded by name again.

        Raises:
            ModelControlOff: the settings do not allow it.
            ModelNotFound: no file holds a model of that name.
        """
        with self._changing:
            for file in self._named(name):
                self._put(file.without_model())
                log.info("%s is unloaded", name)

    def files(self) -> list[ModelFile]:
        """Every file, the served ones first, by name.

        Raises:
            NotReady: models are still being loaded.
        """
        if not self.ready:
            raise NotReady("models are still being loaded", retry_after=1)
        files = self._files.values()
        return sorted(files, key=lambda file: (file.model is None, file.name, file.path))

    def _named(self, name: str) -> list[ModelFile]:
        if not self._control:
            raise ModelControlOff("this server loads and unloads no models on request")
        files = [file for file in self._files.values() if file.name == name]
        if not files:
            raise ModelNotFound(f"no file holds a model called {name!r}")
        return files

    def _refresh(self, wanted: Callable[[Metadata], bool] | None = None) -> None:
        # A listing may miss a file that is being replaced just then, so the known ones are asked.
        paths = {*self._files, *self.folder.glob("*.onnx")}
        if wanted is not None:
            paths = {path for path in paths if _may_be(wanted, path)}
        stamps = {path: stamp_of(path) for path in sorted(paths)}
        gone = [path for path in self._files if stamps[path] is None]
        for path in gone:
            log.info("%s went", path.name)
        # A file that was refused may be good now: perhaps it was the name of one that went.
        opened = {
            path: replace(file, stamp=None) if gone and file.reason else file
            for path, file in self._files.items()
            if path not in gone
        }
        files = {path: opened.get(path, ModelFile(path)) for path in stamps}
        with ThreadPoolExecutor(cores()) as threads:
            # Each is opened by one core alone, so as many are opened at once.
            coming = {
                path: (stamp, threads.submit(self._open, path))
                for path, stamp in stamps.items()
                if stamp is not None and not files[path].unloaded and files[path].stamp != stamp
            }
            for path, (stamp, model) in coming.items():
                opened[path] = self._opened(files[path], stamp, model, opened)
        before, self._files = self._files, opened
        self._send_to_sleep({path: opened[path] for path in coming}, before)

    def _send_to_sleep(
        self, come: Mapping[Path, ModelFile], before: Mapping[Path, ModelFile]
    ) -> None:
        """Of models that have come, those that nobody may ask for, unless the old one was awake."""
        for path, file in come.items():
            old = before[path].model if path in before else None
            in_use = old is not None and not old.asleep
            if file.model and not in_use and not self._stays_awake(file.model):
                file.model.sleep()
        give_back()

    def _stays_awake(self, model: Model) -> bool:
        """Whether a model stays in memory before anybody has asked for it."""
        return True

    def _put(self, file: ModelFile) -> None:
        self._files = {**self._files, file.path: file}

    def _opened(
        self,
        file: ModelFile,
        stamp: Stamp,
        coming: Future[tuple[Model, float]],
        others: Mapping[Path, ModelFile],
    ) -> ModelFile:
        """The file with its present content opened, or with the reason why it can not be."""
        try:
            model, seconds = coming.result()
            for other in others.values():
                if other.path != file.path and other.model is not None:
                    _check_apart(model, other.model)
        except ModelError as error:
            log.error("%s is not served: %s", file.path.name, error)
            return file.with_failure(stamp, str(error))
        log.info(
            "%s: %s on %s, %.2f s",
            model.card.reference,
            model.card.task or "without a card, for /v2 only",
            model.device,
            seconds,
        )
        return file.with_model(stamp, model)

    def _open(self, path: Path) -> tuple[Model, float]:
        """A model that may be served, and the seconds that it took to make it ready."""
        started = time.perf_counter()
        model = Model.load(path, self.execution)
        card = model.card
        if not card.task:  # of what it takes nothing is known
            return model, time.perf_counter() - started
        for task in (card.task, *(card.tasks or ())):
            if task not in self._contracts:
                raise InvalidModel(f"no task is called {task!r}")
            (model if task == card.task else model.head(task)).check(self._contracts[task])
        try:
            model.warm_up()
        except Exception as error:  # whatever a foreign graph throws, the other models still serve
            raise InvalidModel(f"it fails on a blank picture: {error}") from error
        return model, time.perf_counter() - started


def _may_be(wanted: Callable[[Metadata], bool], path: Path) -> bool:
    """Whether a file is wanted; of one that can not be read it is told when it is opened."""
    try:
        return wanted(metadata_of(path))
    except (OSError, ValueError):
        return True


def _check_apart(model: Model, other: Model) -> None:
    if model.card.reference == other.card.reference:
        raise InvalidModel(f"another file is called {model.card.reference} too")
