"""What an ONNX file says of itself, read without its graph, which is nearly all of the file.

A file is one protobuf message, `ModelProto` (onnx/onnx.proto): fields one after the other, each a
key, which is its number and wire type, and a value (protobuf.dev, "Encoding").
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

Metadata = Mapping[str, str]
"""Keys and values; those of a model card are in `app/card.py`."""

METADATA, KEY, VALUE = 14, 1, 2
"""`ModelProto.metadata_props`, and `key` and `value` of its entries (`StringStringEntryProto`)."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types; those of groups are not used by ONNX."""

LONGEST = 2**20
"""Bytes of an entry that is read; no card is nearly as long."""


def metadata_of(path: Path) -> Metadata:
    """The `metadata_props` of an ONNX file.

    Raises:
        ValueError: it is no such file.
        OSError: it can not be read.
    """
    metadata = {}
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        while file.tell() < end:
            number, size = _field(file)
            if file.tell() + size > end:
                raise ValueError(f"{path.name} ends within a field")
            if number != METADATA or size > LONGEST:
                file.seek(size, os.SEEK_CUR)
                continue
            entry = {}
            stop = file.tell() + size
            while file.tell() < stop:
                part, length = _field(file)
                if length > size:
                    raise ValueError(f"{path.name} has an entry that ends beyond itself")
                entry[part] = file.read(length).decode()
            metadata[entry.get(KEY, "")] = entry.get(VALUE, "")
    return metadata


def _field(file: IO[bytes]) -> tuple[int, int]:
    """Number of the next field, and bytes of its value, before which the file is left."""
    key = _varint(file)
    number, wire = key >> 3, key & 7
    if wire == BYTES:
        return number, _varint(file)
    if wire == VARINT:
        _varint(file)
        return number, 0
    if wire in (FIXED32, FIXED64):
        return number, 4 if wire == FIXED32 else 8
    raise ValueError(f"no field of ONNX has the wire type {wire}")


def _varint(file: IO[bytes]) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise ValueError("the file ends within a number")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise ValueError("a number has more than 64 bits")
