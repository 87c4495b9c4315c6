"""The shipped detectors."""

from dataclasses import replace

from export.architectures import resnet_thin
from export.datasets import boxes
from export.recipe import Recipe
from export.recipes.terms import RESEARCH_ONLY, TERMS, WITH_ENCODER, trained_by
from export.sources import open_nsfw
from export.training import detection

_HELMETS = Recipe(
    name="resnet-helmets",
    architecture="resnet-thin-detector",
    task="detection",
    title="ResNet-50-thin, heads with and without a safety helmet",
    fit=detection.COURSES["resnet-helmets"].fit,
    mean=resnet_thin.MEAN,
    std=resnet_thin.STD,
    labels=boxes.HELMETS,
    palette=((0, 158, 115), (213, 94, 0)),
    source=trained_by("resnet-helmets"),
    training_data=(
        "107 pictures of people at work from github.com/chunmusic/Safety_Helmet_Detection; no "
        f"licence is stated.{TERMS} {open_nsfw.NOTICE}"
    ),
    license=RESEARCH_ONLY,
    author=WITH_ENCODER,
    half=True,
    held_out="hardhat",
    good_for="photos of people at work, seen from the side; trying things out",
    not_good_for="deciding who is safe; heads from behind or above, hoods, caps, crowds, the dark",
)

_CELLS = replace(
    _HELMETS,
    name="resnet-bloodcells",
    title="ResNet-50-thin, blood cells under the microscope",
    fit=detection.COURSES["resnet-bloodcells"].fit,
    labels=boxes.CELLS,
    palette=((213, 94, 0), (0, 114, 178), (240, 228, 66)),
    source=trained_by("resnet-bloodcells"),
    training_data=(
        "231 pictures of stained blood smears of BCCD (github.com/Shenggan/BCCD_Dataset), MIT. "
        f"{open_nsfw.NOTICE}"
    ),
    license="MIT AND BSD-2-Clause",
    held_out="bccd",
    good_for="smears at the same magnification and stain as BCCD's; teaching, trying things out",
    not_good_for="medicine; other stains or magnifications, sick cells, cells on top of each other",
)

_CARS = replace(
    _HELMETS,
    name="resnet-cars-aerial",
    title="ResNet-50-thin, vehicles from above",
    fit=detection.COURSES["resnet-cars-aerial"].fit,
    labels=boxes.CARS,
    palette=None,
    source=trained_by("resnet-cars-aerial"),
    training_data=(
        "25 pictures from drones and planes of github.com/jekhor/aerial-cars-dataset: KIT AIS "
        "(CC-BY), frames of a video whose licence is not clear, the author's own (CC-BY-SA)."
        f"{TERMS} {open_nsfw.NOTICE}"
    ),
    held_out="aerial-cars",
    good_for="streets from straight above, cars about 30 to 60 pixels long",
    not_good_for="views from the side, cars under trees, crowded car parks; unchecked counts",
)

SHIPPED = (_CELLS, _HELMETS, _CARS)
