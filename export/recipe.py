"""What turns a network into a model, besides the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.card import Fit, Head

Say = Callable[[str], None]
"""Told in a few words what is being done."""


@dataclass(frozen=True)
class Recipe:
    """What turns a network into a model, besides the network.

    Attributes:
        name: of the model, and of its file without `.onnx`.
        architecture: a key of `ARCHITECTURES`, or what a source calls it (`torchvision:resnet50`).
        task: a key of `GRAPHS`.
        title: one line for people.
        fit: how pictures of any size are brought to the network; `None`: it takes every size.
        mean: of red, green and blue in 0..1, subtracted by recognition networks.
        std: that they divide by.
        labels: class names in the order of the network's outputs.
        source: where the weights come from.
        training_data: what they were trained on, and its terms.
        license: of the weights, an SPDX expression.
        author: of the weights.
        version: of the model.
        palette: colours of the classes that people know them by.
        heads: of a network that answers several tasks, what is known of some by task.
        half: store kernels in half precision (`export.rewriting.half`).
        held_out: a key of `export.evaluate.HELD_OUT`: what it is measured on.
        paper: the figure of the architecture's paper, and on what.
        good_for: what the model may be used for.
        not_good_for: and what not.
    """

    name: str
    architecture: str
    task: str
    title: str
    fit: Fit | None = None
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    labels: tuple[str, ...] | None = None
    source: str = ""
    training_data: str = "not stated"
    license: str = "NOASSERTION"
    author: str = ""
    version: str = "1"
    palette: tuple[tuple[int, int, int], ...] | None = None
    heads: Mapping[str, Head] | None = None
    half: bool = False
    held_out: str = ""
    paper: str = ""
    good_for: str = ""
    not_good_for: str = ""
