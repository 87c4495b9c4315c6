"""Names of answers: no two are alike, and each follows from its picture's."""

from itertools import permutations

import pytest

from app.batch.naming import bases


def test_a_suffix_goes() -> None:
    assert bases(["a.jpg", "b/a.png", "c.d.tif"]) == {
        "a.jpg": "a",
        "b/a.png": "b/a",
        "c.d.tif": "c.d",
    }


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("a.jpg", "a.png", "b.png"), ("a.jpg", "a.png", "b")),
        # What keeps its suffix meets one that had two.
        (("a.jpg", "a.png", "a.jpg.png"), ("a.jpg", "a.png", "a.jpg.png")),
        (("A.jpg", "a.JPG", "x/a.jpg"), ("A.jpg", "a.JPG", "x/a")),
        (("a", "a.jpg"), ("a", "a.jpg")),
        (("summary.png", "x/summary.png"), ("summary.png", "x/summary")),
    ],
)
def test_what_would_be_alike_keeps_its_suffix(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    for order in permutations(names):
        assert bases(order) == dict(zip(names, expected, strict=True))
