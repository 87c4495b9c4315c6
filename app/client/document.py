"""An answer in numbers: what the generated documents of tasks have in common."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from app.client.answer import JSON, Answer
from app.client.errors import UnexpectedAnswer

D = TypeVar("D", bound=BaseModel)


class Part(BaseModel):
    """An object in a document; members that a newer server adds are kept beside the known."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())


class Document(Part):
    """What a task answers in numbers."""

    _answer: Answer | None = PrivateAttr(default=None)

    @property
    def answer(self) -> Answer:
        """The answer that it was read from: its bytes, the timing, the request's id."""
        assert self._answer is not None
        return self._answer

    def __eq__(self, other: object) -> bool:
        """Whether the other says the same, whenever it was answered."""
        return type(other) is type(self) and other.model_dump() == self.model_dump()

    __hash__ = None  # type: ignore[assignment]


Doc = TypeVar("Doc", bound=Document)


def read_json(kind: type[D], content: str | bytes) -> D:
    """Make a document of JSON.

    Raises:
        UnexpectedAnswer: it is not that document.
    """
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"the answer is no {kind.__name__}: {where}: {first['msg']}"
        raise UnexpectedAnswer(message) from error


def document_of(kind: type[Doc], answer: Answer) -> Doc:
    """Make a document of an answer, which it keeps.

    Raises:
        UnexpectedAnswer: it is not that document.
    """
    if answer.media_type != JSON:
        raise UnexpectedAnswer(f"the answer is {answer.media_type or 'of no type'}, not JSON")
    made = read_json(kind, answer.content)
    made._answer = answer
    return made
