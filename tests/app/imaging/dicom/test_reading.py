"""DICOM files as pictures: colours, and silence about whom they show."""

import random
import resource
import warnings

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from app.errors import DensightError
from app.imaging.decode import decode
from tests.app.imaging.dicom.made import NAME, bundled, data_set, dicom, saved
from tests.conftest import noise

GRAY = np.arange(20, dtype=np.uint16).reshape(4, 5)


def painted(bits: int) -> Dataset:
    """Numbers 100 to 103 as red, green, blue and white; from 101 on in the palette."""
    made = data_set(np.array([[100, 101, 102, 103, 104, 999]], np.uint16))
    made.PhotometricInterpretation = "PALETTE COLOR"
    peak = 2**bits - 1
    for name, values in (
        ("Red", [peak, 0, 0, peak]), ("Green", [0, peak, 0, peak]), ("Blue", [0, 0, peak, peak]),
    ):  # fmt: skip
        made.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [4, 101, bits])
        data = np.array(values, "<u2" if bits == 16 else "u1").tobytes()
        made.add_new(f"{name}PaletteColorLookupTableData", "OW", data)
    return made


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette(bits: int) -> None:
    """C.7.6.3.1.5: what lies below the first number has the first colour, beyond, the last."""
    picture = decode(saved(painted(bits)), max_pixels=100)
    assert picture.pixels.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert not picture.gray
    on = (picture.pixels[0] == 2**bits - 1).astype(int).tolist()
    red, green, blue, white = [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]
    assert on == [red, red, green, blue, white, white]
    assert set(np.unique(picture.pixels)) == {0, 2**bits - 1}


def test_a_palette_that_is_not_there() -> None:
    made = painted(8)
    del made.RedPaletteColorLookupTableData
    with pytest.raises(DensightError, match="no palette, or one in segments"):
        decode(saved(made), max_pixels=100)


def test_colours_of_more_than_eight_bits() -> None:
    deep = np.random.default_rng(0).integers(0, 2**16, (3, 4, 3), np.uint16)
    assert np.array_equal(decode(dicom(deep), max_pixels=100).pixels, deep)
    few = (deep >> 6).astype(np.uint16)
    found = decode(dicom(few, BitsStored=10, HighBit=9), max_pixels=100).pixels
    assert np.abs(found - few / 1023 * 65535).max() <= 0.5
    long = deep.astype(np.uint32) << 16 | 0x1234
    assert np.array_equal(decode(dicom(long), max_pixels=100).pixels, deep)


def test_a_profile_of_colours_is_kept() -> None:
    profile = bytes(16) + b"RGB " + bytes(8)
    assert decode(dicom(noise(3, 4), ICCProfile=profile), max_pixels=100).icc == profile
    gray = bytes(16) + b"GRAY" + bytes(8)
    assert decode(dicom(noise(3, 4), ICCProfile=gray), max_pixels=100).icc is None


def about_somebody() -> list[bytes]:
    """Files that make pydicom speak of what they say, or fail at it."""
    files = []
    for elements in (
        {},
        {"WindowCenter": f"1\\{NAME}"},
        {"WindowCenter": NAME[:16], "WindowWidth": "5"},
        {"NumberOfFrames": NAME[:12]},
        {"SpecificCharacterSet": NAME[:16]},
        {"PhotometricInterpretation": NAME[:16]},
        {"VOILUTFunction": NAME[:16], "WindowCenter": "5", "WindowWidth": "5"},
        {"RescaleSlope": NAME[:16]},
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = data_set(GRAY)
            inner = data_set(GRAY, SpecificCharacterSet=NAME[:16])
            made.VOILUTSequence = Sequence([inner])
            made.PatientBirthDate = NAME[:8]
            for keyword, value in elements.items():
                made.add_new(keyword, "LO", value)
            files.append(saved(made))
    return files


def test_the_patient_s_data_are_told_to_nobody(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    files, said = about_somebody(), []
    caplog.set_level("DEBUG")
    caplog.clear()
    capfd.readouterr()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for data in files:
            for type in (b"LO", b"DS", b"IS"):
                for wrong in (data.replace(b"LO", type), data.replace(b"LO", type)[:-3]):
                    try:
                        said.append(repr(decode(wrong, max_pixels=100)))
                    except DensightError as error:
                        said.append(f"{error} {error.facts} {error.__cause__!r}")
    said += [caplog.text, *capfd.readouterr(), *(str(warning.message) for warning in heard)]
    for part in ("Doe", "Jane", "Unmistakable"):
        assert part not in "".join(said)
    assert any("Picture(" in one for one in said)
    assert any("damaged" in one for one in said)


@pytest.mark.parametrize(
    "name",
    [
        "MR_small", "MR_small_implicit", "MR_small_bigendian", "MR_small_RLE", "image_dfl",
        "MR_small_jpeg_ls_lossless", "MR_small_jp2klossless", "JPGExtended", "SC_rgb_jpeg_gdcm",
        "SC_rgb_jpeg_dcmtk", "SC_rgb_jls_lossy_line", "examples_palette", "SC_rgb_rle_2frame",
    ],
)  # fmt: skip
def test_damage(name: str) -> None:
    """Whatever is wrong, there is a picture or a reason, and no decoder takes the memory."""
    data = bundled(f"{name}.dcm")
    chance = random.Random(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused = 0
    for _ in range(150):
        wrong = bytearray(data)
        match chance.randrange(3):
            case 0:
                del wrong[chance.randrange(132, len(wrong)) :]
            case 1:
                for _ in range(chance.randrange(1, 8)):
                    wrong[chance.randrange(132, len(wrong))] ^= 1 << chance.randrange(8)
            case _:
                place = chance.randrange(132, min(len(wrong), 3000))
                wrong[place : place + chance.randrange(1, 5)] = chance.randbytes(
                    chance.randrange(9)
                )
        try:
            decode(bytes(wrong), max_pixels=1_000_000)
        except DensightError:
            refused += 1
    assert refused > 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024  # kB
