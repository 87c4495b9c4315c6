"""The decoder answers at the stride of its finest stage, and its weights tell how it was made."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from export.architectures import resnet_dense
from export.architectures.resnet_dense import PRIOR, ResNetDense

LAYOUTS: dict[str, dict[str, Any]] = {
    "default": {},
    "prior": {"stages": (1, 2, 3), "width": 64, "prior": True},
    "one": {"stages": (2,), "width": 8, "inner": 4},
    "narrow": {"stages": (0, 3), "width": 6, "inner": 5},
}


def made(outputs: int = 2, **options: Any) -> ResNetDense:
    torch.manual_seed(0)
    return ResNetDense(outputs, **options).eval()


@pytest.mark.parametrize(
    ("stages", "stride"), [((0, 1, 2, 3), 4), ((1, 2, 3), 8), ((2, 3), 16), ((3,), 32)]
)
def test_answers_at_the_stride_of_the_finest_stage(stages: Sequence[int], stride: int) -> None:
    with torch.inference_mode():
        answer = made(5, stages=stages, width=8, inner=8)(torch.rand(2, 3, 64, 96))
    assert answer.shape == (2, 5, 64 // stride, 96 // stride)


def test_every_stage_that_is_seen_matters() -> None:
    network = made(stages=(1, 2, 3), width=4, inner=4)
    network(torch.rand(2, 3, 64, 64)).square().sum().backward()

    for stage in (1, 2, 3):
        gradient = network.projections[str(stage)][0].weight.grad
        assert gradient.abs().max() > 0


def test_prior_is_a_map_that_is_added_whatever_the_picture() -> None:
    network = made(1, stages=(2,), width=4, inner=4, prior=True)
    assert network.prior.shape == (1, 1, *PRIOR)
    # As high and wide as the grid, so that the prior is added as it is.
    pictures = torch.rand(2, 3, 16 * PRIOR[0], 16 * PRIOR[1])
    with torch.inference_mode():
        without = network(pictures)
        network.prior.copy_(torch.rand(1, 1, *PRIOR))
        torch.testing.assert_close(network(pictures) - without, network.prior.expand(2, 1, *PRIOR))


@pytest.mark.parametrize("options", LAYOUTS.values(), ids=LAYOUTS)
def test_weights_tell_how_the_network_was_made(options: dict[str, Any]) -> None:
    network = made(3, **options)
    if network.prior is not None:
        torch.nn.init.uniform_(network.prior)

    same = resnet_dense.from_state(network.state_dict())

    assert same.seen == network.seen
    assert not any(module.training for module in same.modules())
    pictures = torch.rand(1, 3, 64, 32)
    with torch.inference_mode():
        assert torch.equal(same(pictures), network(pictures))


def test_decoder_learns_statistics_and_the_encoder_keeps_its_own() -> None:
    network = made(width=4, inner=4).train()
    before = {name: buffer.clone() for name, buffer in network.named_buffers()}

    with torch.no_grad():
        network(torch.rand(2, 3, 64, 64))

    changed = {n for n, b in network.named_buffers() if not torch.equal(before[n], b)}
    assert "join.1.running_mean" in changed
    assert not any(name.startswith("encoder.") for name in changed)


def test_refusal_names_the_tensor_that_does_not_fit() -> None:
    state = made(width=4, inner=4).state_dict()
    for lacking in ("head.weight", "join.0.weight", "projections.2.0.weight", "encoder.bn1.bias"):
        with pytest.raises(ValueError, match=f"with a decoder: {lacking} is missing"):
            resnet_dense.from_state({n: t for n, t in state.items() if n != lacking})
    with pytest.raises(ValueError, match="with a decoder: other is left over"):
        resnet_dense.from_state(state | {"other": torch.zeros(1)})


@pytest.mark.parametrize(
    "name", ["projections.4.0.weight", "projections.first.weight", "head.weight", "join.0.weight"]
)
def test_what_is_odd_is_refused_in_one_sentence(name: str) -> None:
    odd = made(width=4, inner=4).state_dict() | {name: torch.tensor(1.0)}
    with pytest.raises(ValueError, match="not the weights of a ResNet-50-thin with a decoder"):
        resnet_dense.from_state(odd)


def test_weights_without_a_projection_are_refused_in_one_sentence() -> None:
    state = made(width=4, inner=4).state_dict()
    none = {n: t for n, t in state.items() if not n.startswith("projections.")}
    with pytest.raises(ValueError, match="not the weights of a ResNet-50-thin with a decoder"):
        resnet_dense.from_state(none)
