"""What the answers are called: like their pictures, and no two alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

SUMMARY = "summary"
"""What the files that tell of all answers are called, before their suffixes."""


def bases(names: Sequence[str]) -> Mapping[str, str]:
    """The names of the answers, to which the suffix of what they contain is added.

    `a/b.jpg` becomes `a/b`. Where pictures differ in their suffix only, each keeps it: `b.jpg` and
    `b.png` become `b.jpg` and `b.png`, whose answers then are `b.jpg.json` and `b.png.json`. Names
    that differ in capital letters only count as the same, since some file systems see them so, and
    `summary` counts as taken.

    Args:
        names: of the pictures, with `/` between folders, each once.
    """
    chosen = {name: str(PurePosixPath(name).with_suffix("")) for name in names}
    while True:
        taken = Counter([SUMMARY, *(base.casefold() for base in chosen.values())])
        alike = {name for name, base in chosen.items() if taken[base.casefold()] > 1}
        # A whole name stays; what was cut down to the same gets its suffix back.
        cut = {name for name in alike if chosen[name] != name}
        if not cut:
            return chosen
        chosen.update({name: name for name in cut})
