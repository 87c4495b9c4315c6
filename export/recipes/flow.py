"""The shipped models of optical flow."""

from export.recipe import Recipe
from export.recipes.terms import AUTHOR, RESEARCH_ONLY, TERMS, trained_by
from export.training import flow

SHIPPED = (
    Recipe(
        name=flow.NAME,
        architecture="densenet-flow",
        task="flow",
        title="Densely connected network, where pixels go from one picture to the next",
        source=trained_by(flow.NAME),
        training_data=(
            "pairs made by moving parts of 548 photos over each other: BSDS500 train and test "
            "(non-commercial research and education), T91 (Yang et al. 2010, research), Debian's "
            "wallpaper packages (GPL-2+, CC-BY, CC-BY-SA, CC0), Sun-Hays80 and frames of a room "
            f"(no licence stated).{TERMS}"
        ),
        license=RESEARCH_ONLY,
        author=AUTHOR,
        held_out="flow-samples",
        good_for="seeing what moves, and where to, between two pictures of a scene",
        not_good_for=(
            "motion of more than 60 pixels of the 1024 that it sees, surfaces without texture, "
            "measuring speeds; OpenCV's DIS, which needs no model, is more exact"
        ),
    ),
)
