"""Networks of torchvision: ResNet and DenseNet, FCN and DeepLab on ResNet, and detectors."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models
from torchvision.models import segmentation

from app.card import Fit
from export.errors import ExportError
from export.graphs.by_task import classifier, segmenter
from export.graphs.gap import GapHead
from export.labels import Labels
from export.recipe import Recipe, Say
from export.sources import torchvision_detection
from export.sources.library import IMAGENET, file_or_none_such, labels_by_number, unreachable
from export.sources.source import Sourced, classes_of, fill, given

AUTHOR = "TorchVision maintainers and contributors"
LICENSE = "BSD-3-Clause"

DATA = {
    "COCO": torchvision_detection.COCO,
    "IMAGENET1K": IMAGENET,
    "COCO_WITH_VOC_LABELS": (
        "The pictures of COCO train2017 (Lin et al. 2014) that show one of the 20 classes of "
        "PASCAL VOC, whose own rights are their photographers', after ImageNet-1k (Russakovsky et "
        "al. 2015), which its owners give for non-commercial research and education."
    ),
}
"""What sets of weights were trained on, by their names without a version."""


def _resnet_maps(network: Any, x: Tensor) -> Tensor:
    x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
    maps: Tensor = network.layer4(network.layer3(network.layer2(network.layer1(x))))
    return maps


LONGER = 4 / 3
"""Of most photographs the longer side is so many times the shorter one. Torchvision resizes the
shorter side to 520 pixels; a card bounds the longer one, which is 693 of such a photograph."""

HEADS: Mapping[str, GapHead] = {
    "fc": GapHead(_resnet_maps, lambda network: network.fc),
    "classifier": GapHead(
        lambda network, x: F.relu(network.features(x)), lambda network: network.classifier
    ),
}
"""By the last layer's name."""


class DenseLogits(nn.Module):
    """The part of a segmentation network that gives logits, at the backbone's resolution.

    What it leaves out is the classifier that only helped to train, and the enlargement, which the
    graph does. Its parameters keep torchvision's names.

    Attributes:
        multiple: pixels of the picture to one of the logits, measured on a picture.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.backbone = network.backbone
        self.classifier = network.classifier
        with torch.no_grad():
            side = 64
            self.multiple = (
                side // self.eval().backbone(torch.zeros(1, 3, side, side))["out"].shape[-1]
            )

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` to logits `[N, C, H / multiple, W / multiple]`."""
        logits: Tensor = self.classifier(self.backbone(x)["out"])
        return logits


def names() -> list[str]:
    """Every network that can be asked for."""
    kinds = ["resnet*", "resnext*", "wide_resnet*", "densenet*"]
    return [
        *models.list_models(module=models, include=kinds),
        *models.list_models(module=segmentation, include=["*_resnet*"]),
        *torchvision_detection.names(),
    ]


def load(name: str, weights: str | None, labels: Labels | None, say: Say) -> Sourced:
    """Build a network with its weights.

    Args:
        name: one of `names`.
        weights: a file that holds its state dict, with or without the classifier that only helped
            to train, or a member of torchvision's enumeration; `None`: its `DEFAULT`.
        labels: of the classes in their order; `None`: those of ImageNet-1k or of VOC if there are
            as many classes.
        say: told of every step.

    Raises:
        ExportError: there is no such network, or its weights can not be had or do not fit.
    """
    if name not in names():
        raise ExportError(f"of torchvision there are {', '.join(names())}, but no {name!r}")
    kind = f"torchvision's {name}"
    entries = models.get_model_weights(name)
    entry = entries.DEFAULT if weights is None else entries.__members__.get(weights)
    if entry is not None:
        file = _downloaded(entry, say)
    else:
        file = file_or_none_such(str(weights), kind, list(entries.__members__))
    say(f"reading {file}")
    state, sha256 = given(file)
    # torchvision names its files after the first digits of their SHA-256, so one that was brought
    # by hand is known, too.
    entry = entry or next((one for one in entries if f"-{sha256[:8]}." in one.url), None)

    if name in torchvision_detection.names():
        network, classes = torchvision_detection.built(name, state, entry)
        recipe = torchvision_detection.recipe_for(name)
        recipe = replace(recipe, **terms(entry) if entry else {"source": f"{kind}, {file.name}"})
        recipe, graph = torchvision_detection.sourced(
            recipe, network, classes, labels, entry or next(iter(entries))
        )
        return Sourced(recipe, graph, sha256)

    state = {_current(key): value for key, value in state.items()}
    options, last = {}, "classifier" if name.startswith("densenet") else "fc"
    if dense := name in models.list_models(module=segmentation):
        state = {key: value for key, value in state.items() if not key.startswith("aux_")}
        options, last = {"weights_backbone": None, "aux_loss": False}, "classifier.4"
    classes = classes_of(state, last, kind)
    network = models.get_model(name, weights=None, num_classes=classes, **options)
    fill(network, state, kind)

    recipe = recipe_for(name, entry or next(iter(entries)), dense)
    recipe = replace(recipe, **terms(entry) if entry else {"source": f"{kind}, {file.name}"})
    recipe = replace(
        recipe, labels=labels or labels_by_number(classes, "voc" if dense else "imagenet")
    )
    if dense:
        return Sourced(recipe, segmenter(recipe, DenseLogits(network), classes), sha256)
    return Sourced(recipe, classifier(recipe, network, classes, HEADS[last]), sha256)


def _current(key: str) -> str:
    """A parameter's name as it is now; DenseNet's official files are older."""
    return re.sub(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)", r"\1\2", key)


def _downloaded(entry: Any, say: Say) -> Path:
    """Let torchvision fetch the file, and say where it keeps it."""
    say(f"downloading {entry.url}")
    try:
        entry.get_state_dict(progress=False, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise unreachable(str(entry), entry.url, error) from error
    return Path(torch.hub.get_dir(), "checkpoints", entry.url.rpartition("/")[2])


def recipe_for(name: str, entry: Any, dense: bool) -> Recipe:
    """What a set of weights, or weights like it, becomes."""
    how = entry.transforms()
    (resize,) = how.resize_size
    interpolation = how.interpolation.value
    return Recipe(
        name=name,
        architecture=f"torchvision:{name}",
        task="segmentation" if dense else "classification",
        title=f"torchvision's {name}",
        fit=Fit(longest=round(resize * LONGER), interpolation=interpolation)
        if dense
        else Fit(resize=resize, crop=how.crop_size[0], interpolation=interpolation),
        mean=tuple(how.mean),
        std=tuple(how.std),
    )


def terms(entry: Any) -> dict[str, Any]:
    """What is known of weights that torchvision publishes."""
    return {
        "title": f"torchvision's {entry}",
        "source": entry.url,
        "license": LICENSE,
        "author": AUTHOR,
        "training_data": DATA[re.sub(r"_(V\d+|LEGACY)$", "", entry.name)],
    }
