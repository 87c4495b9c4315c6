"""Publishing: a file appears whole or not at all, and keeps metrics that still hold."""

from pathlib import Path
from typing import Any

import onnx
import pytest

from app.card import Fit
from app.runtime.model import Model
from export.publish import describe, staged, with_known_metrics
from tests import tiny

METRICS = {"cifar10-jpeg-validation/top1": 0.9}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tiny.colors(tmp_path, source_sha256="ab", metrics=METRICS, evaluation="command")


def test_a_file_is_replaced_by_a_whole_one(published: Path) -> None:
    model, old = onnx.load(published), published.read_bytes()
    describe(model, Model.load(published).card.model_copy(update={"title": "new"}))
    with staged(model, published) as written:
        assert written.suffix != ".onnx"
        assert published.read_bytes() == old
        assert Model.load(written).card.title == "new"
    assert Model.load(published).card.title == "new"
    assert list(published.parent.iterdir()) == [published]


def test_nothing_half_written_stays(published: Path) -> None:
    model, old = onnx.load(published), published.read_bytes()

    def interrupted() -> None:
        with staged(model, published):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert published.read_bytes() == old
    assert list(published.parent.iterdir()) == [published]


def test_a_card_leaves_the_graph_alone(published: Path) -> None:
    model = onnx.load(published)
    graph = model.graph.SerializeToString()
    describe(model, Model.load(published).card)
    assert model.graph.SerializeToString() == graph


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"title": "new"}, True),
        ({"source_sha256": "cd"}, False),
        ({"fit": Fit(resize=9, crop=8)}, False),
        ({"labels": ("blue", "red", "green")}, False),
    ],
)
def test_metrics_stay_while_they_hold(changes: dict[str, Any], kept: bool, published: Path) -> None:
    bare = {"metrics": {}, "evaluation": ""}
    card = Model.load(published).card.model_copy(update={**bare, **changes})
    found = with_known_metrics(card, published)
    assert (found.metrics, found.evaluation) == ((METRICS, "command") if kept else ({}, ""))
    assert found.model_copy(update=bare) == card


def test_nothing_is_known_of_a_file_that_is_not_there(published: Path, tmp_path: Path) -> None:
    card = Model.load(published).card.model_copy(update={"metrics": {}})
    assert with_known_metrics(card, tmp_path / "none.onnx") == card
