"""The documents of the API; `make client` writes this file from `docs/openapi.json`."""

from datetime import datetime
from typing import Any, Literal

from app.client.document import Document, Part


class Prediction(Part):
    """One label and how sure the model is."""

    index: int
    """Of the label among those of the model."""

    label: str
    """Its name on the model's card."""

    score: float
    """0 to 1; how sure the model is."""


class Classification(Document):
    """Labels by falling score."""

    model: str
    """The model that answered, `name@version`."""

    predictions: list[Prediction]
    """The best, as many as were asked for."""

    explanation: str | None = None
    """Heat map of the evidence for a label, a PNG of the picture's size as a data URL."""


class DetectedObject(Part):
    """One object."""

    index: int
    """Of its class in the card's labels."""

    label: str
    """The class's name on the model's card."""

    score: float
    """How sure the network is, 0 to 1; no probability."""

    box: tuple[float, float, float, float]
    """`[x0, y0, x1, y1]` in pixels of the upright picture."""


class Detection(Document):
    """Objects by falling score."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    objects: list[DetectedObject]
    """By falling score."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


class Line(Part):
    """An edge between two ends or crossings."""

    points: list[tuple[int, int]]
    """Middles of pixels, `[x, y]`; a closed line ends where it began."""

    strength: float
    """The mean of its pixels, 0 to 1."""


class Edges(Document):
    """The edges as lines."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    coverage: float
    """The fraction of the picture's pixels that lie on one of the lines."""

    lines: list[Line]
    """Polylines, which pass the pixels of the edges by less than a pixel."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


class Flow(Document):
    """How far pixels move, in pixels of the upright picture."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    mean: float
    """Mean length of the vectors."""

    median: float
    """Median length of the vectors."""

    max: float
    """Length of the longest vector."""

    moving: float
    """The fraction of the vectors that are longer than a pixel."""


class Normals(Document):
    """The normals in numbers."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    known: float
    """The fraction of the picture's pixels that the model was shown."""

    mean: tuple[float, float, float]
    """The mean of the unit normals: x right, y down, z into the picture, negative where it faces
    the camera."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


class ClassShare(Part):
    """One class and how much of the picture it has."""

    index: int
    """The value of its pixels in a mask."""

    label: str
    """Its name on the model's card."""

    pixels: int
    """How many it has."""

    fraction: float
    """Of the picture's pixels, 0 to 1."""

    color: str
    """In pictures, `#rrggbb`."""


class Person(Part):
    """A region of parts that touch each other: people who touch are one."""

    box: tuple[int, int, int, int]
    """`[x0, y0, x1, y1)`: `x1` and `y1` lie outside."""

    pixels: int
    """How many it has."""

    classes: list[ClassShare]
    """Its parts; fractions are of its pixels."""


class RunLengths(Part):
    """A mask as pycocotools reads it."""

    size: tuple[int, int]
    """Height and width."""

    counts: str
    """COCO's compressed string."""


class Shape(Part):
    """Where one class is, in the form that was asked for."""

    index: int
    """Of the class."""

    label: str
    """Of the class."""

    polygons: list[list[list[tuple[int, int]]]] | None = None
    """If `shapes=polygons` was asked for: of each its rings."""

    rle: RunLengths | None = None
    """If `shapes=rle` was asked for."""


class Parts(Document):
    """The parts that occur, in the whole picture and of each person."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    classes: list[ClassShare]
    """Those that occur, by index."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    people: list[Person] = []
    """From left to right."""

    shapes: list[Shape] | None = None
    """One for each class that occurs, if asked for. `rle` is COCO's `{size, counts}`. `polygons`
    are those of a GeoJSON MultiPolygon: of each its outer ring, then its holes; rings are closed,
    of `[x, y]` corners of pixels, and filling them gives the very mask."""


class Peak(Part):
    """The most salient pixel; of equals the topmost, then the leftmost."""

    x: int
    """Pixels from the left."""

    y: int
    """Pixels from the top."""

    score: float
    """Its saliency, 0 to 1."""


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


class Scene(Document):
    """The answers by task."""

    model: str
    """The model that answered, `name@version`."""

    answers: dict[str, dict[str, Any]]
    """Of each task what its own route answers: `image`, the picture as a data URL, if its natural
    answer is one, and where numbers are asked for or there is no picture the members of its JSON
    but `model`."""


class Segmentation(Document):
    """The classes that occur, by index."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    classes: list[ClassShare]
    """Those that occur, by index."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    shapes: list[Shape] | None = None
    """One for each class that occurs, if asked for. `rle` is COCO's `{size, counts}`. `polygons`
    are those of a GeoJSON MultiPolygon: of each its outer ring, then its holes; rings are closed,
    of `[x, y]` corners of pixels, and filling them gives the very mask."""


class ClassBoundary(Part):
    """One class, and the pixels where its boundaries are the strongest."""

    index: int
    """Of the class; the value of its pixels in a mask is one more."""

    label: str
    """Its name on the model's card."""

    pixels: int
    """How many it has."""

    strength: float
    """The mean over them, 0 to 1."""

    color: str
    """In pictures, `#rrggbb`."""


class SemanticBoundaries(Document):
    """The classes that have boundaries, by index."""

    model: str
    """The model that answered, `name@version`."""

    width: int
    """Of the upright picture."""

    height: int
    """Of the upright picture."""

    classes: list[ClassBoundary]
    """By index."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""


class Links(Part):
    """Paths of a job."""

    self: str
    """How far it is."""

    result: str
    """Its answer."""

    events: str
    """How far it is, as it goes on."""


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
    """Where the message goes."""

    tries: int
    """How many times it was sent."""

    next_try: datetime | None = None
    """When it is sent again, if it is."""

    refusal: str | None = None
    """What went wrong at the last try."""

    state: Literal["waiting", "delivered", "failed"] | None = None
    """Absent before the job has finished."""


class JobDescription(Part):
    """One job; what is not known yet is absent."""

    id: str
    """32 hexadecimal digits that nobody can guess."""

    state: Literal["queued", "running", "done", "failed", "cancelled"]
    """How far it is; the last three are final."""

    task: str
    """What was asked."""

    model: str
    """The model that answers, `name@version`."""

    created: datetime
    """When it was accepted."""

    attempts: int
    """How many times it was begun."""

    links: Links
    """Where more of it is."""

    expires: datetime | None = None
    """When it will be removed."""

    finished: datetime | None = None
    """When it came into its final state."""

    problem: dict[str, Any] | None = None
    """The problem document that the result of a failed job is."""

    progress: Progress | None = None
    """How far its work is; absent of work in one step."""

    started: datetime | None = None
    """When it was begun last."""

    webhook: Webhook | None = None
    """What became of its message, if one was asked for."""


class Fit(Part):
    """How the server brings a picture of any size to the sides that the graph takes.

    Exactly one of three ways: `resize` + `crop` (shortest side, then centre crop), `size`
    (stretch to height, width) or `longest` (keep the shape, then pad to the card's `multiple`).
    """

    crop: int | None = None
    """Pixels of the square in the middle that is kept of it."""

    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos"] = "bilinear"
    """Pillow's filter."""

    longest: int | None = None
    """Pixels of the longest side."""

    resize: int | None = None
    """Pixels of the shortest side."""

    size: tuple[int, int] | None = None
    """Height and width that the picture is stretched to."""


class Head(Part):
    """What is known of one answer of a file that gives several."""

    labels: list[str] | None = None
    """Class names in the order of the answer."""

    palette: list[tuple[int, int, int]] | None = None
    """Red, green and blue of each class."""


class ModelCard(Part):
    """Everything a server must know of a model, and everything a user should."""

    task: str
    """Empty of a file without a card: nothing is known of what it does."""

    name: str
    """What it is asked for by."""

    title: str
    """One line for people."""

    evaluation: str = ""
    """The command that reproduces `metrics`."""

    fit: Fit | None = None
    """`None`: the graph takes any size, and the server cuts large pictures into tiles."""

    halo: int | None = None
    """Pixels of context at which a tile equals the whole; `None`: no context is enough."""

    heads: dict[str, Head] | None = None
    """By task, where `tasks` are given and something is known of one that others do not share."""

    labels: list[str] | None = None
    """Class names in the order of the network's outputs."""

    metrics: dict[str, float] = {}
    """`dataset/metric` -> value, and `dataset/pictures` -> how many it was measured on."""

    model_author: str = ""
    """Who trained it."""

    model_license: str = ""
    """On which terms it may be used."""

    multilabel: bool = False
    """Scores are each label's own probability, and do not add up to 1."""

    multiple: int = 1
    """Height and width of the input must be multiples of it."""

    palette: list[tuple[int, int, int]] | None = None
    """Red, green and blue of each class."""

    scale: int = 1
    """How many times larger the answer is than the picture."""

    source: str = ""
    """Where the weights are from."""

    source_sha256: str = ""
    """Of their file."""

    tasks: list[str] | None = None
    """Of a file that answers several questions in one pass, which: then `task` is how they are
    asked together, and each output of the graph is named `task/output`, such as `parts/classes`."""

    tolerance: float = 0.0
    """Largest difference from the original network that verification allowed."""

    training_data: str = ""
    """What it was trained on, and on which terms that is to be had."""

    version: str = "1"
    """Compared by the numbers in it: 10 comes after 9."""


class TensorDescription(Part):
    """One input or output; a dimension that is free has a name instead of a number."""

    name: str
    """In the graph."""

    dtype: str
    """Type of its elements, as numpy calls it."""

    shape: list[int | str]
    """Its sides."""


class ModelDescription(Part):
    """One file of the models folder; what is unknown of a file that failed is absent."""

    name: str
    """On the card, or of the file where that can not be read."""

    state: Literal["ready", "asleep", "failed", "unloaded"]
    """Whether it answers."""

    card: ModelCard | None = None
    """What the file says of itself."""

    default: bool = False
    """Whether it answers requests of its task, or of one of its tasks, that name no model."""

    default_of: list[str] | None = None
    """The tasks of which it does."""

    device: str | None = None
    """Where it really runs."""

    inputs: list[TensorDescription] | None = None
    """What the graph takes."""

    outputs: list[TensorDescription] | None = None
    """What the graph gives."""

    providers: list[str] | None = None
    """Execution providers that the session really has, the preferred one first."""

    reason: str | None = None
    """Why the file is not served; of a ready model, why a newer content of its file is not."""

    task: str | None = None
    """What it does; absent of a file without a card."""

    tasks: list[str] | None = None
    """Of a model that answers several questions in one pass, which."""

    version: str | None = None
    """On the card."""


class ModelList(Part):
    """Every model and every file that failed."""

    models: list[ModelDescription]
    """By name."""
