"""Flow of a model that says how much redder and greener pixels get, against truths by hand."""

from pathlib import Path

import numpy as np
import pytest

from app.runtime.model import Model
from export.datasets.pairs import Pair
from export.evaluate.flow import flow
from tests import tiny
from tests.export.packs import plain


def pair(level: str, moved: tuple[float, float], known: int = 48) -> Pair:
    """Pictures whose flow the tiny model says is 3 to the right and 4 down, everywhere."""
    first = plain(100)
    second = first + np.array((3, 4, 0), np.uint8)
    truth = np.broadcast_to(np.array(moved, np.float32), (6, 8, 2))
    valid = np.arange(48).reshape(6, 8) < known
    return Pair(first, second, truth, valid, level)


def test_errors_are_means_over_pairs_and_of_each_level(tmp_path: Path) -> None:
    pairs = [
        pair("easy", (3, 4)),
        pair("easy", (3, 2)),
        pair("medium", (7, 4), known=5),
        pair("rigid", (0, 0)),
    ]
    found = flow(Model.load(tiny.shades(tmp_path)), pairs)
    assert found == {
        "epe": pytest.approx((0 + 2 + 4 + 5) / 4),
        "outliers": 0.5,
        "epe/easy": 1,
        "outliers/easy": 0,
        "epe_zero/easy": pytest.approx((5 + np.hypot(3, 2)) / 2),
        "epe/medium": 4,
        "outliers/medium": 1,
        "epe_zero/medium": pytest.approx(np.hypot(7, 4)),
        "epe/rigid": 5,
        "outliers/rigid": 1,
        "epe_zero/rigid": 0,
        "pictures": 4,
    }
