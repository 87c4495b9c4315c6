"""Recognising DICOM, with and without its libraries."""

import sys

import numpy as np
import pytest
from PIL import Image

from app.errors import UnknownFormat
from app.imaging.decode import FORMATS, decode
from app.imaging.dicom.recognition import is_dicom
from tests.app.imaging.dicom.made import bundled, dicom
from tests.conftest import file, noise

PIXELS = np.arange(12, dtype=np.uint16).reshape(3, 4)


def test_by_the_prefix() -> None:
    assert is_dicom(dicom(PIXELS))
    assert is_dicom(b"anything".ljust(128) + b"DICM")
    assert not is_dicom(b"\0" * 128 + b"DICOM"[:3])


def test_without_a_preamble() -> None:
    """Meta information at once, or the data set at once."""
    data = dicom(PIXELS)[132:]
    assert is_dicom(data)
    assert decode(data, max_pixels=100).height == 3
    bare = data[12 + int.from_bytes(data[8:12], "little") :]
    assert is_dicom(bare)
    assert np.array_equal(decode(bare, max_pixels=100).pixels, decode(data, max_pixels=100).pixels)


def test_implicit_and_bare() -> None:
    made = bundled("MR_small_implicit.dcm")
    meta = 144 + int.from_bytes(made[140:144], "little")
    assert is_dicom(made[meta:])
    assert np.array_equal(
        decode(made[meta:], max_pixels=10_000).pixels, decode(made, max_pixels=10_000).pixels
    )


@pytest.mark.parametrize("format", FORMATS)
def test_no_other_format_is_taken_for_it(format: str) -> None:
    assert not is_dicom(file(Image.fromarray(noise(40, 40)), format))


@pytest.mark.parametrize("missing", ["pydicom", "imagecodecs"])
def test_where_the_extra_is_missing(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("reading", "frame", "plugin"):
        monkeypatch.delitem(sys.modules, f"app.imaging.dicom.{name}", raising=False)
        monkeypatch.delattr(f"app.imaging.dicom.{name}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UnknownFormat, match=r"pip install 'densight\[medical\]'") as caught:
        decode(dicom(PIXELS), max_pixels=100)
    assert caught.value.facts == {"extra": "medical"}


def test_the_formats_named_are_those_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownFormat, match=r"PPM, DICOM$") as caught:
        decode(b"a text", max_pixels=100)
    assert caught.value.facts == {"formats": [*FORMATS, "DICOM"]}
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(UnknownFormat, match=r"PPM \(DICOM with pip install .*\)$") as caught:
        decode(b"a text", max_pixels=100)
    assert caught.value.facts == {"formats": list(FORMATS)}
