"""What a failure says of itself: the problem document (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Mistake(BaseModel):
    """A parameter that is wrong."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    parameter: str
    """Its name."""
    reason: str
    """What is wrong with it."""


class Problem(BaseModel):
    """An error as RFC 9457 describes it; the members beyond the first four say what helps to mend
    the request, and are there where they do.
    """

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    type: str
    """`urn:densight:problem:` and a dashed name that programs can compare."""
    title: str
    """The same for people."""
    status: int
    """That of the answer."""
    detail: str
    """What happened, in a sentence for people."""
    retry_after: int | None = None
    """Seconds after which it may go better, as the header `Retry-After` has them."""
    limit: int | None = None
    """The most that is allowed, of bytes, pixels or places in a queue."""
    bytes: int | None = None
    """How many there were."""
    pixels: int | None = None
    """How many there were, or would have been."""
    formats: list[str] | None = None
    """Formats of pictures that are read."""
    extra: str | None = None
    """The part of the package that would have to be installed."""
    frame: int | None = None
    """The frame that was asked for."""
    frames: int | None = None
    """How many the file has."""
    image: list[int] | None = None
    """Width and height of the picture in that part of the form, where several must be of one."""
    next: list[int] | None = None
    """The same of the other picture."""
    available: list[str] | None = None
    """Media types that the answer could have."""
    models: list[str] | None = None
    """Models that could answer."""
    classes: list[str] | None = None
    """Classes that the model knows."""
    styles: list[str] | None = None
    """Styles that the model knows."""
    tasks: list[str] | None = None
    """Tasks that the model answers."""
    parameters: list[Mistake] | None = None
    """Every parameter that is wrong."""
    seconds: float | None = None
    """The deadline that passed."""
    state: str | None = None
    """That of the job."""

    def to_json(self) -> dict[str, Any]:
        """What it says, without members of which it says nothing."""
        return self.model_dump(exclude_unset=True, warnings=False)
