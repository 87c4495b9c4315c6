"""Detectors of torchvision on ResNet-50: Faster R-CNN, RetinaNet, FCOS, Keypoint R-CNN."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor, nn
from torchvision import models
from torchvision.models import detection

from app.card import Fit
from export.errors import UnusableWeights
from export.graphs.graph import Graph
from export.graphs.library_detection import LibraryDetector
from export.labels import Labels
from export.recipe import Recipe
from export.sources.source import classes_of, fill

SHORTER, LONGER = 800, 4 / 3
"""Torchvision resizes the shorter side to 800 pixels, but the longer one to no more than 1333; a
card bounds the longer one, which of most photographs is so many times as long. Of these both make
the same size; squarer pictures become larger than torchvision's, longer ones smaller."""

WITHOUT_EPSILON = (
    "fasterrcnn_resnet50_fpn", "keypointrcnn_resnet50_fpn", "retinanet_resnet50_fpn",
)  # fmt: skip
"""Torchvision reads their weights COCO_V1 so: they were trained with another normalization."""

ANCHORS = 9
"""Of RetinaNet at every place: three sizes of three shapes."""

COCO = (
    "The pictures of COCO train2017 (Lin et al. 2014), whose own rights are their photographers', "
    "after ImageNet-1k (Russakovsky et al. 2015), which its owners give for non-commercial "
    "research and education."
)


def names() -> list[str]:
    """Every detector that can be asked for."""
    kinds = [f"{kind}_resnet50*" for kind in ("fasterrcnn", "fcos", "keypointrcnn", "retinanet")]
    return list(models.list_models(module=detection, include=kinds))


def built(name: str, state: Mapping[str, Tensor], entry: Any) -> tuple[Any, int]:
    """A detector with its weights, in evaluation mode, and how many classes it knows.

    Of Keypoint R-CNN the keypoints are left out: a detection has boxes.

    Args:
        name: one of `names`.
        state: its state dict.
        entry: of torchvision's enumeration, if it is published there.

    Raises:
        UnusableWeights: they do not fit.
    """
    kind = f"torchvision's {name}"
    options: dict[str, Any] = {}
    if name.startswith("retinanet"):
        classes = classes_of(state, "head.classification_head.cls_logits", kind) // ANCHORS
    elif name.startswith("fcos"):
        classes = classes_of(state, "head.classification_head.cls_logits", kind)
    else:
        classes = classes_of(state, "roi_heads.box_predictor.cls_score", kind)
    if name.startswith("keypointrcnn"):
        places = state.get("roi_heads.keypoint_predictor.kps_score_lowres.weight")
        if places is None or places.dim() != 4:
            raise UnusableWeights(f"these are not the weights of {kind}: it has no keypoints")
        options["num_keypoints"] = places.shape[1]
    network = models.get_model(
        name, weights=None, weights_backbone=None, num_classes=classes, **options
    )
    fill(network, state, kind)
    if entry is not None and entry.name == "COCO_V1" and name in WITHOUT_EPSILON:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 0.0
    if name.startswith("keypointrcnn"):
        network.roi_heads.keypoint_roi_pool = None
    return network.eval(), classes


def sourced(
    recipe: Recipe, network: Any, classes: int, labels: Labels | None, entry: Any
) -> tuple[Recipe, Graph]:
    """The recipe with labels, and the graph.

    Raises:
        UnusableWeights: there are not as many labels as classes.
    """
    known = tuple(entry.meta["categories"])
    labels = labels or (known if len(known) == classes else None)
    if labels is not None and len(labels) != classes:
        raise UnusableWeights(f"{len(labels)} labels, but the network has {classes} outputs")
    graph = LibraryDetector(network, mean=recipe.mean, std=recipe.std, sides=None).eval()
    return replace(recipe, labels=labels), graph


def recipe_for(name: str) -> Recipe:
    """What a set of weights becomes."""
    return Recipe(
        name=name,
        architecture=f"torchvision:{name}",
        task="detection",
        title=f"torchvision's {name}",
        fit=Fit(longest=round(SHORTER * LONGER)),
    )
