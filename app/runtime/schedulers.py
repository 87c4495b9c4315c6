"""A scheduler for each model in memory."""

from weakref import WeakKeyDictionary

from app.runtime.model import Model
from app.runtime.scheduler import Scheduler
from app.runtime.traffic import Traffic


class Schedulers:
    """A scheduler for each model, for as long as the model is in memory.

    Models share the processor and nothing else: where pictures wait for a slow one, those for the
    others go on.

    Args:
        workers: threads of each.
        queue: jobs that may wait at each.
        traffic: counts what all of them do at this moment.
    """

    def __init__(self, workers: int, queue: int, traffic: Traffic | None = None) -> None:
        self._workers, self._queue, self._traffic = workers, queue, traffic or Traffic()
        self._schedulers: WeakKeyDictionary[Model, Scheduler] = WeakKeyDictionary()

    def of(self, model: Model) -> Scheduler:
        """The scheduler of a model, which its heads share; asked for on the event loop only."""
        whole = model.whole
        if whole not in self._schedulers:
            self._schedulers[whole] = Scheduler(self._workers, self._queue, self._traffic)
        return self._schedulers[whole]

    def close(self) -> None:
        """Finish what was accepted, then stop all threads."""
        for scheduler in list(self._schedulers.values()):
            scheduler.close()
