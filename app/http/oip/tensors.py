"""Tensors to and from the two forms that the protocol has for them: lists of JSON, and bytes.

Every function raises `ValueError` with the end of a sentence that begins with the tensor's name.
"""

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.http.oip.datatypes import DATATYPES

Array = NDArray[Any]

# What a number of JSON may be, by numpy's kind of the element type. JSON's true is no number.
_MEMBERS: Mapping[str, set[type]] = {
    "b": {bool},
    "u": {int},
    "i": {int},
    "f": {int, float},
    "O": {str},
}

_LENGTH = struct.Struct("<I")
"""What stands before each element of `BYTES`."""


def from_json(data: object, datatype: str, shape: Sequence[int]) -> Array:
    """Read a list.

    Args:
        data: what JSON gave: all elements in row-major order, or lists nested as `shape` says.
        datatype: a key of `DATATYPES`.
        shape: sides above 0.

    Raises:
        ValueError: the elements are of another type, too many or too few, do not fit the
            datatype, or are not finite (JSON has no NaN, but 1e999 is valid).
    """
    dtype = DATATYPES[datatype]
    flat = _flat(data, shape)
    if strange := set(map(type, flat)) - _MEMBERS[dtype.kind]:
        index = next(i for i, element in enumerate(flat) if type(element) in strange)
        raise ValueError(f"has a {_json_name(flat[index])} at {index}, which is no {datatype}")
    try:
        with np.errstate(over="ignore"):  # it shows in the next check
            array = np.array(flat, dtype)
    except OverflowError as error:
        raise ValueError(f"has a number that does not fit {datatype}") from error
    if not _is_finite(array):
        raise ValueError(f"has a number that does not fit {datatype}")
    return array.reshape(shape)


def to_json(array: Array) -> list[Any]:
    """All elements in row-major order; floats are written so that they read back the same.

    Raises:
        ValueError: there is NaN or infinity in it.
    """
    if not _is_finite(array):
        raise ValueError("holds NaN or infinity, which JSON has not: ask for it as binary_data")
    elements: list[Any] = array.ravel().tolist()
    return elements


def from_binary(data: bytes | memoryview, datatype: str, shape: Sequence[int]) -> Array:
    """Read bytes: the elements in row-major order, little-endian.

    Elements of `BYTES` follow their lengths in four bytes each, and are read as UTF-8.

    Raises:
        ValueError: there are more or fewer bytes than `shape` needs, a BOOL is neither 0 nor 1,
            or BYTES are not what was described.
    """
    dtype, count = DATATYPES[datatype], math.prod(shape)
    if datatype == "BYTES":
        return np.array(_strings(bytes(data), count), object).reshape(shape)
    if len(data) != count * dtype.itemsize:
        raise ValueError(
            f"comes with {len(data)} bytes, {datatype}{list(shape)} has {count} x {dtype.itemsize}"
        )
    if datatype == "BOOL" and np.any(np.frombuffer(data, np.uint8) > 1):
        raise ValueError("has a byte that is neither 0 nor 1, which is no BOOL")
    array = np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype, copy=False)
    # It begins behind JSON of any length: not every address is one for numbers of several bytes.
    return np.require(array.reshape(shape), requirements="A")


def to_binary(array: Array) -> bytes:
    """The elements as `from_binary` reads them."""
    if array.dtype == object:
        encoded = [element.encode() for element in array.ravel()]
        return b"".join(chain.from_iterable((_LENGTH.pack(len(e)), e) for e in encoded))
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _flat(data: object, shape: Sequence[int]) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError(f"has data that are a {_json_name(data)}, not a list")
    count = math.prod(shape)
    if data and isinstance(data[0], list):
        data = _unnested([data], shape)
    if len(data) != count:
        raise ValueError(f"has {len(data)} elements, the shape {list(shape)} needs {count}")
    return data


def _unnested(rows: list[Any], shape: Sequence[int]) -> list[Any]:
    for side in shape:
        if not all(isinstance(row, list) and len(row) == side for row in rows):
            raise ValueError(f"has lists that are not nested as the shape {list(shape)} says")
        rows = list(chain.from_iterable(rows))
    return rows


def _strings(data: bytes, count: int) -> Iterable[str]:
    found: list[str] = []
    place = 0
    while place < len(data):
        try:
            (length,) = _LENGTH.unpack_from(data, place)
        except struct.error as error:
            raise ValueError(f"ends within the length of its element {len(found)}") from error
        place += _LENGTH.size
        if place + length > len(data):
            raise ValueError(f"ends within its element {len(found)}")
        try:
            found.append(data[place : place + length].decode())
        except UnicodeDecodeError as error:
            raise ValueError(f"has bytes in its element {len(found)} that are no UTF-8") from error
        place += length
    if len(found) != count:
        raise ValueError(f"comes with {len(found)} elements, its shape needs {count}")
    return found


def _is_finite(array: Array) -> bool:
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _json_name(value: object) -> str:
    names = {bool: "boolean", str: "string", list: "list", dict: "object", type(None): "null"}
    return names.get(type(value), "fraction" if isinstance(value, float) else "number")
