"""A network of TensorFlow.js as ONNX computes what Keras' layers mean, written out in numpy."""

import json
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from export.errors import UnusableGraph
from export.sources.tfjs import translated

SCALE, BETA = 2, 0.2


def tensors() -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(0)
    shapes = {"first": (3, 3, 3, 4), "second": (1, 5, 7, 12)}  # height, width, in, out
    made = {f"{name}/kernel": random.normal(0, 0.3, shape) for name, shape in shapes.items()}
    made |= {f"{name}/bias": random.normal(0, 0.3, shape[-1]) for name, shape in shapes.items()}
    return {name: values.astype(np.float32) for name, values in made.items()}


def layer(kind: str, name: str, *given: str, **config: Any) -> dict[str, Any]:
    inbound = [[[source, 0, 0, {}] for source in given]] if given else []
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": inbound}


def convolution(name: str, given: str) -> dict[str, Any]:
    return layer(
        "Conv2D", name, given, strides=[1, 1], padding="same", data_format="channels_last",
        dilation_rate=[1, 1], groups=1, activation="linear", use_bias=True,
    )  # fmt: skip


def document() -> dict[str, Any]:
    """A model.json with every layer that is read, its weights in two groups and three shards."""
    layers = [
        layer("InputLayer", "given", batch_input_shape=[None, None, None, 3]),
        convolution("first", "given"),
        layer("Activation", "positive", "first", activation="relu"),
        layer("Concatenate", "both", "given", "positive", axis=3),
        convolution("second", "both"),
        layer("MultiplyBeta", "less", "second", beta=BETA),
        layer("Add", "sum", "second", "less"),
        layer(f"PixelShuffle{SCALE}x", "answer", "sum", scale=SCALE),
    ]
    config = {
        "name": "made_up",
        "layers": layers,
        "input_layers": [["given", 0, 0]],
        "output_layers": [["answer", 0, 0]],
    }
    entries = [
        {"name": name, "shape": list(values.shape), "dtype": "float32"}
        for name, values in tensors().items()
    ]
    return {
        "modelTopology": {"model_config": {"class_name": "Functional", "config": config}},
        "weightsManifest": [
            {"paths": ["a", "b"], "weights": entries[:3]},
            {"paths": ["c"], "weights": entries[3:]},
        ],
    }


def files(described: dict[str, Any]) -> dict[str, bytes]:
    parts = [values.tobytes() for values in tensors().values()]
    first, second = b"".join(parts[:3]), b"".join(parts[3:])
    shards = {"a": first[:101], "b": first[101:], "c": second}  # a number in two shards
    return {"model.json": json.dumps(described).encode(), **shards}


def convolved(given: NDArray[Any], name: str) -> NDArray[Any]:
    """A convolution with zeros around the picture, one output at a time."""
    kernel, bias = tensors()[f"{name}/kernel"], tensors()[f"{name}/bias"]
    high, wide = kernel.shape[:2]
    padded = np.pad(given, ((high // 2,) * 2, (wide // 2,) * 2, (0, 0)))
    made = np.empty((*given.shape[:2], kernel.shape[3]))
    for y, x in np.ndindex(*given.shape[:2]):
        for channel in range(kernel.shape[3]):
            seen = padded[y : y + high, x : x + wide]
            made[y, x, channel] = (seen * kernel[..., channel]).sum() + bias[channel]
    return made


def expected(given: NDArray[Any]) -> NDArray[Any]:
    """What the layers say, in double precision."""
    positive = convolved(given, "first").clip(0)
    second = convolved(np.concatenate([given, positive], 2), "second")
    deep = second + second * BETA
    height, width, channels = deep.shape
    colors = channels // SCALE**2
    made = np.empty((height * SCALE, width * SCALE, colors))
    for y, x, color in np.ndindex(*made.shape):  # tensorflow.org, tf.nn.depth_to_space
        place = (y % SCALE * SCALE + x % SCALE) * colors + color
        made[y, x, color] = deep[y // SCALE, x // SCALE, place]
    return made


def test_every_layer_computes_what_keras_says() -> None:
    model = translated(files(document()))
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    pictures = np.random.default_rng(1).random((2, 5, 4, 3), np.float32)
    found = session.run(None, {"given": pictures.transpose(0, 3, 1, 2)})[0]
    wanted = np.stack([expected(picture.astype(np.float64)) for picture in pictures])
    assert wanted.std() > 0.1
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), wanted, rtol=0, atol=1e-6)


def test_weights_keep_their_names() -> None:
    names = {tensor.name for tensor in translated(files(document())).graph.initializer}
    assert set(tensors()) < names


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("first", "strides", [2, 2]),
        ("first", "padding", "valid"),
        ("first", "data_format", "channels_first"),
        ("first", "dilation_rate", [2, 2]),
        ("first", "groups", 3),
        ("first", "activation", "relu"),
        ("first", "use_bias", False),
        ("positive", "activation", "tanh"),
        ("both", "axis", 1),
    ],
)
def test_other_options_are_refused(name: str, option: str, value: object) -> None:
    described = document()
    layers = described["modelTopology"]["model_config"]["config"]["layers"]
    (changed,) = (each for each in layers if each["name"] == name)
    changed["config"][option] = value
    with pytest.raises(UnusableGraph, match=f"'{name}' has {option} "):
        translated(files(described))


@pytest.mark.parametrize("kind", ["UpSampling2D", "PixelShuffle3x"])
def test_other_layers_are_refused(kind: str) -> None:
    described = document()
    described["modelTopology"]["model_config"]["config"]["layers"][-1]["class_name"] = kind
    with pytest.raises(UnusableGraph, match=rf"the kind {kind} \('answer'\) are not read"):
        translated(files(described))


def test_even_kernels_are_refused() -> None:
    described = document()
    entry = described["weightsManifest"][0]["weights"][0]
    assert entry["name"] == "first/kernel"
    entry["shape"] = [9, 1, 3, 4]
    translated(files(described))
    entry["shape"] = [2, 3, 3, 6]
    with pytest.raises(UnusableGraph, match="'first' has a kernel of 2x3"):
        translated(files(described))


def test_other_weights_are_refused() -> None:
    for change in ({"dtype": "float16"}, {"quantization": {"dtype": "uint8", "scale": 1}}):
        described = document()
        described["weightsManifest"][1]["weights"][0].update(change)
        with pytest.raises(UnusableGraph, match="'second/bias' are not float32"):
            translated(files(described))


@pytest.mark.parametrize("change", [-4, 4])
def test_shards_of_another_length_are_refused(change: int) -> None:
    given = files(document())
    whole = given["c"] + bytes(4)
    given["c"] = whole[: len(given["c"]) + change]
    with pytest.raises(UnusableGraph, match=f"the shards have {len(given['c'])} bytes, the weig"):
        translated(given)
