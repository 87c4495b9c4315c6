"""The protocol of a saliency: its map against where people looked, and beside the centre prior."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.runtime.model import Model
from export.datasets.fixations import Watched
from export.evaluate.answers import Pixels, answers, silent
from export.metrics.saliency import auc_judd, cc, kld, nss, sim
from export.recipe import Say

Map = NDArray[np.float32]

PRIOR = "centre-prior"


def saliency(model: Model, watched: Watched, prior: Map, say: Say = silent) -> dict[str, float]:
    """Measure the map of every picture, and the centre prior on the same pictures.

    People look at the middle of a photo whatever it shows, so a map is worth what it adds to
    that (Tatler 2007).

    Args:
        model: a saliency.
        watched: pictures, the densities and the fixations of each.
        prior: float32 `[h, w]`, of the size of the densities: what is expected of a picture that
            nobody has seen.
        say: told how far it is.

    Returns:
        Means over the pictures of `nss`, `auc_judd`, `cc`, `kld` and `sim`, the same five as
        `centre-prior/<metric>`, and `pictures`.
    """
    found = (result.saliency for result in answers(model, watched.pictures, say))
    return against_prior(found, watched, prior)


def against_prior(found: Iterable[Map], watched: Watched, prior: Map) -> dict[str, float]:
    """The same of maps `[H, W]` that are already there."""
    ours = (
        (whole, _resized(whole, density.shape, Image.Resampling.BOX))
        for whole, density in zip(found, watched.densities, strict=True)
    )
    priors = (
        (_resized(prior, picture.shape[:2], Image.Resampling.BILINEAR), prior)
        for picture in watched.pictures
    )
    return {
        **_means(ours, watched),
        **{f"{PRIOR}/{name}": value for name, value in _means(priors, watched).items()},
        "pictures": len(watched.pictures),
    }


def centre_prior(densities: Sequence[Pixels]) -> Map:
    """The mean of the densities of the training pictures, float32 `[h, w]` in 0..1."""
    mean: Map = np.asarray(np.mean(densities, axis=0) / 255, np.float32)
    return mean


def _means(maps: Iterable[tuple[Map, Map]], watched: Watched) -> dict[str, float]:
    """Scores of maps: at the picture's size against fixations, at a density's against densities."""
    scores: dict[str, list[float]] = {}
    pairs = zip(maps, watched.densities, watched.fixations, strict=True)
    for (whole, coarse), density, fixations in pairs:
        for name, value in (
            ("nss", nss(whole, fixations)),
            ("auc_judd", auc_judd(whole, fixations)),
            ("cc", cc(coarse, density)),
            ("kld", kld(coarse, density)),
            ("sim", sim(coarse, density)),
        ):
            scores.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in scores.items()}


def _resized(plane: Map, shape: Sequence[int], resampling: Image.Resampling) -> Map:
    height, width = shape
    return np.asarray(Image.fromarray(plane).resize((width, height), resampling))
