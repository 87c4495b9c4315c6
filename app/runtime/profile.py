"""What a TensorRT engine is built for: the shapes of pictures, and the folder of one model."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import onnxruntime

from app.card import ModelCard
from app.runtime.contract import Shape, Tensor
from app.runtime.execution import Execution

USUAL_SIDE = 256
"""Height and width that an engine is tuned for where a model takes any."""


def profile(inputs: Mapping[str, Tensor], card: ModelCard, execution: Execution) -> dict[str, str]:
    """The provider options that name the least, usual and largest shape of every free input.

    Without them TensorRT builds an engine when it sees the first picture, and again whenever one
    comes that is smaller or larger than all before, each time for seconds to minutes. With them one
    engine does for all shapes between. The first free dimension is the batch, the others are sides.

    Returns:
        Empty if nothing is free, if nobody wants profiles, or if a file has no card: of what it
        takes nothing is known.
    """
    free = {name: tensor for name, tensor in inputs.items() if not is_fixed(tensor.shape)}
    if not execution.tensorrt_profiles or not card.task or not free:
        return {}
    least = card.multiple
    largest = _up(max(execution.tensorrt_side, card.fit.longest or 0 if card.fit else 0), least)
    usual = _up((card.fit and card.fit.longest) or min(USUAL_SIDE, largest), least)
    shapes = {
        "min": (1, least),
        "opt": (1, usual),
        "max": (execution.max_batch, largest),
    }
    return {
        f"trt_profile_{kind}_shapes": ",".join(
            f"{name}:{'x'.join(map(str, _filled(tensor.shape, batch, side)))}"
            for name, tensor in free.items()
        )
        for kind, (batch, side) in shapes.items()
    }


def engines_of(path: Path, execution: Execution) -> Path | None:
    """The folder of the engines of one content of a file; `None`: none are kept.

    onnxruntime calls an engine by its graph and not by its weights, so a network that was taught
    further would be answered for by the engine of the old one if they shared a folder.
    """
    if execution.tensorrt_cache is None:
        return None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return execution.tensorrt_cache / f"{path.stem}-{digest}-ort{onnxruntime.__version__}"


def is_fixed(shape: Shape, *, but_batch: bool = False) -> bool:
    """Whether all dimensions are numbers; the first may be free if the batch may."""
    return all(isinstance(side, int) for side in shape[1 if but_batch else 0 :])


def _filled(shape: Shape, batch: int, side: int) -> list[int]:
    first, *others = shape
    head = first if isinstance(first, int) else batch
    return [head, *(other if isinstance(other, int) else side for other in others)]


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple
