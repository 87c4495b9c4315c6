"""Element types as the Open Inference Protocol names them, and as numpy does."""

from collections.abc import Mapping
from typing import Any

import numpy as np

DATATYPES: Mapping[str, np.dtype[Any]] = {
    "BOOL": np.dtype(bool),
    "UINT8": np.dtype("uint8"),
    "UINT16": np.dtype("uint16"),
    "UINT32": np.dtype("uint32"),
    "UINT64": np.dtype("uint64"),
    "INT8": np.dtype("int8"),
    "INT16": np.dtype("int16"),
    "INT32": np.dtype("int32"),
    "INT64": np.dtype("int64"),
    "FP16": np.dtype("float16"),
    "FP32": np.dtype("float32"),
    "FP64": np.dtype("float64"),
    "BYTES": np.dtype(object),
}
"""Every datatype that requests and answers can carry. The elements of `BYTES` are `str`."""

_OF_RUNTIME = {dtype.name: name for name, dtype in DATATYPES.items()} | {
    "string": "BYTES",
    "bfloat16": "BF16",  # known to the protocol, but numpy has no such numbers to give a graph
}


def datatype_of(dtype: str) -> str:
    """The protocol's name for the element type of a graph's tensor.

    What the protocol has no name for (sequences, maps, complex numbers) keeps that of the runtime.
    """
    return _OF_RUNTIME.get(dtype, dtype)


def config_type_of(dtype: str) -> str:
    """The same as the enumeration `DataType` of Triton's `model_config.proto` has it."""
    datatype = datatype_of(dtype)
    if datatype == "BYTES":
        return "TYPE_STRING"
    return f"TYPE_{datatype}" if datatype in (*DATATYPES, "BF16") else "TYPE_INVALID"
