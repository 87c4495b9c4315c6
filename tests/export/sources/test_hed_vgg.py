"""VGG-16 out of HED's file: the same convolutions, in the order in which they are asked."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from export.architectures.vgg import BLOCKS
from export.sources import hed_vgg
from export.sources.hed import state
from export.sources.packages import Weights
from tests.export.sources.hed_weights import write


def test_its_features_are_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "random.weights.h5", [channels[-1] for channels in BLOCKS])
    monkeypatch.setattr(Weights, "file", lambda weights, runs: file)
    network = hed_vgg.vgg16(tmp_path, blocks=2)
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    picture = torch.rand(1, 3, 9, 12, generator=torch.Generator().manual_seed(0))
    first, second = network(picture)
    stored = state(file)

    def convolved(x: torch.Tensor, place: str) -> torch.Tensor:
        kernel, bias = stored[f"blocks.{place}.weight"], stored[f"blocks.{place}.bias"]
        return F.relu(F.conv2d(x, kernel, bias, padding=1))

    x = picture * 255 - torch.tensor([122.67892, 116.66877, 104.00699])[:, None, None]
    x = convolved(convolved(x, "0.0"), "0.2")
    assert torch.equal(first, x)
    assert torch.equal(second, convolved(convolved(F.max_pool2d(x, 2), "1.0"), "1.2"))
