"""The shipped models that answer several questions about a picture at once."""

from app.card import Fit, Head
from export.architectures import resnet_thin
from export.datasets import masks
from export.graphs.several import TOGETHER
from export.recipe import Recipe
from export.recipes.terms import RESEARCH_ONLY, TERMS, WITH_ENCODER, trained_by
from export.sources import open_nsfw
from export.training.ubernet import recipe as ubernet
from export.training.ubernet.lesson import WIDTH

_ROADS = Head(labels=masks.CAMVID, palette=masks.CAMVID_COLORS)

SHIPPED = (
    Recipe(
        name=ubernet.NAME,
        architecture="ubernet",
        task=TOGETHER,
        title="One ResNet-50-thin with six heads: borders, normals, saliency, parts, roads",
        fit=Fit(longest=WIDTH),
        mean=resnet_thin.MEAN,
        std=resnet_thin.STD,
        heads={
            "parts": Head(labels=masks.PARTS, palette=masks.PARTS_COLORS),
            "segmentation": _ROADS,
            "semantic-boundaries": _ROADS,
        },
        source=trained_by(ubernet.NAME),
        training_data=(
            "Edges: 359 photos of BSDS500 (Arbelaez et al. 2011) and what several people drew in "
            "each. Normals: 33 frames of a walk through one room (of the 7-Scenes kind, from "
            "tsdf-fusion-python). Parts: 110 photos of Clothing Co-Parsing (Yang et al. 2014). "
            "Segmentation and semantic boundaries: 367 frames of CamVid (Brostow et al. 2009). "
            "Saliency: 465 photos of OSIE (Xu et al. 2014). Some of these are for research only, "
            "of others the terms are not stated."
            f"{TERMS} {open_nsfw.NOTICE}"
        ),
        license=RESEARCH_ONLY,
        author=WITH_ENCODER,
        half=True,
        held_out="scene",
        paper="UberNet (Kokkinos 2017) answered seven such questions, trained on other pictures",
        good_for="a first look at a photo from many sides at the cost of one network",
        not_good_for="normals of other than rooms, parts of people who are not seen in full, "
        "semantic borders of other than roads; each head knows only what it was shown",
    ),
)
