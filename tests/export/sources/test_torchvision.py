"""torchvision as a source: its state dicts become models that answer as it does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.resnet import BasicBlock, ResNet
from torchvision.models.segmentation.fcn import FCN, FCNHead
from typer.testing import CliRunner, Result

from app.card import Fit
from app.runtime.model import Model
from export.__main__ import app
from export.errors import ExportError, UnusableWeights
from export.graphs.by_task import classifier, segmenter
from export.halo import measure_halo
from export.labels import labels
from export.making import export_graph
from export.recipe import Recipe
from export.sources import torchvision as source
from export.sources import torchvision_detection
from export.weights import digest, file_digest
from tests.export.sources.libraries import assert_served_alike, cut_off, untrained

pytestmark = pytest.mark.filterwarnings("ignore")

V1 = models.ResNet18_Weights.IMAGENET1K_V1


def quiet(step: str) -> None:
    """Nobody is told of the steps."""


@pytest.fixture(scope="module")
def resnet18() -> ResNet:
    return untrained(models.resnet18, num_classes=1000)


@pytest.fixture(scope="module")
def official(resnet18: ResNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "resnet18-f37072fd.pth"
    torch.save(resnet18.state_dict(), path)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


def test_a_state_dict_of_ones_own_becomes_a_model(tmp_path: Path) -> None:
    network = untrained(models.resnet18, num_classes=7)
    file = tmp_path / "mine.pth"
    torch.save({"state_dict": network.state_dict()}, file)
    result = run(
        "torchvision:resnet18", "--weights", file, "--labels", "a,b,c,d,e,f,g",
        "--models", tmp_path / "models", "--name", "mine",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "best label the same for 100%" in result.stdout
    path = tmp_path / "models" / "mine.onnx"
    assert_served_alike(path, network, V1.transforms())

    card = Model.load(path).card
    assert card.labels == tuple("abcdefg")
    assert card.fit == Fit(resize=256, crop=224)
    assert card.source == "torchvision's resnet18, mine.pth"
    assert card.source_sha256 == file_digest(file)
    assert (card.model_license, card.training_data) == ("NOASSERTION", "not stated")

    again = source.load("resnet18", str(path), None, quiet)
    assert again.sha256 == digest(network.state_dict())


def test_what_torchvision_downloads_comes_with_its_terms(
    official: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cut_off(monkeypatch, tmp_path) / official.name
    kept.write_bytes(official.read_bytes())  # as if it had been downloaded before
    for weights in ("IMAGENET1K_V1", "DEFAULT", None):
        sourced = source.load("resnet18", weights, None, quiet)
        recipe = sourced.recipe
        assert recipe.labels == labels("imagenet")
        assert recipe.source == V1.url
        assert (recipe.license, recipe.author) == ("BSD-3-Clause", source.AUTHOR)
        assert recipe.title == "torchvision's ResNet18_Weights.IMAGENET1K_V1"
        assert "ImageNet-1k" in recipe.training_data
        assert sourced.sha256 == file_digest(kept)


def test_a_published_file_is_known_by_its_hash(
    official: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = torch.load(official)
    monkeypatch.setattr(source, "given", lambda file: (state, "f37072fd" + 56 * "0"))
    recipe = source.load("resnet18", str(official), None, quiet).recipe
    assert (recipe.source, recipe.license) == (V1.url, "BSD-3-Clause")
    monkeypatch.setattr(source, "given", lambda file: (state, 64 * "0"))
    recipe = source.load("resnet18", str(official), None, quiet).recipe
    assert recipe.license == "NOASSERTION"
    assert official.name in recipe.source


def test_without_the_network_the_file_to_bring_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cut_off(monkeypatch, tmp_path)
    result = run(
        "torchvision:resnet18", "--weights", "IMAGENET1K_V1", "--models", tmp_path / "models"
    )
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"fetch {V1.url} and give it as --weights resnet18-f37072fd.pth" in result.stderr
    assert not (tmp_path / "models").exists()
    assert not list(kept.iterdir())


def test_weights_of_another_network_are_refused(official: Path, tmp_path: Path) -> None:
    kind = "these are not the weights of torchvision's"
    with pytest.raises(UnusableWeights, match=rf"{kind} resnet34: layer1\.2\.conv1\.weight is mi"):
        source.load("resnet34", str(official), None, quiet)
    with pytest.raises(UnusableWeights, match=rf"{kind} densenet121: classifier\.weight is miss"):
        source.load("densenet121", str(official), None, quiet)
    with pytest.raises(UnusableWeights, match="2 labels, but the network has 1000 outputs"):
        source.load("resnet18", str(official), ("a", "b"), quiet)


def test_what_does_not_exist_is_answered_with_what_does() -> None:
    with pytest.raises(ExportError, match=r"there are densenet121, .*, but no 'vgg16'"):
        source.load("vgg16", None, None, quiet)
    with pytest.raises(UnusableWeights, match=r"no file V9; .*resnet18 by name: IMAGENET1K_V1"):
        source.load("resnet18", "V9", None, quiet)


def test_every_network_of_the_families_is_there() -> None:
    names = set(source.names())
    assert {f"resnet{depth}" for depth in (18, 34, 50, 101, 152)} <= names
    assert {f"densenet{depth}" for depth in (121, 161, 169, 201)} <= names
    assert {"resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"} <= names
    assert {"wide_resnet50_2", "wide_resnet101_2"} <= names
    assert {
        f"{kind}_resnet{depth}" for kind in ("fcn", "deeplabv3") for depth in (50, 101)
    } <= names
    assert {f"{kind}_resnet50_fpn" for kind in ("fasterrcnn", "retinanet", "fcos")} <= names
    assert len(names) == 24


@pytest.mark.parametrize("name", sorted({*source.names()} - {*torchvision_detection.names()}))
def test_every_published_set_of_weights_can_be_described(name: str) -> None:
    dense = "_resnet" in name and not name.startswith("wide")
    for entry in models.get_model_weights(name):
        assert source.recipe_for(name, entry, dense).mean == (0.485, 0.456, 0.406)
        assert source.terms(entry)["training_data"]


RECIPE = Recipe(
    name="narrow",
    architecture="torchvision:densenet121",
    task="classification",
    title="narrow",
    fit=Fit(resize=40, crop=32),
)


def test_evidence_of_a_densenet_adds_up_to_its_logits() -> None:
    network = untrained(
        models.DenseNet, growth_rate=4, block_config=(2, 2), num_init_features=8, num_classes=5
    )
    graph: Any = classifier(RECIPE, network, 5, source.HEADS["classifier"])
    pictures = graph.pictures(2, 32, 32, seed=0)
    with torch.no_grad():
        scores, _, evidence = graph(pictures)
        logits = network(graph.normalised(pictures))
    assert logits.std() > 0.01
    torch.testing.assert_close(graph.logits_of(evidence), logits)
    torch.testing.assert_close(scores, logits.softmax(1))


def test_names_of_a_densenet_from_before_are_read(tmp_path: Path) -> None:
    state = untrained(models.densenet121, num_classes=3).state_dict()
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2.")
        if "denselayer" in name
        else name: value
        for name, value in state.items()
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    torch.save(old, tmp_path / "old.pth")
    network = source.load("densenet121", str(tmp_path / "old.pth"), None, quiet).graph.network
    assert digest(network.state_dict()) == digest(state)


def narrow_fcn() -> nn.Module:
    backbone = ResNet(BasicBlock, [1, 1, 1, 1])
    head, helper = FCNHead(512, 4), FCNHead(256, 4)
    layers = IntermediateLayerGetter(backbone, {"layer4": "out", "layer3": "aux"})
    return FCN(layers, head, helper)


def test_a_segmentation_answers_as_torchvision_does(tmp_path: Path) -> None:
    network = untrained(narrow_fcn)
    logits = source.DenseLogits(network)
    assert logits.multiple == 32
    assert not any(name.startswith("aux") for name in logits.state_dict())
    assert set(logits.state_dict()) < set(network.state_dict())
    recipe = Recipe(name="fcn", architecture="", task="segmentation", title="", fit=Fit(longest=96))
    graph = segmenter(recipe, logits, 4)
    path, _ = export_graph(recipe, graph, tmp_path, source_sha256="")

    model: Any = Model.load(path)
    assert (model.card.fit, model.card.multiple) == (Fit(longest=96), 32)
    for height, width in ((64, 96), (32, 160)):
        pictures = graph.pictures(2, height, width, seed=height)
        with torch.no_grad():
            expected = network(graph.normalised(pictures))["out"]  # type: ignore[operator]
        found = model.run(image=pictures.numpy())
        assert np.mean(found["classes"] == expected.argmax(1).numpy()) >= 0.999
        confidence = expected.softmax(1).amax(1).numpy()
        np.testing.assert_allclose(found["confidence"], confidence, atol=1e-4)


def test_a_convolutional_segmentation_has_a_halo() -> None:
    recipe = Recipe(name="fcn", architecture="", task="segmentation", title="")
    graph = segmenter(recipe, source.DenseLogits(untrained(narrow_fcn)), 4)
    # Cell i is centred at pixel 32i and sees 3 pixels by the first convolution, 2 by the pooling,
    # 4 + 4, 4 + 8, 8 + 16 and 16 + 32 by the stages, 32 by the head: 129. Bilinearly pixel 32i + 47
    # is the last that takes from cell i, so it is 47 + 129 away from what the cell sees first.
    assert measure_halo(graph) == 47 + 129


def test_a_segmentation_is_read_with_and_without_what_helped_to_train(tmp_path: Path) -> None:
    network = untrained(
        models.segmentation.fcn_resnet50, weights_backbone=None, num_classes=21, aux_loss=True
    )
    state = network.state_dict()
    without = {name: value for name, value in state.items() if not name.startswith("aux")}
    assert len(without) < len(state)
    for number, kept in enumerate((state, without)):
        file = tmp_path / f"{number}.pth"
        torch.save(kept, file)
        sourced = source.load("fcn_resnet50", str(file), None, quiet)
        assert sourced.recipe.labels == labels("voc")
        assert sourced.graph.multiple == 8
        assert sourced.recipe.fit == Fit(longest=693)
        assert digest(sourced.graph.network.state_dict()) == digest(without)


def test_other_parts_of_a_segmentation_are_refused(tmp_path: Path) -> None:
    state: Mapping[str, Tensor] = {"backbone.conv1.weight": torch.zeros(64, 3, 7, 7)}
    torch.save(state, tmp_path / "backbone.pth")
    with pytest.raises(UnusableWeights, match=r"fcn_resnet50: classifier\.4\.weight is missing"):
        source.load("fcn_resnet50", str(tmp_path / "backbone.pth"), None, quiet)
