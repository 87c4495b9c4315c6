"""Saliency metrics by hand: ties, flat maps, fixations beside the picture."""

import numpy as np
import pytest

from export.metrics.saliency import auc_judd, cc, kld, nss, sim

RAMP = np.array([[0.0, 1.0], [2.0, 3.0]])
"""Mean 1.5, standard deviation sqrt(1.25)."""

FLAT = np.full((3, 3), 0.7)


def at(*points: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(points, float).reshape(-1, 2)


def test_nss_by_hand() -> None:
    deviation = np.sqrt(1.25)
    assert nss(RAMP, at((1, 1))) == pytest.approx(1.5 / deviation)
    assert nss(RAMP, at((0, 0))) == pytest.approx(-1.5 / deviation)
    # x comes first: (1, 0) is the pixel of value 1.
    assert nss(RAMP, at((1, 0))) == pytest.approx(-0.5 / deviation)
    assert nss(RAMP, at((1, 1), (1, 1), (0, 0))) == pytest.approx(0.5 / deviation)


def test_fixations_are_floored_and_those_outside_are_not_counted() -> None:
    assert nss(RAMP, at((1.9, 1.2))) == nss(RAMP, at((1, 1)))
    assert nss(RAMP, at((1, 1), (2, 0), (-0.1, 0), (0, 5))) == nss(RAMP, at((1, 1)))


def test_scale_and_offset_say_nothing() -> None:
    points = at((1, 1), (1, 0))
    for changed in (RAMP * 7, RAMP + 100):
        assert nss(changed, points) == pytest.approx(nss(RAMP, points))
        assert auc_judd(changed, points) == auc_judd(RAMP, points)
        assert cc(changed, RAMP) == pytest.approx(1)
    assert kld(RAMP * 7, RAMP) == pytest.approx(0, abs=1e-6)
    assert sim(RAMP * 7, RAMP) == pytest.approx(1)


def test_a_flat_map_says_nothing() -> None:
    points = at((0, 0), (2, 1))
    density = np.arange(9.0).reshape(3, 3)
    assert nss(FLAT, points) == pytest.approx(0, abs=1e-6)
    assert auc_judd(FLAT, points) == 0.5
    assert cc(FLAT, density) == pytest.approx(0, abs=1e-6)
    zeros = np.zeros((3, 3))
    assert nss(zeros, points) == 0
    assert sim(zeros, FLAT) == pytest.approx(1)
    assert kld(zeros, FLAT) == pytest.approx(0, abs=1e-5)


def test_auc_by_hand() -> None:
    # Of the three pixels without a fixation all, none, or two are lower.
    assert auc_judd(RAMP, at((1, 1))) == 1
    assert auc_judd(RAMP, at((0, 0))) == 0
    assert auc_judd(RAMP, at((0, 1))) == pytest.approx(2 / 3)
    # Fixated are 3 and 1; the others are 0 and 2: 3 is above both, 1 above one.
    assert auc_judd(RAMP, at((1, 1), (1, 0))) == pytest.approx((1 + 1 / 2) / 2)


def test_auc_counts_ties_half() -> None:
    levels = np.array([[0, 1, 1], [1, 2, 0], [0, 0, 0]])
    # The fixated pixel has 1, and of the others two have 1, one has 2 and five have 0.
    assert auc_judd(levels, at((1, 0))) == pytest.approx((5 + 2 / 2) / 8)


def test_auc_is_the_area_under_the_whole_curve() -> None:
    generator = np.random.default_rng(0)
    levels = generator.integers(0, 6, (8, 9)).astype(float)
    pixels = generator.choice(72, 7, replace=False)
    hit = np.zeros(72, bool)
    hit[pixels] = True
    thresholds = [np.inf, *sorted(set(levels.ravel()), reverse=True)]
    positives, negatives = levels.ravel()[hit], levels.ravel()[~hit]
    hits = [(positives >= t).mean() for t in thresholds]
    alarms = [(negatives >= t).mean() for t in thresholds]
    points = at(*((p % 9, p // 9) for p in pixels))
    assert auc_judd(levels, points) == pytest.approx(np.trapezoid(hits, alarms))


def test_cc_by_hand() -> None:
    assert cc(RAMP, RAMP) == pytest.approx(1)
    assert cc(-RAMP, RAMP) == pytest.approx(-1)
    other = np.array([[0, 2], [1, 3]])
    # Covariance 1, variances 1.25.
    assert cc(RAMP, other) == pytest.approx(1 / 1.25)


def test_kld_by_hand() -> None:
    density, found = np.array([[1.0, 1.0]]), np.array([[3.0, 1.0]])
    expected = 0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25)
    assert kld(found, density) == pytest.approx(expected, rel=1e-5)
    assert kld(density, density) == pytest.approx(0, abs=1e-6)
    # It is of the map from the density, not the other way.
    assert kld(density, found) == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5), rel=1e-5)


def test_kld_of_what_was_thought_impossible_is_large_and_finite() -> None:
    assert 10 < kld(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) < 40


def test_sim_by_hand() -> None:
    density, found = np.array([[1.0, 1.0]]), np.array([[3.0, 1.0]])
    assert sim(found, density) == pytest.approx(0.5 + 0.25)
    assert sim(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) == 0
