"""Every model in `models/`: its card, its contract, its graph, and that it can be made again."""

import shutil
from pathlib import Path

import onnx
import pytest

from app.runtime.model import Model
from app.tasks import TASKS
from export.convert import exporter
from export.halo import measure_halo
from export.making import build, export
from export.recipes import RECIPES
from export.verify import verify
from export.weights import digest, weights_from_onnx
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")

SHIPPED = sorted((ROOT / "models").glob("*.onnx"))

every = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def test_every_recipe_is_shipped() -> None:
    assert {path.stem for path in SHIPPED} >= set(RECIPES)


@every
def test_the_card_tells_what_a_user_must_know(path: Path) -> None:
    card = Model.load(path).card
    assert card.name == path.stem
    assert card.metrics
    assert card.evaluation == f"python -m export evaluate {card.name} --data DIR"
    for name in ("title", "source", "training_data", "model_license", "model_author"):
        assert getattr(card, name)


@every
def test_it_keeps_the_contract(path: Path) -> None:
    model = Model.load(path)
    model.check(TASKS[model.card.task].contract)
    for task in model.card.tasks or ():
        model.head(task).check(TASKS[task].contract)


@every
def test_it_computes_what_the_network_computes(path: Path) -> None:
    weights = weights_from_onnx(path)
    graph = build(RECIPES[path.stem], weights)
    card = Model.load(path).card
    assert verify(path, graph).error <= card.tolerance
    assert card.source_sha256 == digest(weights)
    if card.fit is None and not graph.whole and card.task != "detection":
        assert card.halo == measure_halo(graph)


@every
def test_it_is_made_again_to_the_byte(path: Path, tmp_path: Path) -> None:
    producer = onnx.load(path).producer_version
    if producer != exporter():
        pytest.skip(f"made by {producer}, here is {exporter()}")
    shutil.copy(path, tmp_path)
    export(RECIPES[path.stem], weights_from_onnx(path), tmp_path)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
