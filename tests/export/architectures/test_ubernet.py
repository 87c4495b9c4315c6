"""One encoder and several heads: shapes, what depends on what, and weights that tell the heads."""

from collections.abc import Mapping

import pytest
import torch

from export.architectures import ubernet
from export.architectures.resnet_dense import ResNetDense
from export.architectures.ubernet import HEADS, UberNet

OUTPUTS = {
    "edges": 1, "normals": 3, "parts": 4, "segmentation": 5, "semantic-boundaries": 5,
    "saliency": 1,
}  # fmt: skip

STRIDES = {
    "edges": 1, "normals": 4, "parts": 4, "segmentation": 4, "semantic-boundaries": 2,
    "saliency": 8,
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("narrow")


def made(outputs: Mapping[str, int] = OUTPUTS) -> UberNet:
    torch.manual_seed(0)
    return UberNet(outputs).eval()


def test_every_head_answers_at_its_stride() -> None:
    with torch.inference_mode():
        answers = made()(torch.rand(2, 3, 64, 96))
    assert list(answers) == list(HEADS)
    for task, logits in answers.items():
        stride = STRIDES[task]
        assert logits.shape == (2, OUTPUTS[task], 64 // stride, 96 // stride)


@pytest.mark.parametrize("task", OUTPUTS)
def test_a_head_says_the_same_alone(task: str) -> None:
    network, pictures = made(), torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        together, alone = network(pictures), network(pictures, (task,))
    assert list(alone) == [task]
    assert torch.equal(alone[task], together[task])


def test_a_decoder_is_that_of_a_single_network() -> None:
    network, single = made({"parts": 4}), ResNetDense(4).eval()
    own = {f"heads.parts.{n}": t for n, t in single.state_dict().items() if "encoder" not in n}
    encoder = {n: t for n, t in single.state_dict().items() if "encoder" in n}
    network.load_state_dict(own | encoder)
    pictures = torch.rand(1, 3, 64, 32)
    with torch.inference_mode():
        assert torch.equal(network(pictures)["parts"], single(pictures))


def test_boundaries_follow_from_what_the_segmentation_sees() -> None:
    network = made()
    network(torch.rand(1, 3, 64, 64), ("semantic-boundaries",))[
        "semantic-boundaries"
    ].square().sum().backward()
    assert network.heads["segmentation"].join[0].weight.grad.abs().max() > 0
    assert network.heads["segmentation"].head.weight.grad is None
    assert network.heads["edges"].join[0].weight.grad is None


def test_a_frozen_head_keeps_its_statistics() -> None:
    network = made()
    network.heads["segmentation"].requires_grad_(False)
    network.train()
    assert not network.heads["segmentation"].join.training
    assert network.heads["parts"].join.training
    assert not network.encoder.bn1.training


@pytest.mark.parametrize("tasks", [tuple(OUTPUTS), ("edges",), ("saliency", "normals")])
def test_weights_tell_which_heads_there_are(tasks: tuple[str, ...]) -> None:
    network = made({task: OUTPUTS[task] for task in tasks})
    same = ubernet.from_state(network.state_dict())

    assert set(same.tasks) == set(tasks)
    assert not any(module.training for module in same.modules())
    pictures = torch.rand(1, 3, 32, 64)
    with torch.inference_mode():
        expected, found = network(pictures), same(pictures)
    assert all(torch.equal(expected[task], found[task]) for task in tasks)


def test_other_weights_are_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="an UberNet: it has no heads"):
        ubernet.from_state(ResNetDense(2).state_dict())
    state = made({"segmentation": 5, "semantic-boundaries": 5}).state_dict()
    lacking = {n: t for n, t in state.items() if not n.startswith("heads.segmentation.")}
    with pytest.raises(ValueError, match="semantic-boundaries need a segmentation"):
        ubernet.from_state(lacking)
    lacking = {n: t for n, t in state.items() if n != "heads.segmentation.join.0.weight"}
    with pytest.raises(ValueError, match=r"heads\.segmentation\.join\.0\.weight is missing"):
        ubernet.from_state(lacking)
