"""The models that ship in `models/`, and what is assumed of a checkpoint of each architecture."""

from collections.abc import Mapping

from app.card import Fit
from export.recipe import Recipe
from export.recipes import (
    classification,
    detection,
    flow,
    saliency,
    scene,
    segmentation,
    style,
    super_resolution,
)

RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for module in (
        classification,
        detection,
        flow,
        saliency,
        scene,
        segmentation,
        style,
        super_resolution,
    )
    for recipe in module.SHIPPED
}
"""Every shipped model by its name."""

CHECKPOINTS: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="densenet-cifar",
            architecture="densenet-cifar",
            task="classification",
            title="CIFAR DenseNet-BC from a checkpoint",
            fit=Fit(resize=32, crop=32),
        ),
        Recipe(
            name="fc-densenet",
            architecture="fc-densenet",
            task="segmentation",
            title="FC-DenseNet from a checkpoint",
        ),
        Recipe(
            name="resnet-cifar",
            architecture="resnet-cifar",
            task="classification",
            title="CIFAR ResNet from a checkpoint",
            fit=Fit(resize=32, crop=32),
        ),
        Recipe(
            name="srdensenet",
            architecture="srdensenet",
            task="super-resolution",
            title="SRDenseNet from a checkpoint",
        ),
    )
}
"""What a user's own file of an architecture becomes; its data and terms are for the user to say."""
