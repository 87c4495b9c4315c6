"""The shipped saliency models."""

from app.card import Fit
from export.architectures import resnet_thin
from export.recipe import Recipe
from export.recipes.terms import RESEARCH_ONLY, TERMS, WITH_ENCODER, trained_by
from export.sources import open_nsfw
from export.training import saliency

SHIPPED = (
    Recipe(
        name=saliency.NAME,
        architecture="resnet-thin-decoder",
        task="saliency",
        title="ResNet-50-thin with a decoder, where people look in a photo",
        fit=Fit(longest=saliency.WIDTH),
        mean=resnet_thin.MEAN,
        std=resnet_thin.STD,
        source=trained_by(saliency.NAME),
        training_data=(
            "465 photos of OSIE (Xu et al. 2014) and the fixations of its fifteen viewers; the "
            "collection is under the MIT licence, the photos' own rights are not stated."
            f"{TERMS} {open_nsfw.NOTICE}"
        ),
        license=RESEARCH_ONLY,
        author=WITH_ENCODER,
        half=True,
        held_out="osie",
        good_for="photos of everyday scenes; cropping, thumbnails, layout",
        not_good_for="diagrams, pages of text, medical pictures: nobody's gaze on them was learned",
    ),
)
