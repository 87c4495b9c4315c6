"""What a third party's file does not say of itself, and a card must."""

from dataclasses import dataclass, field

from export.wrapping.activation import Activation
from export.wrapping.geometry import WantedFit
from export.wrapping.pixels import Color, Layout


@dataclass(frozen=True)
class Wrapping:
    """What a file does not say of itself.

    Attributes:
        name: of the model, and of its file without `.onnx`.
        task: a key of `ANSWERS`.
        title: one line for people.
        mean: subtracted from the channels; see `Pixels`.
        std: that they are divided by; see `Pixels`.
        range: what white is; see `Pixels`.
        color: channels that the network takes.
        layout: of its input; `None`: told by the input's shape.
        activation: what is put behind it.
        labels: class names in the order of its outputs.
        fit: how pictures are brought to its size.
        source: where the file comes from.
        source_sha256: of what the file was made of; the file's own if empty.
        training_data: what the network was trained on, and its terms.
        license: an SPDX expression; the file's own if empty.
        author: the file's own if empty.
    """

    name: str
    task: str
    title: str
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    range: float = 1.0
    color: Color = Color.rgb
    layout: Layout | None = None
    activation: Activation = Activation.auto
    labels: tuple[str, ...] | None = None
    fit: WantedFit = field(default_factory=WantedFit)
    source: str = ""
    source_sha256: str = ""
    training_data: str = "not stated"
    license: str = ""
    author: str = ""
