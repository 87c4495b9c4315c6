"""The model card: what an ONNX file says of itself in its `metadata_props`."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import from_json, to_json

from app.errors import InvalidCard

SCHEMA = "1"
"""Version of the key set below, stored under `densight.schema`."""

NAME = r"^[a-z0-9][a-z0-9._-]{0,63}$"
"""What a model may be called: it becomes a file name and part of a URL."""

# These are text on the card; all other keys hold JSON.
_TEXT_KEYS = {
    "task", "name", "version", "title", "source", "source_sha256", "training_data",
    "evaluation", "model_license", "model_author",
}  # fmt: skip

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
Side = Annotated[int, Field(ge=1, le=8192)]


class Fit(BaseModel):
    """How the server brings a picture of any size to the sides that the graph takes.

    Exactly one of three ways: `resize` + `crop` (shortest side, then centre crop), `size`
    (stretch to height, width) or `longest` (keep the shape, then pad to the card's `multiple`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    resize: Side | None = None
    """Pixels of the shortest side."""
    crop: Side | None = None
    """Pixels of the square in the middle that is kept of it."""
    size: tuple[Side, Side] | None = None
    """Height and width that the picture is stretched to."""
    longest: Side | None = None
    """Pixels of the longest side."""
    interpolation: Interpolation = "bilinear"
    """Pillow's filter."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.resize is not None, self.size is not None, self.longest is not None]
        if sum(ways) != 1 or (self.resize is None) != (self.crop is None):
            raise ValueError("a fit is one of {resize, crop}, {size} or {longest}")
        if self.resize is not None and self.crop is not None and self.crop > self.resize:
            raise ValueError("crop must not be larger than resize")
        return self

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of what it makes of a square picture."""
        side = self.crop or self.longest
        if side is not None:
            return side, side
        assert self.size is not None  # the one way that is left
        return self.size


LARGEST_SCALE = 8
"""How many times as high and wide as a picture its enlargement may be."""


class Head(BaseModel):
    """What is known of one answer of a file that gives several."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    labels: tuple[str, ...] | None = None
    """Class names in the order of the answer."""
    palette: tuple[tuple[int, int, int], ...] | None = None
    """Red, green and blue of each class."""


class ModelCard(BaseModel):
    """Everything a server must know of a model, and everything a user should."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    task: str
    """Empty of a file without a card: nothing is known of what it does."""
    tasks: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Of a file that answers several questions in one pass, which: then `task` is how they are
    asked together, and each output of the graph is named `task/output`, such as `parts/classes`."""
    heads: dict[str, Head] | None = None
    """By task, where `tasks` are given and something is known of one that others do not share."""
    name: Annotated[str, Field(pattern=NAME)]
    """What it is asked for by."""
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")] = "1"
    """Compared by the numbers in it: 10 comes after 9."""
    title: str
    """One line for people."""
    labels: tuple[str, ...] | None = None
    """Class names in the order of the network's outputs."""
    fit: Fit | None = None
    """`None`: the graph takes any size, and the server cuts large pictures into tiles."""
    scale: Annotated[int, Field(ge=1, le=LARGEST_SCALE)] = 1
    """How many times larger the answer is than the picture."""
    multiple: Annotated[int, Field(ge=1, le=256)] = 1
    """Height and width of the input must be multiples of it."""
    halo: Annotated[int, Field(ge=0, le=4096)] | None = None
    """Pixels of context at which a tile equals the whole; `None`: no context is enough."""
    palette: tuple[tuple[int, int, int], ...] | None = None
    """Red, green and blue of each class."""
    multilabel: bool = False
    """Scores are each label's own probability, and do not add up to 1."""
    metrics: dict[str, float] = {}
    """`dataset/metric` -> value, and `dataset/pictures` -> how many it was measured on."""
    evaluation: str = ""
    """The command that reproduces `metrics`."""
    source: str = ""
    """Where the weights are from."""
    source_sha256: str = ""
    """Of their file."""
    tolerance: float = 0.0
    """Largest difference from the original network that verification allowed."""
    training_data: str = ""
    """What it was trained on, and on which terms that is to be had."""
    # ONNX itself names these two (onnx/docs/MetadataProps.md).
    model_license: str = ""
    """On which terms it may be used."""
    model_author: str = ""
    """Who trained it."""

    @model_validator(mode="after")
    def _heads_of_tasks(self) -> Self:
        tasks = self.tasks or ()
        if len(set(tasks)) < len(tasks):
            raise ValueError("a task is named twice")
        if unknown := set(self.heads or {}) - set(tasks):
            raise ValueError(f"there is a head for {min(unknown)!r}, which is none of the tasks")
        return self

    @property
    def reference(self) -> str:
        """`name@version`, the way an answer names its model."""
        return f"{self.name}@{self.version}"

    def label(self, index: int) -> str:
        """What a class is called; its number where the card has no name for it."""
        labels = self.labels or ()
        return labels[index] if 0 <= index < len(labels) else str(index)

    def for_task(self, task: str) -> Self:
        """The card of a file that gives nothing but one of the several answers of this one.

        Raises:
            KeyError: it is none of `tasks`.
        """
        if task not in (self.tasks or ()):
            raise KeyError(task)
        head = (self.heads or {}).get(task, Head())
        of_head = {"labels": head.labels, "palette": head.palette}
        return self.model_copy(update={"task": task, "tasks": None, "heads": None, **of_head})

    def to_metadata(self) -> dict[str, str]:
        """The card as ONNX `metadata_props`: strings, JSON where a value is not text."""
        metadata = {"densight.schema": SCHEMA}
        for key, value in self.model_dump(mode="json", exclude_none=True).items():
            text = value if key in _TEXT_KEYS else to_json(value).decode()
            metadata[key] = text
        return metadata

    @classmethod
    def of(cls, metadata: Mapping[str, str], name: str) -> Self:
        """Read a card, or make do with a name where a file carries none.

        Raises:
            InvalidCard: a key does not hold what it must, or no model can be called so.
        """
        if "densight.schema" in metadata:
            return cls.from_metadata(metadata)
        if not re.fullmatch(NAME, name):
            raise InvalidCard(f"it has no card, and no model can be called {name!r} ({NAME})")
        return cls(task="", name=name, title=f"{name}, a file without a card")

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> Self:
        """Read a card; keys of other programs are ignored.

        Raises:
            InvalidCard: there is no card, or a key does not hold what it must.
        """
        if metadata.get("densight.schema") != SCHEMA:
            found = metadata.get("densight.schema")
            raise InvalidCard(
                f"densight.schema is {found!r}, this server reads {SCHEMA!r}"
                if found
                else "the file carries no model card (no densight.schema in its metadata)"
            )
        values: dict[str, object] = {}
        try:
            for key in cls.model_fields:
                text = metadata.get(key)
                if text is not None:
                    values[key] = text if key in _TEXT_KEYS else from_json(text)
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise InvalidCard(f"card key {place}: {first['msg']}") from error
        except ValueError as error:
            raise InvalidCard(f"card key {key} does not hold JSON: {error}") from error
