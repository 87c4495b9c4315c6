"""Weights from a file: a plain state dict, or the initializers of a model exported here."""

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from export.errors import UnusableWeights

PREFIX = "network."
"""Names of a network's parameters in an exported graph begin with it."""

WRAPPINGS = ("state_dict", "params_ema", "params", "model")
"""Keys under which training scripts keep the state dict beside other things."""


def find_weights(name: str, runs: Path, models: Path = Path("models")) -> Path:
    """The file with the weights of a model: what was trained here, else what is published.

    Raises:
        UnusableWeights: there is neither.
    """
    places = (runs / name / "weights.pth", models / f"{name}.onnx")
    for place in places:
        if place.is_file():
            return place
    raise UnusableWeights(f"no weights of {name}: neither {places[0]} nor {places[1]} exists")


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict without running any code that a file may hold.

    Args:
        path: `.onnx` as exported here, `.safetensors`, or whatever `torch.save` wrote.

    Raises:
        UnusableWeights: the file is missing, damaged, or no plain state dict.
    """
    if not path.is_file():
        raise UnusableWeights(f"there is no file {path}")
    readers = {".onnx": weights_from_onnx, ".safetensors": _from_safetensors}
    return readers.get(path.suffix.lower(), _from_torch)(path)


def weights_from_onnx(path: Path) -> dict[str, Tensor]:
    """Read the parameters and buffers that a model was exported with.

    Raises:
        UnusableWeights: the file is no ONNX, or holds no parameter of that prefix.
    """
    try:
        graph = onnx.load(path).graph
    except Exception as error:  # protobuf's own error class differs between its versions
        raise UnusableWeights(f"{path} is not an ONNX file") from error
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    # The TorchScript exporter writes equal tensors once and copies them by Identity.
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in tensors:
            tensors[node.output[0]] = tensors[node.input[0]]
    weights = {
        name.removeprefix(PREFIX): _single(torch.from_numpy(numpy_helper.to_array(tensor).copy()))
        for name, tensor in tensors.items()
        if name.startswith(PREFIX)
    }
    if not weights:
        raise UnusableWeights(f"{path} was not exported here: nothing in it is called {PREFIX}*")
    return weights


def _single(tensor: Tensor) -> Tensor:
    """In single precision what a file may store in half (`export.rewriting.half`)."""
    return tensor.float() if tensor.dtype == torch.float16 else tensor


def digest(state: Mapping[str, Tensor]) -> str:
    """SHA-256 of what the weights are, whatever file they come from.

    Hashed are, in the order of their names, every floating-point tensor's name, dtype, shape
    (as `name float32 64,3,3,3` and a newline) and little-endian bytes. Integer tensors, such as
    batch normalization's `num_batches_tracked`, only count training steps and are left out.
    """
    sha256 = hashlib.sha256()
    for name, tensor in sorted(state.items()):
        if tensor.is_floating_point():
            values = tensor.detach().cpu().contiguous().numpy()
            shape = ",".join(str(side) for side in values.shape)
            sha256.update(f"{name} {values.dtype.name} {shape}\n".encode())
            sha256.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
    return sha256.hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _from_safetensors(path: Path) -> dict[str, Tensor]:
    if find_spec("safetensors") is None:
        raise UnusableWeights(f"{path} needs the package safetensors: pip install safetensors")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return _plain(load_file(path), path)
    except SafetensorError as error:
        raise UnusableWeights(f"{path} is damaged: {error}") from error


def _from_torch(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises five classes of errors on files that are not its own
        if "weights_only" in str(error) and "nsupported global" in str(error):
            raise UnusableWeights(
                f"{path} is a pickled object, which could run any code when opened; save the "
                "weights alone: torch.save(model.state_dict(), 'weights.pth')"
            ) from error
        raise UnusableWeights(f"{path} is damaged or was not written by torch.save") from error
    return _plain(content, path)


def _plain(content: object, path: Path) -> dict[str, Tensor]:
    for key in WRAPPINGS:
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not isinstance(content, Mapping) or not content:
        raise UnusableWeights(f"{path} holds no state dict")
    for name, value in content.items():
        if not isinstance(value, Tensor):
            raise UnusableWeights(f"{path} is no plain state dict: {name!r} is not a tensor")
    # nn.DataParallel puts everything under `module.`.
    return {str(name).removeprefix("module."): value for name, value in content.items()}
