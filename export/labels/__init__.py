"""Names of classes that data sets gave theirs, in the order of a network's outputs.

`imagenet.txt` holds the 1,000 names of ImageNet-1k (Russakovsky et al. 2015, arXiv 1409.0575) and
`voc.txt` the 21 of PASCAL VOC with its background, both as torchvision 0.29 carries them in its
weights' `meta["categories"]` (BSD-3-Clause, Copyright 2016 Soumith Chintala). Those of CIFAR-10
and CamVid are kept where the data sets are read.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files

from export.datasets import cifar10, masks
from export.errors import ExportError

Labels = tuple[str, ...]


def _listed(file: str) -> Labels:
    return tuple(files(__name__).joinpath(file).read_text(encoding="utf-8").splitlines())


NAMED: Mapping[str, Callable[[], Labels]] = {
    "camvid": lambda: masks.CAMVID,
    "cifar10": lambda: cifar10.CLASSES,
    "imagenet": lambda: _listed("imagenet.txt"),
    "voc": lambda: _listed("voc.txt"),
}
"""By the name of their data set."""


def labels(asked: str) -> Labels:
    """The names that a user asked for: those of a data set, or a list with commas between.

    Raises:
        ExportError: one of the names is empty, or one word is no data set known here.
    """
    if asked in NAMED:
        return NAMED[asked]()
    own = tuple(label.strip() for label in asked.split(","))
    if len(own) == 1:
        raise ExportError(
            f"no data set is called {asked!r}; there are {', '.join(NAMED)}, "
            "or name the classes with commas between"
        )
    if not all(own):
        raise ExportError(f"one of the labels in {asked!r} is empty")
    return own
