"""Saliency of a model that finds light salient, beside the centre prior."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.runtime.model import Model
from export.datasets.fixations import Watched
from export.evaluate.saliency import centre_prior, saliency
from export.metrics.saliency import auc_judd, cc, nss, sim
from tests import tiny

HEIGHT, WIDTH = 12, 16


def lit(x: int, y: int) -> Watched:
    """A dark photo with one light cell of 4x4 pixels, at which everybody looked."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[y : y + 4, x : x + 4] = 255
    density = np.zeros((HEIGHT // 4, WIDTH // 4), np.uint8)
    density[y // 4, x // 4] = 255
    return Watched([pixels], [density], [np.array([[x + 1.5, y + 2.0], [x + 3.0, y]])])


def test_the_map_is_measured_at_two_sizes(tmp_path: Path) -> None:
    watched = lit(8, 4)
    prior = np.zeros((3, 4), np.float32)
    measured = saliency(Model.load(tiny.light(tmp_path)), watched, prior)

    # At the picture's size 16 of 192 pixels are 1: mean 1/12, deviation sqrt(11)/12.
    assert measured["nss"] == pytest.approx(11 / np.sqrt(11))
    # Of the 190 pixels that nobody looked at 176 are lower, 14 equal.
    assert measured["auc_judd"] == pytest.approx((176 + 14 / 2) / 190)
    # At the density's size, of which each cell is the mean of 4x4 pixels, they are equal.
    assert measured["cc"] == pytest.approx(1)
    assert measured["kld"] == pytest.approx(0, abs=1e-5)
    assert measured["sim"] == pytest.approx(1)
    assert measured["pictures"] == 1


def test_the_map_is_brought_to_the_size_of_the_photo(tmp_path: Path) -> None:
    coarse = Model.load(tiny.light(tmp_path, stride=4))
    measured = saliency(coarse, lit(8, 4), np.zeros((3, 4), np.float32))
    assert measured["nss"] > 2


def test_the_prior_is_measured_beside_it(tmp_path: Path) -> None:
    model = Model.load(tiny.light(tmp_path))
    watched = lit(8, 4)
    prior = np.tile(np.linspace(0, 1, 4, dtype=np.float32), (3, 1))
    measured = saliency(model, watched, prior)
    # Against the density as it is, against the fixations enlarged.
    assert measured["centre-prior/cc"] == pytest.approx(cc(prior, watched.densities[0]))
    assert measured["centre-prior/sim"] == pytest.approx(sim(prior, watched.densities[0]))
    size = (WIDTH, HEIGHT)
    large = np.asarray(Image.fromarray(prior).resize(size, Image.Resampling.BILINEAR))
    points = watched.fixations[0]
    assert measured["centre-prior/nss"] == pytest.approx(nss(large, points))
    assert measured["centre-prior/auc_judd"] == pytest.approx(auc_judd(large, points))
    ours = {name for name in measured if "/" not in name} - {"pictures"}
    assert ours == {"nss", "auc_judd", "cc", "kld", "sim"}
    assert {f"centre-prior/{name}" for name in ours} < set(measured)


def test_means_are_over_pictures(tmp_path: Path) -> None:
    model = Model.load(tiny.light(tmp_path))
    one, other = lit(8, 4), lit(0, 0)
    other.fixations[0] = np.array([[15.0, 11.0]])  # where it is dark
    both = Watched(
        one.pictures + other.pictures,
        one.densities + other.densities,
        one.fixations + other.fixations,
    )
    prior = np.zeros((3, 4), np.float32)
    each = [saliency(model, watched, prior)["nss"] for watched in (one, other)]
    assert saliency(model, both, prior)["nss"] == pytest.approx(np.mean(each))


def test_the_prior_is_the_mean_of_what_was_trained_on() -> None:
    densities = [np.full((2, 3), level, np.uint8) for level in (0, 255, 255, 102)]
    prior = centre_prior(densities)
    assert prior.dtype == np.float32
    assert prior == pytest.approx(np.full((2, 3), 0.6))
