"""The documents of the API; `make client` writes this file from `docs/openapi.json`."""

from datetime import datetime
from typing import Any, Literal

from app.client.document import Document, Part


class Prediction(Part):
    """One label and how sure the model is."""

    index: int

    label: str

    score: float


class Classification(Document):
    """Labels by falling score."""

    model: str
    """The model that answered, `name@version`."""

    predictions: list[Prediction]

    explanation: str | None = None
    """Heat map of the best label's evidence, a PNG of the picture's size as a data URL."""


class Peak(Part):
    """The most salient pixel; of equals the topmost, then the leftmost."""

    x: int

    y: int

    score: float


class Saliency(Document):
    """Where the picture is salient, in pixels of the upright picture."""

    model: str
    """The model that answered, `name@version`."""

    peak: Peak
    """The pixel of the largest saliency, which is its score, 0 to 1."""

    box: tuple[int, int, int, int]
    """The smallest box `[x0, y0, x1, y1)` around all pixels that have at least half of the
    peak's score; all zeros where the score is 0."""

    coverage: float
    """The fraction of the picture's pixels that have at least half of the peak's score; 0 where
    the score is 0."""


class ClassShare(Part):
    """One class and how much of the picture it has."""

    index: int

    label: str

    pixels: int

    fraction: float

    color: str


class RunLengths(Part):
    """A mask as pycocotools reads it."""

    size: tuple[int, int]

    counts: str


class Shape(Part):
    """Where one class is, in the form that was asked for."""

    index: int

    label: str

    polygons: list[list[list[tuple[int, int]]]] | None = None

    rle: RunLengths | None = None


class Segmentation(Document):
    """The classes that occur, by index."""

    model: str
    """The model that answered, `name@version`."""

    width: int

    height: int

    classes: list[ClassShare]

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    shapes: list[Shape] | None = None
    """One for each class that occurs, if asked for. `rle` is COCO's `{size, counts}`. `polygons`
    are those of a GeoJSON MultiPolygon: of each its outer ring, then its holes; rings are closed,
    of `[x, y]` corners of pixels, and filling them gives the very mask."""


class Links(Part):
    """Paths of a job."""

    self: str

    result: str

    events: str


class Progress(Part):
    """How far long work is."""

    done: int
    """Tiles, or other steps, that are done."""

    total: int
    """Of how many."""

    eta: float | None = None
    """Seconds until the last is done, if the others take as long as those that are."""


class Webhook(Part):
    """Whether the one could be told who wanted to know when the job has finished."""

    url: str

    tries: int

    next_try: datetime | None = None

    refusal: str | None = None
    """What went wrong at the last try."""

    state: Literal["waiting", "delivered", "failed"] | None = None
    """Absent before the job has finished."""


class JobDescription(Part):
    """One job; what is not known yet is absent."""

    id: str

    state: Literal["queued", "running", "done", "failed", "cancelled"]

    task: str

    model: str
    """The model that answers, `name@version`."""

    created: datetime

    attempts: int
    """How many times it was begun."""

    links: Links

    expires: datetime | None = None
    """When it will be removed."""

    finished: datetime | None = None

    problem: dict[str, Any] | None = None
    """The problem document that the result of a failed job is."""

    progress: Progress | None = None

    started: datetime | None = None
    """When it was begun last."""

    webhook: Webhook | None = None


class Fit(Part):
    """How the server brings a picture of any size to the sides that the graph takes.

    Exactly one of three ways: `resize` + `crop` (shortest side, then centre crop), `size`
    (stretch to height, width) or `longest` (keep the shape, then pad to the card's `multiple`).
    """

    crop: int | None = None

    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos"] = "bilinear"

    longest: int | None = None

    resize: int | None = None

    size: tuple[int, int] | None = None


class ModelCard(Part):
    """Everything a server must know of a model, and everything a user should."""

    task: str

    name: str

    title: str

    evaluation: str = ""

    fit: Fit | None = None

    halo: int | None = None

    labels: list[str] | None = None

    metrics: dict[str, float] = {}

    model_author: str = ""

    model_license: str = ""

    multilabel: bool = False

    multiple: int = 1

    palette: list[tuple[int, int, int]] | None = None

    scale: int = 1

    source: str = ""

    source_sha256: str = ""

    tolerance: float = 0.0

    training_data: str = ""

    version: str = "1"


class TensorDescription(Part):
    """One input or output; a dimension that is free has a name instead of a number."""

    name: str

    dtype: str

    shape: list[int | str]


class ModelDescription(Part):
    """One file of the models folder; what is unknown of a file that failed is absent."""

    name: str

    state: Literal["ready", "failed", "unloaded"]

    card: ModelCard | None = None

    default: bool = False
    """Whether it answers its task's requests that name no model."""

    device: str | None = None
    """Where it really runs."""

    inputs: list[TensorDescription] | None = None

    outputs: list[TensorDescription] | None = None

    providers: list[str] | None = None

    reason: str | None = None
    """Why the file is not served; of a ready model, why a newer content of its file is not."""

    task: str | None = None

    version: str | None = None


class ModelList(Part):
    """Every model and every file that failed."""

    models: list[ModelDescription]
