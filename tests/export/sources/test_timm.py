"""timm as a source: any of its ResNets and DenseNets, with what it says of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from safetensors.torch import save_file
from timm.data import create_transform, resolve_data_config
from torch import nn
from typer.testing import CliRunner, Result

from app.card import Fit
from app.runtime.model import Model
from export.__main__ import app
from export.errors import ExportError, UnusableWeights
from export.graphs.recognition import Scorer
from export.labels import labels
from export.sources import timm as source
from export.weights import digest, file_digest
from tests.export.sources.libraries import (
    assert_served_alike,
    cut_off,
    densenet_maximum,
    densenet_tiny,
    seresnet_tiny,
    untrained,
)

pytestmark = pytest.mark.filterwarnings("ignore")


def quiet(step: str) -> None:
    """Nobody is told of the steps."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)])


def transform(network: nn.Module) -> Any:
    """What timm does with a picture before this network."""
    return create_transform(**resolve_data_config(model=network), is_training=False)


def saved(network: nn.Module, path: Path) -> Path:
    if path.suffix == ".safetensors":
        save_file(network.state_dict(), path)
    else:
        torch.save(network.state_dict(), path)
    return path


def test_squeeze_and_excitation(tmp_path: Path) -> None:
    network = untrained(seresnet_tiny, num_classes=1000)
    file = saved(network, tmp_path / "weights.safetensors")
    result = run("timm:seresnet_tiny", "--weights", file, "--models", tmp_path)
    assert result.exit_code == 0, result.output
    path = tmp_path / "seresnet_tiny.onnx"
    assert_served_alike(path, network, transform(network))

    model = Model.load(path)
    assert set(model.outputs) == {"scores", "features", "evidence"}
    card = model.card
    assert card.fit == Fit(resize=71, crop=64, interpolation="bicubic")  # 64 / 0.9
    assert card.labels == labels("imagenet")
    assert card.source == "timm's seresnet_tiny, weights.safetensors"
    assert card.source_sha256 == file_digest(file)
    assert (card.model_license, card.training_data) == ("NOASSERTION", "not stated")


def test_a_densenet_of_a_tag(tmp_path: Path) -> None:
    network = untrained(densenet_tiny, num_classes=6)
    file = saved(network, tmp_path / "weights.pth")
    result = run(
        "timm:densenet_tiny.mine", "--weights", file, "--models", tmp_path, "--name", "dense"
    )
    assert result.exit_code == 0, result.output
    path = tmp_path / "dense.onnx"
    assert_served_alike(path, network, transform(network))
    model = Model.load(path)
    assert "evidence" in model.outputs
    assert model.card.labels is None
    assert model.card.model_license == "Apache-2.0"  # who names the tag says what the file is


def test_without_an_average_there_is_no_evidence(tmp_path: Path) -> None:
    file = saved(untrained(densenet_maximum, num_classes=6), tmp_path / "weights.pth")
    sourced = source.load("densenet_maximum.untrained", str(file), tuple("abcdef"), quiet)
    assert type(sourced.graph) is Scorer
    assert sourced.recipe.license == "NOASSERTION"  # the tag of no weights says nothing of these


def test_what_timm_downloads_comes_with_its_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cut_off(monkeypatch, tmp_path)
    network = untrained(seresnet_tiny)
    saved(network, kept / "seresnet_tiny-0123abcd.pth")  # as if it had been downloaded before
    sourced = source.load("seresnet_tiny", "file", None, quiet)
    assert sourced.sha256 == digest(network.state_dict())
    recipe = sourced.recipe
    assert recipe.source == "https://nowhere.invalid/seresnet_tiny-0123abcd.pth"
    assert recipe.license == "NOASSERTION"  # timm calls it unknown
    assert recipe.labels == labels("imagenet")
    assert (recipe.mean, recipe.std) == ((0.4, 0.5, 0.6), (0.2, 0.25, 0.3))


def test_what_the_hub_has_given_before_needs_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(monkeypatch, tmp_path)
    repository = tmp_path / "hub-cache" / "models--nobody--seresnet_tiny.hub_in1k"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    network = untrained(seresnet_tiny)
    saved(network, snapshot / "model.safetensors")
    sourced = source.load("seresnet_tiny", None, None, quiet)
    assert sourced.sha256 == digest(network.state_dict())
    assert sourced.recipe.source == "https://huggingface.co/nobody/seresnet_tiny.hub_in1k"
    assert sourced.recipe.license == "Apache-2.0"
    assert "ImageNet-1k" in sourced.recipe.training_data


@pytest.mark.parametrize(
    ("tag", "url"),
    [
        (
            "hub_in1k",
            "https://huggingface.co/nobody/seresnet_tiny.hub_in1k/resolve/main/model.safetensors",
        ),
        ("file", "https://nowhere.invalid/seresnet_tiny-0123abcd.pth"),
    ],
)
def test_without_the_network_the_file_to_bring_is_named(
    tag: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(monkeypatch, tmp_path)
    result = run("timm:seresnet_tiny", "--weights", tag, "--models", tmp_path / "models")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert f"fetch {url} and give it as --weights {url.rpartition('/')[2]}" in result.stderr
    assert not (tmp_path / "models").exists()


def test_weights_that_nobody_publishes_must_be_brought() -> None:
    with pytest.raises(UnusableWeights, match=r"no such weights \(densenet_maximum\.untrained\)"):
        source.load("densenet_maximum", None, None, quiet)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    file = str(saved(untrained(seresnet_tiny), tmp_path / "weights.pth"))
    kind = "these are not the weights of timm's"
    with pytest.raises(UnusableWeights, match=rf"{kind} densenet_tiny: classifier\.weight is miss"):
        source.load("densenet_tiny", file, None, quiet)
    with pytest.raises(UnusableWeights, match=rf"{kind} resnet18: \S+ is "):
        source.load("resnet18", file, None, quiet)


def test_what_does_not_exist_is_answered_with_what_does(tmp_path: Path) -> None:
    for name in ("convnext_tiny", "resnet51x", "vit_base_resnet50d_224", "resnet50_clip"):
        with pytest.raises(ExportError, match=f"no ResNet or DenseNet called '{name}'"):
            source.load(name, None, None, quiet)
    with pytest.raises(ExportError, match=r"no weights 'other' of .* by name: hub_in1k, file"):
        source.load("seresnet_tiny.other", None, None, quiet)
    with pytest.raises(UnusableWeights, match=r"no file x\.pth; .* by name: hub_in1k, file"):
        source.load("seresnet_tiny", "x.pth", None, quiet)


def test_the_families_are_there() -> None:
    names = set(source.names())
    assert {"seresnet50", "resnext50_32x4d", "inception_resnet_v2", "densenet121"} <= names
    assert {"senet154", "legacy_senet154", "resnetv2_50", "skresnet18", "res2net50d"} <= names
    assert {"resnest50d", "tresnet_m", "nf_resnet50", "cspresnext50", "rdnet_tiny"} <= names
    assert not {"vgg16", "convnext_tiny", "vit_base_resnet50d_224", "resnet50_clip"} & names


def test_every_network_is_fitted_as_timm_does() -> None:
    for name in source.names():
        assert next(iter(source.tags_of(name))) == (timm.get_pretrained_cfg(name).tag or "")
        for config in source.tags_of(name).values():
            how = resolve_data_config(pretrained_cfg=config.to_dict())
            resize, crop = create_transform(**how, is_training=False).transforms[:2]
            fit = source.fit_of(how)
            assert (fit.resize, (fit.crop, fit.crop)) == (resize.size, tuple(crop.size))
            assert fit.interpolation == resize.interpolation.value


@pytest.mark.parametrize("change", [{"crop_mode": "squash"}, {"input_size": (3, 64, 32)}])
def test_a_fit_that_no_card_can_say_is_refused(change: dict[str, Any]) -> None:
    config = timm.models.get_pretrained_cfg("resnet50")
    how = resolve_data_config(pretrained_cfg=replace(config, **change).to_dict())
    with pytest.raises(ExportError, match="no card can say"):
        source.fit_of(how)
