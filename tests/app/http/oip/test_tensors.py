"""The codec: every datatype there and back, and nothing that is not exactly what it says."""

import json
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.http.oip.datatypes import DATATYPES, config_type_of, datatype_of
from app.http.oip.tensors import from_binary, from_json, to_binary, to_json

SHAPES = [(), (1,), (7,), (2, 3), (1, 2, 3, 4), (5, 1, 1)]
TEXTS = ["", "a", "ü€😀", "nul\0inside", "[1]", "x" * 300]


def sample(datatype: str, shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    """Random elements of the whole range of a datatype, its ends among them."""
    random = np.random.default_rng(seed)
    dtype, count = DATATYPES[datatype], math.prod(shape)
    if datatype == "BYTES":
        return np.array([TEXTS[i] for i in random.integers(0, len(TEXTS), count)], object).reshape(
            shape
        )
    if datatype == "BOOL":
        return random.integers(0, 2, shape).astype(bool)
    if dtype.kind == "f":
        ends = [0.0, -0.0, float(np.finfo(dtype).max), float(np.finfo(dtype).smallest_subnormal)]
        values = (random.standard_normal(count) * 1000).astype(dtype)
    else:
        info = np.iinfo(dtype)
        ends = [info.min, info.max]
        values = random.integers(info.min, info.max, count, dtype, endpoint=True)
    flat = [ends[i] if i < len(ends) else value for i, value in enumerate(values)]
    return np.array(flat, dtype).reshape(shape)


def same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """The same to the bit."""
    return a.shape == b.shape and a.dtype == b.dtype and to_binary(a) == to_binary(b)


@pytest.mark.parametrize("datatype", DATATYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_there_and_back(datatype: str, shape: tuple[int, ...]) -> None:
    for seed in range(5):
        array = sample(datatype, shape, seed)
        assert same(from_binary(to_binary(array), datatype, shape), array)
        flat = json.loads(json.dumps(to_json(array)))
        assert same(from_json(flat, datatype, shape), array)
        nested = json.loads(json.dumps(array.tolist()))
        if shape:
            assert same(from_json(nested, datatype, shape), array)


@pytest.mark.parametrize("datatype", DATATYPES)
def test_names_are_those_of_the_runtime(datatype: str) -> None:
    dtype = DATATYPES[datatype]
    assert datatype_of("string" if dtype.kind == "O" else dtype.name) == datatype


def test_what_the_protocol_can_not_carry_keeps_its_name() -> None:
    assert datatype_of("seq(map(int64,tensor(float))") == "seq(map(int64,tensor(float))"
    assert config_type_of("seq(map(int64,tensor(float))") == "TYPE_INVALID"
    assert [config_type_of(t) for t in ("float16", "string")] == ["TYPE_FP16", "TYPE_STRING"]


def test_binary_is_little_endian() -> None:
    assert from_binary(b"\x01\x02", "UINT16", [1])[0] == 0x0201
    assert to_binary(np.array([0x0201], ">u2")) == b"\x01\x02"
    assert to_binary(np.array(["é"], object)) == b"\x02\0\0\0\xc3\xa9"


def test_binary_may_lie_at_any_address() -> None:
    array = np.arange(5, dtype=np.float64)
    for before in range(9):
        view = memoryview(b"x" * before + to_binary(array))[before:]
        read = from_binary(view, "FP64", [5])
        assert read.flags.aligned
        assert same(read, array)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_goes_as_bytes_only(value: float) -> None:
    array = np.array([value], np.float32)
    assert same(from_binary(to_binary(array), "FP32", [1]), array)
    with pytest.raises(ValueError, match="binary_data"):
        to_json(array)


@pytest.mark.parametrize(
    ("data", "datatype", "shape", "words"),
    [
        ([256], "UINT8", [1], "does not fit UINT8"),
        ([-1], "UINT64", [1], "does not fit UINT64"),
        ([2**63], "INT64", [1], "does not fit INT64"),
        ([1, 2.5], "INT32", [2], "fraction at 1, which is no INT32"),
        ([True], "UINT8", [1], "boolean at 0"),
        ([True], "FP32", [1], "boolean at 0"),
        ([0], "BOOL", [1], "number at 0, which is no BOOL"),
        ([70000.0], "FP16", [1], "does not fit FP16"),
        ([1e39], "FP32", [1], "does not fit FP32"),
        ([math.inf], "FP64", [1], "does not fit FP64"),
        ([10**400], "FP64", [1], "does not fit FP64"),
        (["1"], "FP32", [1], "string at 0"),
        ([1], "BYTES", [1], "number at 0, which is no BYTES"),
        ([None], "FP32", [1], "null at 0"),
        ([{}], "FP32", [1], "object at 0"),
        ("AAAA", "UINT8", [3], "a string, not a list"),
        (1, "UINT8", [], "a number, not a list"),
        ([1, 2], "UINT8", [3], "2 elements, the shape \\[3\\] needs 3"),
        ([], "UINT8", [3], "0 elements"),
        ([[1, 2, 3], [4, 5, 6]], "UINT8", [3, 2], "not nested"),
        ([[1, 2], [3]], "UINT8", [2, 2], "not nested"),
        ([[1, 2], 3], "UINT8", [2, 2], "not nested"),
        ([[[1, 2]]], "UINT8", [1, 2], "not nested|list at 0"),
        ([[1]], "UINT8", [], "list at 0"),
    ],
)
def test_json_that_is_refused(data: object, datatype: str, shape: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_json(data, datatype, shape)


@pytest.mark.parametrize(
    ("data", "datatype", "shape", "words"),
    [
        (b"123", "FP32", [1], "3 bytes, FP32\\[1\\] has 1 x 4"),
        (b"12345", "FP32", [1], "5 bytes"),
        (b"", "UINT8", [1], "0 bytes"),
        (b"\x00\x02", "BOOL", [2], "neither 0 nor 1"),
        (b"\x01\0", "BYTES", [1], "within the length of its element 0"),
        (b"\0\0\0\0\x02\0\0\0a", "BYTES", [2], "within its element 1"),
        (b"\xff\xff\xff\xffab", "BYTES", [1], "within its element 0"),
        (b"\x01\0\0\0\xff", "BYTES", [1], "no UTF-8"),
        (b"\0\0\0\0", "BYTES", [2], "1 elements, its shape needs 2"),
    ],
)
def test_bytes_that_are_refused(data: bytes, datatype: str, shape: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_binary(data, datatype, shape)
