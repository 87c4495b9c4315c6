"""A variant beside its model: as good as was asked for, described, or not there."""

import hashlib
from pathlib import Path

import onnx
import pytest
from typer.testing import CliRunner, Result

from app.runtime.model import Model
from app.runtime.registry import Registry
from app.tasks import TASKS
from export.__main__ import app
from export.errors import ExportError
from export.optimize import Precision, optimize
from tests import tiny
from tests.export.optimize.conftest import CLASSIFIER, UPSCALER

INT8, FP16 = Precision.INT8, Precision.FP16


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["optimize", *(str(argument) for argument in arguments)])


def assert_refused(result: Result, reason: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert reason in result.stderr
    assert "Traceback" not in result.output


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file of a folder."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.mark.parametrize("name", [CLASSIFIER, UPSCALER])
@pytest.mark.parametrize("precision", list(Precision))
def test_a_variant_is_served_beside_its_model(
    models: Path, photos: Path, name: str, precision: Precision
) -> None:
    before = contents(models)
    path, data = models / f"{name}.onnx", photos if precision is INT8 else None
    made = optimize(path, precision, data, max_drop=0.3)
    after = contents(models)
    assert set(after) - set(before) == {f"{name}-{precision}.onnx"}
    assert {file: after[file] for file in before} == before
    assert made.path.stat().st_size < 0.6 * path.stat().st_size

    registry = Registry(models, {task: TASKS[task].contract for task in TASKS}, {})
    registry.load()
    assert not [file.reason for file in registry.files() if file.reason]
    model, variant = registry.find(name).card, registry.find(f"{name}-{precision}").card
    assert variant.title.startswith(model.title)
    assert variant.title != model.title
    changed = {"name", "title", "metrics", "evaluation", "tolerance", "training_data"}
    assert variant.model_dump(exclude=changed) == model.model_dump(exclude=changed)
    assert variant.metrics[made.comparison.metric] == made.comparison.after
    speed = [variant.metrics[f"speed/{key}"] for key in ("ms", "ms_float", "ratio_to_float")]
    assert all(value > 0 for value in speed)
    assert 0 < variant.tolerance < 1
    assert f"python -m export optimize {name} --{precision}" in variant.evaluation
    calibrated = "4 pictures of whoever made this file" in variant.training_data
    assert calibrated == (precision is INT8)


def test_a_graph_is_the_same_every_time(models: Path, photos: Path) -> None:
    path = models / f"{CLASSIFIER}.onnx"
    graphs = [onnx.load(optimize(path, INT8, photos).path).graph for _ in range(2)]
    first, second = (graph.SerializeToString(deterministic=True) for graph in graphs)
    assert first == second


def test_what_loses_too_much_is_not_published(models: Path, photos: Path) -> None:
    before = contents(models)
    result = call(UPSCALER, "--fp16", "--max-drop", 0, "--models", models)
    assert_refused(result, "noise/closeness falls from 1.0000 to 0.99")
    assert contents(models) == before


def test_what_was_published_before_stays_if_the_new_one_is_refused(models: Path) -> None:
    path = models / f"{UPSCALER}.onnx"
    optimize(path, FP16)
    before = contents(models)
    with pytest.raises(ExportError, match="--max-drop allows 0"):
        optimize(path, FP16, max_drop=0)
    assert contents(models) == before


def test_the_command_tells_what_was_lost_and_won(models: Path, photos: Path) -> None:
    result = call(CLASSIFIER, "--int8", "--data", photos, "--calibrate", 2, "--models", models)
    assert result.exit_code == 0, result.output
    for told in ("own-pictures/top1_agreement", "ms a picture", "times as fast", "-int8.onnx"):
        assert told in result.stdout
    card = Model.load(models / f"{CLASSIFIER}-int8.onnx").card
    assert "2 pictures of whoever" in card.training_data
    assert "--int8 --data DIR --calibrate 2" in card.evaluation

    result = call(f"{CLASSIFIER}-int8", "--fp16", "--models", models)
    assert_refused(result, "is in 8 bits already")


def test_mistakes(models: Path, photos: Path, tmp_path: Path) -> None:
    assert_refused(call("none", "--fp16", "--models", models), "no model is published as")
    assert_refused(call(CLASSIFIER, "--models", models), "either --int8 or --fp16", 2)
    both = call(CLASSIFIER, "--int8", "--fp16", "--models", models)
    assert_refused(both, "either --int8 or --fp16", 2)
    assert_refused(call(CLASSIFIER, "--int8", "--models", models), "--int8 needs --data", 2)
    result = call(CLASSIFIER, "--int8", "--data", tmp_path / "no", "--models", models)
    assert_refused(result, "there is no folder")
    tiny.colors(models)
    result = call("colors", "--int8", "--data", photos, "--models", models)
    assert_refused(result, "8 bits gain nothing")
    tiny.colors(models, name="a" * 60)
    result = call("a" * 60, "--int8", "--data", photos, "--models", models)
    assert_refused(result, "a name has at most 64 letters")
    with pytest.raises(ExportError, match="8 bits need pictures"):
        optimize(models / f"{CLASSIFIER}.onnx", INT8)
    assert not [*models.glob("*-int8.onnx"), *models.glob("*-fp16.onnx")]
