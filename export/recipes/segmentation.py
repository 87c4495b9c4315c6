"""The shipped segmentation models."""

from dataclasses import replace

from app.card import Fit
from export.architectures import resnet_thin
from export.datasets import masks
from export.recipe import Recipe
from export.recipes.terms import AUTHOR, RESEARCH_ONLY, TERMS, WITH_ENCODER, trained_by
from export.sources import open_nsfw
from export.training.pictures import IMAGENET_MEAN, IMAGENET_STD

_FRAMES = (
    "367 frames of CamVid (Brostow et al. 2009) in SegNet's split and classes, personal and "
    "research use only." + TERMS
)

_ROADS = Recipe(
    name="resnet-camvid",
    architecture="resnet-thin-decoder",
    task="segmentation",
    title="ResNet-50-thin with a decoder, eleven things on the road",
    fit=Fit(longest=480),
    mean=resnet_thin.MEAN,
    std=resnet_thin.STD,
    labels=masks.CAMVID,
    palette=masks.CAMVID_COLORS,
    source=trained_by("resnet-camvid"),
    training_data=f"{_FRAMES} {open_nsfw.NOTICE}",
    license=RESEARCH_ONLY,
    author=WITH_ENCODER,
    half=True,
    held_out="camvid",
    paper="mIoU 0.570 on the test frames for FCN-8 (as Jégou et al. 2017 report, table 3)",
    good_for="pictures from a car's windscreen by day; a first look at unmanned driving",
    not_good_for="night, rain, other points of view, anything that must be safe",
)

_TIRAMISU = replace(
    _ROADS,
    name="fc-densenet-camvid",
    architecture="fc-densenet",
    title="FC-DenseNet56, eleven things on the road",
    fit=Fit(longest=256),
    mean=IMAGENET_MEAN,
    std=IMAGENET_STD,
    source=trained_by("fc-densenet-camvid"),
    training_data=_FRAMES,
    author=AUTHOR,
    paper="mIoU 0.589 on the test frames at full size (Jégou et al. 2017, table 3)",
)

_CRACKS = Recipe(
    name="fc-densenet-cracks",
    architecture="fc-densenet",
    task="segmentation",
    title="A small FC-DenseNet, cracks in pavement",
    labels=masks.CRACKS,
    palette=masks.CRACKS_COLORS,
    source=trained_by("fc-densenet-cracks"),
    training_data=(
        "77 pictures of CrackForest (Shi et al. 2016), non-commercial research purposes only."
        + TERMS
    ),
    license=RESEARCH_ONLY,
    author=AUTHOR,
    held_out="crackforest",
    good_for="pavement photographed from above, cracks a few pixels wide",
    not_good_for="walls, bridges, joints and markings; measuring the width of a crack",
)

SHIPPED = (_ROADS, _TIRAMISU, _CRACKS)
