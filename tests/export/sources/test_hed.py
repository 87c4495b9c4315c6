"""HED in torch answers what the package answers by the same file, side by side."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from export.architectures.hed import WIDTHS, from_state
from export.errors import UnusableWeights
from export.graphs.edges import EdgeMapper
from export.sources.hed import state
from export.sources.packages import HED
from tests.export.sources.hed_weights import picture, write

ANSWERS = json.loads(Path(__file__).with_name("hed.json").read_text())
"""Logits by output, as `hed_answers.py` has printed them."""


def test_every_output_is_the_packages(tmp_path: Path) -> None:
    network = from_state(state(write(tmp_path / "random.weights.h5", WIDTHS)))
    mean, std = HED.recipe.mean, HED.recipe.std
    graph = EdgeMapper(network, mean=mean, std=std, sides=None, multiple=network.multiple)
    image = torch.from_numpy(picture())[None]
    with torch.no_grad():
        normalised = graph.normalised(image)
        logits = [*network.side_logits(normalised), network(normalised)]
        (edges,) = graph(image)
    assert list(ANSWERS) == ["side1", "side2", "side3", "side4", "side5", "fused"]
    for told, maps in zip(ANSWERS.values(), logits, strict=True):
        found = maps[0, 0].double().numpy()
        assert found.shape == (37, 53)
        assert abs(found.mean() - told["mean"]) < 1e-5
        assert abs((found**2).mean() - told["square"]) < 1e-4
        np.testing.assert_allclose(found[::6, ::4], told["values"], rtol=0, atol=5e-5)
    fused = np.array(ANSWERS["fused"]["values"])
    assert np.ptp(fused) > 0.2
    np.testing.assert_allclose(edges[0, ::6, ::4], 1 / (1 + np.exp(-fused)), rtol=0, atol=2e-5)


def test_what_is_no_such_file(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.h5"
    damaged.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(UnusableWeights, match=r"damaged\.h5 does not hold the weights of"):
        state(damaged)
    import h5py

    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["block1/layers/conv2d/vars/0"] = np.zeros((3, 3, 3, 2), np.float32)
    with pytest.raises(UnusableWeights, match=r"other\.h5 does not hold the weights of"):
        state(other)


def test_layers_that_do_not_fit_together(tmp_path: Path) -> None:
    weights = state(write(tmp_path / "tiny.weights.h5", [2, 2, 2, 2, 2]))
    weights["blocks.3.4.weight"] = torch.zeros(2, 3, 3, 3)
    with pytest.raises(ValueError, match=r"of HED: blocks\.3\.4\.weight is \(2, 3, 3, 3\) instead"):
        from_state(weights)
    del weights["blocks.4.0.weight"]
    with pytest.raises(ValueError, match=r"of HED: blocks\.4\.0\.weight is missing"):
        from_state(weights)
