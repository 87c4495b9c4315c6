"""The shipped super-resolution models."""

from dataclasses import replace

from export.recipe import Recipe
from export.recipes.terms import AUTHOR, RESEARCH_ONLY, TERMS, trained_by
from export.sources import safmn

_COMPACT = Recipe(
    name="srdensenet-x4",
    architecture="srdensenet",
    task="super-resolution",
    title="SRDenseNet, pictures four times larger",
    source=trained_by("srdensenet-x4"),
    training_data=(
        "522 photos: BSDS500 train and test (non-commercial research and education), T91 "
        "(Yang et al. 2010, research), Debian's wallpaper packages (GPL-2+, CC-BY, "
        f"CC-BY-SA, CC0) and Sun-Hays80 (no licence stated).{TERMS} {safmn.CREDIT}"
    ),
    license=RESEARCH_ONLY,
    author=AUTHOR,
    held_out="photos",
    paper="32.02 dB on Set5 by a network 7 times larger (Tong et al., ICCV 2017)",
    good_for="photos that were made smaller; they come out sharp",
    not_good_for="blurred, noisy or strongly compressed pictures, whose faults it enlarges too",
)

SHIPPED = (
    _COMPACT,
    replace(
        _COMPACT,
        name="srdensenet-x4-paper",
        title="SRDenseNet as in the paper, pictures four times larger",
        source=trained_by("srdensenet-x4-paper"),
        half=True,
        paper="32.02 dB on Set5 (Tong et al., ICCV 2017, table 2)",
        not_good_for=(
            f"{_COMPACT.not_good_for}; where time or memory counts: it takes many times as long, "
            "and a tile of 384x384 pixels 2.6 GB"
        ),
    ),
)
