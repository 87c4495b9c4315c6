"""Decoding by hand, suppression beside torchvision's, and a detector that is exported."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torchvision.ops import nms

from app.runtime.model import Model
from export.architectures.resnet_detector import ResNetDetector
from export.graphs.by_task import GRAPHS
from export.graphs.detection import MOST, OVERLAP, objects, suppressed
from export.making import export_graph
from export.recipe import Recipe
from tests.export.networks import unlike


def maps(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Two classes of which nothing is seen, and boxes that reach 4 pixels to every side."""
    return torch.full((1, 2, height, width), -20.0), torch.full((1, 4, height, width), 4.0)


def test_by_hand() -> None:
    logits, distances = maps(6, 8)
    logits[0, 1, 2, 3] = 2.0
    logits[0, 0, 2, 4] = 1.0  # its neighbour is better
    logits[0, 0, 5, 7] = 0.0
    distances[0, :, 2, 3] = torch.tensor([1.0, 2.0, 3.0, 40.0])
    boxes, scores, classes = objects(logits, distances, stride=8)
    assert boxes.shape == (1, MOST, 4)
    assert scores[0, :2].tolist() == pytest.approx([1 / (1 + np.exp(-2)), 0.5])
    assert scores[0, 2:].max() < 1e-6
    assert classes[0, :2].tolist() == [1, 0]
    # The middle of the place is at 28, 20; the picture is 64x48.
    assert boxes[0, 0].tolist() == [27, 18, 31, 48]
    assert boxes[0, 1].tolist() == [56, 40, 64, 48]


def test_of_two_boxes_on_one_object_the_better_stays() -> None:
    logits, distances = maps(6, 8)
    logits[0, 0, 2, 2], logits[0, 1, 2, 4] = 1.0, 2.0
    distances[0, :, 2, 2] = torch.tensor([10.0, 10.0, 26.0, 10.0])
    distances[0, :, 2, 4] = torch.tensor([26.0, 10.0, 10.0, 10.0])
    _, scores, classes = objects(logits, distances, stride=8)
    assert (scores[0] > 0.5).sum() == 1
    assert classes[0, 0] == 1


def test_suppression_is_greedy() -> None:
    generator = torch.Generator().manual_seed(0)
    corners = torch.rand(4, 60, 2, generator=generator) * 60
    boxes = torch.cat([corners, corners + 10 + torch.rand(4, 60, 2, generator=generator) * 30], 2)
    out = suppressed(boxes, OVERLAP)
    assert 0 < out.sum() < out.numel() / 2
    for row in range(4):
        kept = nms(boxes[row], torch.linspace(1, 0, 60), OVERLAP)
        assert (~out[row]).nonzero()[:, 0].tolist() == sorted(kept.tolist())


def test_a_box_that_is_out_puts_no_other_out() -> None:
    row = torch.tensor([[[0.0, 0, 10, 10], [2, 0, 12, 10], [4, 0, 14, 10], [6, 0, 16, 10]]])
    assert suppressed(row, 0.6).tolist() == [[False, True, False, True]]


@pytest.mark.filterwarnings("ignore")
def test_it_is_exported(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = unlike(ResNetDetector(3, finest=1, width=8))
    torch.nn.init.normal_(network.head.weight, std=3)  # else rounding decides which is a peak
    recipe = Recipe(
        name="tiny-detector",
        architecture="resnet-thin-detector",
        task="detection",
        title="A detector",
        labels=("a", "b", "c"),
        half=False,
    )
    path, parity = export_graph(recipe, GRAPHS["detection"](recipe, network.eval()), tmp_path,
                                source_sha256="")  # fmt: skip
    assert parity.error < 1e-4
    model = Model.load(path)
    assert model.card.halo is None
    assert model.card.multiple == 32
    outputs = model.run(image=np.zeros((2, 64, 96, 3), np.uint8))
    assert outputs["boxes"].shape == (2, MOST, 4)
    assert outputs["classes"].dtype == np.int64
