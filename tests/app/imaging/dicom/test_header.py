"""Headers that are bare, deflated, damaged, endless, or about somebody."""

import struct
import zlib

import numpy as np
import pytest
from pydicom import Dataset, uid
from pydicom.sequence import Sequence

from app.errors import BrokenPicture, PictureTooLarge
from app.imaging.decode import decode
from app.imaging.dicom import elements, header
from app.imaging.dicom.header import read_header
from tests.app.imaging.dicom.made import bundled, data_set, dicom, saved

PIXELS = np.arange(20, dtype=np.uint16).reshape(4, 5)


def behind(meta: bytes, data: bytes) -> bytes:
    """The meta information of one file in front of another data set."""
    end = 144 + int.from_bytes(meta[140:144], "little")
    return meta[:end] + data


def test_only_what_is_needed_is_kept() -> None:
    made = data_set(PIXELS, WindowCenter=3, WindowWidth=4)
    made.ReferencedPatientSequence = Sequence([data_set(PIXELS)])
    read = read_header(saved(made), 100)
    assert (read.keyword, read.syntax) == ("PixelData", uid.ExplicitVRLittleEndian)
    assert read.elements.WindowCenter == 3
    assert "PatientName" not in read.elements
    assert "ReferencedPatientSequence" not in read.elements
    assert read.data[read.start : read.stop] == PIXELS.tobytes()


@pytest.mark.parametrize(
    "name", ["reportsi", "test-SR", "rtstruct", "rtplan", "waveform_ecg", "meta_missing_tsyntax"]
)
def test_files_without_a_picture(name: str) -> None:
    with pytest.raises(BrokenPicture, match="holds no picture"):
        decode(bundled(f"{name}.dcm"), max_pixels=10**6)


def test_files_that_are_cut_off() -> None:
    whole = dicom(PIXELS)
    for end in range(133, len(whole)):
        with pytest.raises(BrokenPicture):
            decode(whole[:end], max_pixels=10**6)
    with pytest.raises(BrokenPicture, match="of 40 bytes of pixels it has 39"):
        decode(whole[:-1], max_pixels=10**6)


def test_a_deflated_file_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times its size may be in it."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    endless = packed.compress(bytes(50_000_000)) + packed.flush()
    assert len(endless) < 60_000
    bomb = behind(dicom(PIXELS, uid.DeflatedExplicitVRLittleEndian), endless)
    monkeypatch.setattr(header, "INFLATED", 1_000_000)
    with pytest.raises(PictureTooLarge, match="has more than 1000200 bytes") as caught:
        decode(bomb, max_pixels=100)
    assert caught.value.facts["limit"] == 1_000_200


def test_a_header_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = struct.pack("<HH2sH", 0x0008, 0x0008, b"CS", 0) * 1000
    monkeypatch.setattr(elements, "READS", 900)
    with pytest.raises(BrokenPicture, match="more before its pixels"):
        decode(behind(dicom(PIXELS), empty), max_pixels=100)
    large = data_set(PIXELS, ICCProfile=bytes(2000))
    monkeypatch.setattr(elements, "BYTES", 1500)
    with pytest.raises(BrokenPicture, match="more before its pixels"):
        decode(saved(large), max_pixels=100)


def test_what_is_not_needed_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    made = data_set(PIXELS)
    made.EncapsulatedDocument = bytes(10_000)
    monkeypatch.setattr(elements, "BYTES", 5000)
    assert decode(saved(made), max_pixels=100).height == 4


def test_sequences_within_sequences() -> None:
    """Deeper than Python calls itself."""
    begin = struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    with pytest.raises(BrokenPicture):
        decode(behind(dicom(PIXELS), begin * 5000), max_pixels=100)


def test_encodings_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python would keep each unknown name for ever, and pydicom would tell the log."""
    import codecs

    def refused(name: str) -> None:
        raise AssertionError(name)

    item = Dataset()
    item.SpecificCharacterSet = "ISO_IR 100"
    item.PatientName = "x"
    made = data_set(PIXELS, SpecificCharacterSet="ISO_IR 100")
    made.VOILUTSequence = Sequence([item])
    data = saved(made).replace(b"ISO_IR 100", b"NOBODY 123")
    monkeypatch.setattr(codecs, "lookup", refused)
    assert read_header(data, 100).elements.VOILUTSequence[0].PatientName == "x"


def test_pixel_data_of_a_wrong_type() -> None:
    data = dicom(PIXELS).replace(b"\xe0\x7f\x10\x00OW", b"\xe0\x7f\x10\x00US")
    with pytest.raises(BrokenPicture, match="wrong type"):
        decode(data, max_pixels=100)
