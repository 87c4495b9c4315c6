"""What the compressed frame of a DICOM file asks of its decoder, read before the decoder may.

The decoders believe the codestream, not the DICOM header around it, and some take memory for
whatever it announces.
"""

import re
import struct

from app.errors import BrokenPicture, PictureError
from app.imaging import jpeg2000
from app.imaging.dicom.layout import Layout

PROGRESSIVE_SCANS = 20
"""Scans of a progressive JPEG, each of which goes over all pixels; such files have about ten. Of
others every component is in one scan (T.81, A.2.3), so there are no more of these than samples."""

# Below 0x80 nothing is a marker: in JPEG-LS a zero bit follows 0xFF among the pixels (T.87, A.1).
_MARKER = re.compile(rb"\xff+([\x80-\xfe])")
_ALONE = {*range(0xD0, 0xD9), 0x01}  # RSTn, SOI, TEM
_EOI, _SOS, _DNL, _LSE, _APP11 = 0xD9, 0xDA, 0xDC, 0xF8, 0xEB
_PROGRESSIVE = 0xC2
_FRAMES = {*range(0xC0, 0xD0), 0xDE, 0xF7} - {0xC4, 0xC8, 0xCC}  # SOFn, DHP, SOF of JPEG-LS
_LARGER = b"\x04"  # an LSE of this kind gives other sides than the frame header (T.87, C.2.4.1.4)
_COMPONENTS = 40  # where a codestream of JPEG 2000 says how many it has (T.800, A.5.1)

_LIE = "the compressed picture is damaged, or not of the size that the DICOM header says"


def check_jpeg(frame: bytes, layout: Layout) -> None:
    """Refuse a JPEG or JPEG-LS that is not what the header says, or goes over its pixels too often.

    Raises:
        BrokenPicture: the reason.
    """
    place, scans, most, framed, ended = 2, 0, layout.samples, False, False
    while found := _MARKER.search(frame, place):
        marker, place = found[1][0], found.end()
        if marker in _ALONE:
            continue
        if marker == _EOI:
            ended = True
            break
        if marker in _FRAMES:
            framed = True
            most = PROGRESSIVE_SCANS if marker == _PROGRESSIVE else most
            sides = struct.unpack(">HHB", frame[place + 3 : place + 8].ljust(5, b"\0"))
            if sides != (layout.rows, layout.columns, layout.samples):
                raise BrokenPicture(_LIE)
        if marker in (_DNL, _APP11) or (marker == _LSE and frame[place + 2 : place + 3] == _LARGER):
            raise BrokenPicture("the compressed picture has parts that no DICOM file has")
        scans += marker == _SOS
        if scans > most:
            raise BrokenPicture(f"the compressed picture has more than {most} scans")
        place += int.from_bytes(frame[place : place + 2])
    if not framed:
        raise BrokenPicture("the compressed picture has no header")
    if not ended:
        raise BrokenPicture("the compressed picture is cut off")


def checked_jpeg2000(frame: bytes, layout: Layout) -> bytes:
    """The codestream alone, of which some files have a whole JP2 file around.

    Raises:
        BrokenPicture: it is not what the header says, or cut into too many pieces.
    """
    try:
        codestream = frame[jpeg2000.codestream(frame) :]
        jpeg2000.check(codestream, layout.pixels)
    except (PictureError, struct.error) as error:
        raise BrokenPicture(_LIE) from error
    # Components beyond the samples would be decoded too, as many as 16384.
    if int.from_bytes(codestream[_COMPONENTS : _COMPONENTS + 2]) != layout.samples:
        raise BrokenPicture(_LIE)
    return codestream
