"""Networks that libraries build, narrow, with weights that no training has seen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from timm.models import generate_default_cfgs, register_model
from timm.models._builder import build_model_with_cfg
from timm.models.densenet import DenseNet
from timm.models.resnet import BasicBlock, ResNet
from torch import Tensor, nn

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks.classification import TASK
from app.tasks.task import Bounds
from tests.conftest import noise
from tests.export.networks import unlike

SIZES = ((90, 70), (64, 130), (33, 21))
"""Widths and heights of the pictures that a served model is asked about."""

UNREACHABLE = "http://127.0.0.1:9"
"""A proxy that nobody runs: the port for what is to be thrown away."""

_CONFIG = {
    "input_size": (3, 64, 64),
    "crop_pct": 0.9,
    "interpolation": "bicubic",
    "mean": (0.4, 0.5, 0.6),
    "std": (0.2, 0.25, 0.3),
    "num_classes": 1000,
    "license": "apache-2.0",
}
_RESNET = {**_CONFIG, "first_conv": "conv1", "classifier": "fc"}
_DENSENET = {**_CONFIG, "first_conv": "features.conv0", "classifier": "classifier"}

default_cfgs = generate_default_cfgs(
    {
        "seresnet_tiny.hub_in1k": {**_RESNET, "hf_hub_id": "nobody/seresnet_tiny.hub_in1k"},
        "seresnet_tiny.file": {
            **_RESNET,
            "url": "https://nowhere.invalid/seresnet_tiny-0123abcd.pth",
            "license": "unknown",
        },
        "densenet_tiny.mine": {**_DENSENET, "url": "https://nowhere.invalid/densenet_tiny.pth"},
        "densenet_maximum.untrained": _DENSENET,
    }
)
"""Where timm looks for what it knows of the networks below."""


@register_model
def seresnet_tiny(pretrained: bool = False, **options: Any) -> nn.Module:
    """A residual network with squeeze and excitation, of a block in each stage."""
    layout = {"layers": [1, 1, 1, 1], "channels": (8, 8, 8, 16), "stem_width": 8}
    layout |= {"block": BasicBlock, "block_args": {"attn_layer": "se"}}
    return build_model_with_cfg(ResNet, "seresnet_tiny", pretrained, **layout, **options)


def _densenet(name: str, pretrained: bool, **options: Any) -> nn.Module:
    layout = {"growth_rate": 4, "block_config": (2, 2)}
    return build_model_with_cfg(DenseNet, name, pretrained, **layout, **options)


@register_model
def densenet_tiny(pretrained: bool = False, **options: Any) -> nn.Module:
    """Two dense blocks of two layers."""
    return _densenet("densenet_tiny", pretrained, **options)


@register_model
def densenet_maximum(pretrained: bool = False, **options: Any) -> nn.Module:
    """The same with a global maximum."""
    return _densenet("densenet_maximum", pretrained, global_pool="max", **options)


def untrained(make: Callable[..., nn.Module], **options: Any) -> nn.Module:
    """A network with seeded weights, its batch normalization as after a training."""
    torch.manual_seed(0)
    return unlike(make(**options)).eval()


def cut_off(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Take the network away and the downloads of earlier times.

    Returns:
        Where torch keeps what it has downloaded; it is empty.
    """
    import huggingface_hub.constants

    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, UNREACHABLE)
        monkeypatch.setenv(name.upper(), UNREACHABLE)
    monkeypatch.setenv("TORCH_HOME", str(folder))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder / "hub-cache"))
    kept = folder / "hub" / "checkpoints"
    kept.mkdir(parents=True)
    return kept


def assert_served_alike(
    path: Path, network: nn.Module, transform: Callable[[Image.Image], Tensor], close: float = 1e-4
) -> None:
    """Hold what the server answers to what the library itself does with the same pictures."""
    model = Model.load(path)
    for seed, (width, height) in enumerate(SIZES):
        pixels = noise(width, height, seed=seed)
        with torch.no_grad():
            logits = network(transform(Image.fromarray(pixels))[None])
        expected = logits.softmax(1)[0].numpy()
        options = TASK.options(top_k=len(expected))
        answer = TASK.infer(model, Picture(pixels), options, Bounds(max_pixels=10**9)).document
        best = np.argsort(-expected, kind="stable")[:5].tolist()
        assert [one.index for one in answer.predictions[:5]] == best
        for one in answer.predictions:
            assert abs(one.score - expected[one.index]) < close
