"""Graphs of two inputs: exported, verified by the server's own loader, and free in their sides."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from app.runtime.model import Model
from export.architectures.resnet_style import ResNetStyle
from export.graphs.pictures import FlowMapper, Painter
from export.making import export, export_graph
from export.recipe import Recipe
from tests.conftest import noise

PAINTER = Recipe(
    name="tiny-style",
    architecture="resnet-style",
    task="style",
    title="Two styles of nothing",
    labels=("one", "other"),
)

MAPPER = Recipe(name="tiny-flow", architecture="none", task="flow", title="Differences")


class Differences(nn.Module):
    """What changed in red and in green."""

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return (second - first)[:, :2]


def test_a_painter(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = ResNetStyle(2, width=2).eval()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith(("scale", "shift")):
                parameter.copy_(torch.rand_like(parameter))

    path, parity = export(PAINTER, network.state_dict(), tmp_path)

    model = Model.load(path)
    assert parity.error < 1e-3
    assert model.card.halo is None
    assert model.card.multiple == 8
    assert model.inputs["style"].shape == ("N", 2)
    image = noise(24, 16).astype(np.float32)[np.newaxis] / 255
    mixed = np.array([[0.25, 0.75]], np.float32)
    with torch.no_grad():
        graph = Painter(network, styles=2, multiple=8)
        (expected,) = graph(torch.from_numpy(image), torch.from_numpy(mixed))
    found = model.run(image=image, style=mixed)["stylized"]
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-3)
    assert 0 <= found.min() <= found.max() <= 1


def test_a_flow_mapper(tmp_path: Path) -> None:
    values = {"mean": (0.5, 0.25, 0.1), "std": (0.5, 0.25, 1.0), "sides": None, "multiple": 1}
    graph = FlowMapper(Differences(), **values).eval()

    path, _ = export_graph(MAPPER, graph, tmp_path, source_sha256="")

    model = Model.load(path)
    assert model.card.halo is None
    first, second = (noise(7, 5, seed=seed)[np.newaxis] for seed in range(2))
    found = model.run(image=first, next=second)["flow"]
    expected = (second[..., :2] / 255.0 - first[..., :2] / 255.0) / (0.5, 0.25)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_a_flow_is_verified_on_moves() -> None:
    values = {"mean": (0.0,) * 3, "std": (1.0,) * 3, "sides": None, "multiple": 1}
    first, second = FlowMapper(Differences(), **values).examples(2, 16, 24, seed=0)
    assert first.shape == second.shape == (2, 16, 24, 3)
    assert first.dtype == second.dtype == torch.uint8
    # By three to the right and two down.
    assert torch.equal(second[:, 2:, 3:], first[:, :-2, :-3])
