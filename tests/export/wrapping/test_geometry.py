"""Fits that follow from a network's sides, and multiples that follow from trying."""

from typing import Any

import pytest

from app.card import Fit
from export.errors import UnusableGraph
from export.wrapping.geometry import WantedFit, fit_for, multiple_for

FREE = (None, None)


@pytest.mark.parametrize(
    ("task", "sides", "wanted", "expected"),
    [
        ("classification", (224, 224), {}, Fit(resize=256, crop=224)),
        ("classification", (299, 299), {}, Fit(resize=342, crop=299)),
        ("classification", (224, 224), {"resize": 232}, Fit(resize=232, crop=224)),
        ("classification", (224, 224), {"size": (224, 224)}, Fit(size=(224, 224))),
        ("classification", (224, 160), {}, Fit(size=(224, 160))),
        ("classification", FREE, {"crop": 64, "interpolation": "bicubic"},
         Fit(resize=73, crop=64, interpolation="bicubic")),
        ("classification", (None, 32), {"size": (8, 32)}, Fit(size=(8, 32))),
        ("segmentation", (512, 512), {}, Fit(size=(512, 512))),
        ("segmentation", FREE, {}, None),
        ("saliency", FREE, {"longest": 320}, Fit(longest=320)),
        ("super-resolution", FREE, {}, None),
    ],
)  # fmt: skip
def test_fits(task: str, sides: Any, wanted: dict[str, Any], expected: Fit | None) -> None:
    assert fit_for(task, sides, WantedFit(**wanted)) == expected


@pytest.mark.parametrize(
    ("task", "sides", "wanted", "reason"),
    [
        ("classification", FREE, {}, "pictures of every size: say --crop or --size"),
        ("classification", FREE, {"longest": 32}, "scores need one size"),
        ("classification", (224, 224), {"crop": 192}, "its input is 224x224, not 192x192"),
        ("classification", (224, 224), {"size": (1, 2)}, "its input is 224x224, not 1x2"),
        ("classification", (224, 224), {"resize": 200}, "--resize 200 is less than the crop"),
        ("classification", (224, 160), {"resize": 256}, "--resize goes with a square crop"),
        ("classification", FREE, {"crop": 9, "size": (9, 9)}, "say one of --crop, --size"),
        ("saliency", (32, 32), {"longest": 32}, "--longest is for networks that take every size"),
        ("segmentation", (32, None), {}, "its input fixes one: say --size"),
        ("segmentation", FREE, {"resize": 32}, "--resize goes with --crop"),
        ("super-resolution", FREE, {"crop": 32}, "never fitted"),
    ],
)
def test_fits_that_do_not_go(task: str, sides: Any, wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableGraph, match=reason):
        fit_for(task, sides, WantedFit(**wanted))


@pytest.mark.parametrize("multiple", [1, 2, 8, 32])
def test_multiples(multiple: int) -> None:
    def answered(height: int, width: int) -> tuple[int, ...]:
        if height % multiple or width % multiple:
            raise UnusableGraph("sides do not match")
        return 1, 3, height * 2, width * 2

    assert multiple_for(answered, scaled=True) == multiple


def test_a_network_that_needs_some_pixels() -> None:
    """Padding must make even a picture of one pixel large enough."""

    def answered(height: int, width: int) -> tuple[int, ...]:
        if min(height, width) < 11:
            raise UnusableGraph("too small")
        return 1, 1, height, width

    assert multiple_for(answered, scaled=False) == 16


def test_an_answer_that_loses_a_border() -> None:
    with pytest.raises(UnusableGraph, match="differ in scale"):
        multiple_for(lambda height, width: (1, 3, height - 1, width - 1), scaled=True)
