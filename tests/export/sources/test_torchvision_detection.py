"""Detectors of torchvision as a source: weights that fit, terms, labels, what is out of reach."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from app.card import Fit
from export.errors import ExportError, UnusableWeights
from export.sources import torchvision as source
from export.sources import torchvision_detection as detection
from tests.export.sources.libraries import cut_off

pytestmark = pytest.mark.filterwarnings("ignore")

COCO = models.get_model_weights("fcos_resnet50_fpn").DEFAULT.meta["categories"]


def quiet(step: str) -> None:
    """Nobody is told of the steps."""


def saved(name: str, folder: Path, classes: int) -> Path:
    torch.manual_seed(0)
    network = models.get_model(name, weights=None, weights_backbone=None, num_classes=classes)
    torch.save(network.state_dict(), folder / "mine.pth")
    return folder / "mine.pth"


def test_weights_tell_the_classes(tmp_path: Path) -> None:
    sourced = source.load(
        "fcos_resnet50_fpn", str(saved("fcos_resnet50_fpn", tmp_path, 3)), ("a", "b", "c"), quiet
    )
    recipe, graph = sourced.recipe, sourced.graph
    assert recipe.labels == ("a", "b", "c")
    assert recipe.fit == Fit(longest=1067)
    assert recipe.task == "detection"
    assert (recipe.license, recipe.training_data) == ("NOASSERTION", "not stated")
    assert graph.single
    with torch.no_grad():
        boxes, scores, classes = graph(graph.pictures(2, 64, 96, seed=0))
    assert boxes.shape == (2, graph.network.detections_per_img, 4)
    assert scores.shape == classes.shape == boxes.shape[:2]


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "line.pth")
    for name in detection.names():
        with pytest.raises(UnusableWeights, match=f"not the weights of torchvision's {name}"):
            source.load(name, str(tmp_path / "line.pth"), None, quiet)


@pytest.mark.parametrize("name", detection.names())
def test_every_published_set_of_weights_has_terms(name: str) -> None:
    for entry in models.get_model_weights(name):
        assert "COCO" in source.terms(entry)["training_data"]
        assert entry.meta["categories"]


def test_without_the_network_the_file_to_bring_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(monkeypatch, tmp_path)
    with pytest.raises(ExportError, match=r"fetch https://.*/retinanet_resnet50_fpn_coco-.*\.pth"):
        source.load("retinanet_resnet50_fpn", None, None, quiet)


def test_the_oldest_weights_know_no_epsilon() -> None:
    entry = models.get_model_weights("retinanet_resnet50_fpn").COCO_V1
    state = models.get_model(
        "retinanet_resnet50_fpn", weights=None, weights_backbone=None, num_classes=91
    ).state_dict()
    network, classes = detection.built("retinanet_resnet50_fpn", state, entry)
    assert classes == 91 == len(COCO)
    assert {m.eps for m in network.modules() if isinstance(m, nn.BatchNorm2d)} == {0.0}
    network, _ = detection.built("retinanet_resnet50_fpn", state, None)
    assert {m.eps for m in network.modules() if isinstance(m, nn.BatchNorm2d)} == {1e-5}
