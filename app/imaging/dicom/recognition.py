"""Which bytes are a DICOM file."""

PREFIX_AT, PREFIX = 128, b"DICM"
"""What tells a DICOM file, behind a preamble of any content (PS3.10, 7.1)."""

# Tags and types of elements that the data sets of old files begin with: files without preamble.
_META = b"\x02\x00\x00\x00UL\x04\x00"
_FIRST = {bytes((8, 0, element, 0)) for element in (0x00, 0x01, 0x05, 0x08, 0x12, 0x16, 0x18)}
_TYPES = {b"UL", b"CS", b"DA", b"UI"}
_LONGEST = 256


def is_dicom(data: bytes) -> bool:
    """Whether a file is DICOM, by its prefix or an unmistakable start; no other format has one."""
    return (
        data[PREFIX_AT : PREFIX_AT + len(PREFIX)] == PREFIX
        or data.startswith(_META)
        or is_bare(data)
    )


def is_bare(data: bytes) -> bool:
    """Whether a file is a data set and nothing else, in little endian."""
    return data[:4] in _FIRST and (
        data[4:6] in _TYPES or int.from_bytes(data[4:8], "little") <= _LONGEST
    )
