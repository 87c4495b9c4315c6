"""Names of classes that data sets gave theirs, in the order of a network's outputs.

`imagenet.txt` holds the 1,000 names of ImageNet-1k (Russakovsky et al. 2015, arXiv 1409.0575) and
`voc.txt` the 21 of PASCAL VOC with its background, both as torchvision 0.29 carries them in its
weights' `meta["categories"]` (BSD-3-Clause, Copyright 2016 Soumith Chintala). Those of CIFAR-10
and CamVid are kept where the data sets are read.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

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


HELP = f"Names of the classes: a file with one a line, a,b,c or one of {', '.join(NAMED)}."
"""Of an option that takes what `labels` takes."""


def labels(asked: str) -> Labels:
    """The names in the order of a network's outputs.

    Args:
        asked: name of a data set, path of a text file with one name a line (UTF-8), or names with
            commas between.

    Raises:
        ExportError: none of these, or a name is empty.
    """
    if asked in NAMED:
        return NAMED[asked]()
    file = Path(asked)
    if file.is_file():
        return _checked(_lines(file), str(file))
    if "," in asked:
        return _checked(asked.split(","), repr(asked))
    raise ExportError(
        f"no file and no data set is called {asked!r}; there are {', '.join(NAMED)}, "
        "or name the classes with commas between"
    )


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ExportError(f"{file} is not a text file of labels in UTF-8") from error
    while lines and not lines[-1].strip():
        lines.pop()  # editors end files with empty lines
    return lines


def _checked(names: list[str], place: str) -> Labels:
    stripped = tuple(name.strip() for name in names)
    if not stripped:
        raise ExportError(f"there are no labels in {place}")
    if not all(stripped):
        raise ExportError(f"label {stripped.index('') + 1} of {place} is empty")
    return stripped
