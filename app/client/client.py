"""The client that blocks until the answer is there."""

from collections.abc import Mapping
from types import TracebackType
from typing import IO

from app.client import api
from app.client.answer import Answer
from app.client.documents import ModelDescription
from app.client.jobs import Job
from app.client.methods import Methods
from app.client.upload import Picture


class Client(Methods):
    """Asks a Densight server; to be closed, or used in a `with`.

        with Client("http://127.0.0.1:8000") as client:
            print(client.classify("cat.jpg").predictions[0].label)

    A method is called as the task's verb, and gives the document of a task that answers in
    numbers, else its picture. Where a task has more forms, a suffix says which one is wanted:
    `saliency` and `saliency_image`; `segment`, `segment_image` and `segment_geojson`.

    Args:
        url: of the server.
        key: for a server that wants one.
        deadline: seconds of each call with its retries; the server is told what is left of them
            and gives up as well. `None`: for ever.
        retries: how often a call is sent again after a 503 or where the connection breaks.
        headers: sent with every request.
        verify: certificates, as httpx takes them.
        transport: what httpx sends requests with instead of the network.
    """

    def ask(
        self,
        task: str,
        picture: Picture | Mapping[str, Picture],
        /,
        *,
        accept: str = "*/*",
        deadline: float | None = None,
        into: IO[bytes] | None = None,
        **options: api.Option,
    ) -> Answer:
        """Ask any task by its name, and take the answer as it comes.

        Args:
            task: as in the route, such as `super-resolution`.
            picture: a path, bytes, a file, an image or an array; or a dict of several, by parts.
            accept: the media type that is wanted; the task's natural one if it is not given.
            deadline: seconds for this call; the client's when absent.
            into: a file that can be rewound, which gets the bytes instead of the answer.
            options: of the task.

        Raises:
            Problem: the server says what is wrong.
            Unreachable: no answer came.
            DeadlinePassed: not in time.
        """
        return self._ask(task, api.parts_of(picture), options, accept, deadline, into)

    def submit(
        self,
        task: str,
        picture: Picture | Mapping[str, Picture],
        /,
        *,
        accept: str = "*/*",
        deadline: float | None = None,
        webhook: str | None = None,
        idempotency_key: str | None = None,
        **options: api.Option,
    ) -> Job:
        """Have a task done later; the server keeps picture and job across restarts.

        Args:
            task: as in the route.
            picture: as for `ask`.
            accept: the media type that is wanted.
            deadline: seconds for sending the picture, not for the job.
            webhook: a URL that is told when the job has finished.
            idempotency_key: the same request under the same key is the same job; a new one when
                absent, so that retries of this call make one job.
            options: of the task.

        Raises:
            Problem: the server does not take it.
        """
        call = api.job_call(task, api.parts_of(picture), options, accept, idempotency_key, webhook)
        until = self._configuration.deadline_of(deadline)
        accepted = self._run(api.submitting(self._configuration.retries, call, until))
        return self.job(accepted.id)

    def job(self, id: str) -> Job:
        """A job that was submitted before; the server is not asked."""
        return Job(self, self._configuration, id)

    def models(self) -> list[ModelDescription]:
        """Every model, and every file that failed to load."""
        return self._run(api.models(*self._configuration.call()))

    def model(self, name: str) -> ModelDescription:
        """One model, by `name` or `name@version`.

        Raises:
            ModelNotFound: there is none.
        """
        return self._run(api.model(*self._configuration.call(), name))

    def ready(self) -> bool:
        """Whether the models are loaded; asked once.

        Raises:
            Unreachable: nothing answered.
        """
        return self._run(api.ready(self._configuration.deadline_of(None)))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
