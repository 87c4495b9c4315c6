"""Requests and answers around a graph: every datatype through onnxruntime and back."""

import json
from typing import Any

import numpy as np
import pytest

from app.errors import MalformedRequest
from app.http.oip.datatypes import DATATYPES
from app.http.oip.request import read_request
from app.http.oip.response import write_response
from app.http.oip.tensors import to_binary, to_json
from tests.app.http.oip.graphs import identity
from tests.app.http.oip.test_tensors import sample


def body(*inputs: dict[str, Any], **more: Any) -> bytes:
    """A request of JSON."""
    return json.dumps({"inputs": inputs, **more}).encode()


@pytest.mark.parametrize("datatype", DATATYPES)
@pytest.mark.parametrize("binary", [True, False])
def test_through_a_graph_and_back(datatype: str, binary: bool) -> None:
    model, array = identity(datatype), sample(datatype, (2, 3), 1)
    blob = to_binary(array) if binary else b""
    given = {"name": "x0", "shape": [2, 3], "datatype": datatype}
    how = {"parameters": {"binary_data_size": len(blob)}} if binary else {"data": to_json(array)}
    head = body({**given, **how}, id="7", parameters={"binary_data_output": binary})

    asked = read_request(head + blob, str(len(head)) if binary else None, model)
    answer, length = write_response(asked, model.run(**asked.inputs), model)

    assert (length is not None) is binary
    document = json.loads(answer[:length])
    assert (document["model_name"], document["model_version"]) == ("identity", "1")
    assert document["id"] == "7"
    (output,) = document["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("y0", datatype, [2, 3])
    if binary:
        assert output["parameters"] == {"binary_data_size": len(blob)}
        assert answer[length:] == blob
        assert "data" not in output
    else:
        assert output["data"] == json.loads(json.dumps(to_json(array)))
        assert "parameters" not in output


def test_several_tensors_in_their_order_and_mixed_forms() -> None:
    model = identity("INT16", "FP32", "UINT8")
    head = body(
        {"name": "x2", "shape": [1], "datatype": "UINT8", "parameters": {"binary_data_size": 1}},
        {"name": "x1", "shape": [1], "datatype": "FP32", "data": [0.5]},
        {"name": "x0", "shape": [1], "datatype": "INT16", "parameters": {"binary_data_size": 2}},
        outputs=[
            {"name": "y0", "parameters": {"binary_data": True}},
            {"name": "y2"},
            {"name": "y1", "parameters": {"binary_data": True}},
        ],
    )
    asked = read_request(head + b"\x09\xfe\xff", str(len(head)), model)
    answer, length = write_response(asked, model.run(**asked.inputs), model)
    outputs = json.loads(answer[:length])["outputs"]
    assert [output["name"] for output in outputs] == ["y0", "y2", "y1"]
    assert outputs[1]["data"] == [9]
    assert answer[length:] == b"\xfe\xff" + np.float32(0.5).tobytes()


def test_an_output_decides_for_itself() -> None:
    model = identity("UINT8", "UINT8")
    inputs = [{"name": f"x{i}", "shape": [1], "datatype": "UINT8", "data": [i]} for i in (0, 1)]
    asked = read_request(
        body(
            *inputs,
            parameters={"binary_data_output": True},
            outputs=[{"name": "y0"}, {"name": "y1", "parameters": {"binary_data": False}}],
        ),
        None,
        model,
    )
    assert asked.outputs == {"y0": True, "y1": False}


def test_null_and_what_others_invent_is_no_mistake() -> None:
    given = {"name": "x0", "shape": [1], "datatype": "UINT8", "data": [1], "parameters": None}
    text = body(given, outputs=None, parameters={"priority": 1}, id=None, model_name="other")
    assert read_request(text, None, identity("UINT8")).outputs == {"y0": False}


def test_numbers_that_json_has_not_are_refused_in_the_answer() -> None:
    model = identity("FP32")
    given = {"name": "x0", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}
    head = body(given)
    asked = read_request(head + np.float32(np.nan).tobytes(), str(len(head)), model)
    with pytest.raises(MalformedRequest, match="output 'y0' holds NaN"):
        write_response(asked, model.run(**asked.inputs), model)


def test_elements_that_numpy_has_not_are_refused() -> None:
    model = identity("BF16")
    given = {"name": "x0", "shape": [1], "datatype": "BF16", "parameters": {"binary_data_size": 2}}
    head = body(given)
    with pytest.raises(MalformedRequest, match="'x0' is bfloat16 in the graph"):
        read_request(head + b"12", str(len(head)), model)


X = {"name": "x0", "shape": [2, 2], "datatype": "UINT8", "data": [1, 2, 3, 4]}
RAW = {"name": "x0", "shape": [2, 2], "datatype": "UINT8", "parameters": {"binary_data_size": 4}}
DEEP = b'{"inputs":' + b"[" * 5000 + b"]" * 5000 + b"}"


@pytest.mark.parametrize(
    ("head", "blob", "length", "words"),
    [
        (b"", b"", None, "no JSON"),
        (b"[]", b"", None, "the body: "),
        (b"{}", b"", None, "inputs: Field required"),
        (b'{"inputs": 1}', b"", None, "inputs: "),
        (DEEP, b"", None, "no JSON: recursion"),
        (b'{"inputs": []', b"", None, "no JSON"),
        (b"\xff", b"", None, "no JSON"),
        (body(X).replace(b"4]", b"NaN]"), b"", None, "no JSON"),
        (body(X).replace(b"4]", b"1e999]"), b"", None, "fraction at 3"),
        (body(), b"", None, "input 'x0' is missing"),
        (body(X, X), b"", None, "input 'x0' is given twice"),
        (body({**X, "name": "image"}), b"", None, "none of this model's, which are: x0"),
        (body({**X, "datatype": "FP32"}), b"", None, "is FP32, the model takes UINT8"),
        (body({**X, "datatype": "uint8"}), b"", None, "is uint8, the model takes UINT8"),
        (body({**X, "shape": [4]}), b"", None, "shape \\[4\\], the model takes \\[N, 2\\]"),
        (body({**X, "shape": [1, 4]}), b"", None, "the model takes \\[N, 2\\]"),
        (body({**X, "shape": [0, 2]}), b"", None, "every side must be 1 or more"),
        (body({**X, "shape": [-2, 2]}), b"", None, "every side must be 1 or more"),
        (body({**X, "shape": [2**40, 2]}), b"", None, "needs 2199023255552"),
        (body({**X, "shape": [1] * 33}), b"", None, "inputs.0.shape: "),
        (body({**X, "shape": [2.5, 2]}), b"", None, "inputs.0.shape.0: "),
        (body({**X, "shape": ["2", 2]}), b"", None, "inputs.0.shape.0: "),
        (body({**X, "data": "AQIDBA=="}), b"", None, "a string, not a list"),
        (body({**X, "data": None}), b"", None, "neither data nor a binary_data_size"),
        (body({**X, "id": 5}, id=5), b"", None, "id: "),
        (body({**X, **RAW}), b"1234", "head", "both data and a binary_data_size"),
        (body(RAW), b"", None, "announces 4 bytes, 0 are left"),
        (body(RAW), b"123", "head", "announces 4 bytes, 3 are left"),
        (body(RAW), b"12345", "head", "1 bytes follow that belong to no input"),
        (body(RAW), b"1234", None, "no JSON"),
        (body(RAW), b"1234", "99999", "is 99999, the body has"),
        (body(RAW), b"1234", "-1", "not a number of bytes"),
        (body(RAW), b"1234", "1_0", "not a number of bytes"),
        (body(RAW), b"1234", "9" * 5000, "not a number of bytes"),
        (body(RAW), b"1234", "0", "no JSON"),
        (body({**RAW, "shape": [1, 2]}), b"1234", "head", "4 bytes, UINT8\\[1, 2\\] has 2 x 1"),
        (body({**X, "parameters": {"binary_data_size": "4"}, "data": None}), b"", None, "not a n"),
        (body({**X, "parameters": {"binary_data_size": -4}, "data": None}), b"", None, "not a n"),
        (body({**X, "parameters": {"shared_memory_region": "r"}}), b"", None, "shared memory"),
        (body({**X, "parameters": 3}), b"", None, "inputs.0.parameters: "),
        (body(X, outputs=[{"name": "z"}]), b"", None, "no output is called 'z'; there are: y0"),
        (
            body(X, outputs=[{"name": "y0", "parameters": {"classification": 2}}]),
            b"",
            None,
            "wanted as classes",
        ),
        (
            body(X, outputs=[{"name": "y0", "parameters": {"shared_memory_region": "r"}}]),
            b"",
            None,
            "shared memory",
        ),
        (
            body(X, outputs=[{"name": "y0", "parameters": {"binary_data": "yes"}}]),
            b"",
            None,
            "binary_data must be true or false",
        ),
        (body(X, parameters={"binary_data_output": 1}), b"", None, "binary_data_output must be"),
    ],
)
def test_refusals_name_the_mistake(
    head: bytes, blob: bytes, length: str | None, words: str
) -> None:
    model = identity("UINT8", shape=["N", 2])
    with pytest.raises(MalformedRequest, match=words):
        read_request(head + blob, str(len(head)) if length == "head" else length, model)


def test_damaged_requests_are_refused_or_read_but_never_our_fault() -> None:
    model = identity("UINT8", "FP32", "BYTES", shape=["N", 2])
    blob = b"\x01\x02" + np.float32([0.5, 2]).tobytes() + to_binary(np.array(["a", "bc"], object))
    sizes = {"UINT8": 2, "FP32": 8, "BYTES": 11}
    head = body(
        *(
            {"name": f"x{i}", "shape": [1, 2], "datatype": t, "parameters": {"binary_data_size": n}}
            for i, (t, n) in enumerate(sizes.items())
        ),
        outputs=[{"name": "y1", "parameters": {"binary_data": True}}],
    )
    whole, length = head + blob, len(head)
    assert read_request(whole, str(length), model).inputs["x2"].tolist() == [["a", "bc"]]
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(3000):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), random.integers(0, 3)):
            damaged[place] = random.choice(bytearray(b'\0\xff0-9.e"[]{},:nt'))
        if random.random() < 0.3:
            damaged = damaged[: random.integers(0, len(whole))]
        announced = length + int(random.choice([0, 0, 0, -1, 1, 20, -30]))
        try:
            read_request(bytes(damaged), str(announced), model)
        except MalformedRequest:
            refused += 1
    assert 1000 < refused < 3000
