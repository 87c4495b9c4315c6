"""What libraries of networks share, torch or not: names, files and what is out of reach."""

from collections.abc import Sequence
from pathlib import Path

from export.errors import UnusableWeights
from export.labels import NAMED, Labels

WITH_TORCH = ("torchvision", "timm")
"""Libraries whose networks are torch modules."""

WITHOUT_TORCH = ("keras", "package")
"""What is made without torch, by way of an ONNX file."""

KINDS = (*WITH_TORCH, *WITHOUT_TORCH)
"""What may stand before the colon of `torchvision:resnet50`."""

IMAGENET = (
    "The 1.28 million training pictures of ImageNet-1k (Russakovsky et al. 2015), which its "
    "owners give for non-commercial research and education."
)
"""What most published weights were trained on, and its terms."""


def labels_by_number(classes: int, data_set: str) -> Labels | None:
    """The names of a data set's classes if it has as many, else none."""
    names = NAMED[data_set]()
    return names if len(names) == classes else None


def file_or_none_such(asked: str, kind: str, tags: Sequence[str]) -> Path:
    """The file that was asked for as weights.

    Raises:
        UnusableWeights: it is no file; then it is none of the library's sets of weights either.
    """
    if not Path(asked).is_file():
        known = ", ".join(tags) or "none"
        raise UnusableWeights(f"there is no file {asked}; the weights of {kind} by name: {known}")
    return Path(asked)


def unreachable(what: str, url: str, error: Exception) -> UnusableWeights:
    """What to say where nothing can be downloaded: the file to bring and where it is from."""
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    file = url.rpartition("/")[2]
    return UnusableWeights(
        f"{what} can not be downloaded ({reason}); fetch {url} and give it as --weights {file}"
    )
