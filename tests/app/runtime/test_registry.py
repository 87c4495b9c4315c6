"""The registry: good files serve, bad ones are named with their reason."""

from pathlib import Path

import pytest

from app.errors import ModelNotFound, NotReady
from app.runtime.registry import Registry
from app.tasks import TASKS
from tests import tiny

CONTRACTS = {name: task.contract for name, task in TASKS.items()}


def registry(folder: Path, **defaults: str) -> Registry:
    made = Registry(folder, CONTRACTS, {"classification": "colors", **defaults})
    made.load()
    return made


def test_broken_files_are_skipped_with_their_reason(folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    tiny.colors(folder, name="unknown", task="fortune-telling")
    tiny.colors(folder, name="mislabelled", labels=("one",))
    loaded = registry(folder)
    assert [model.card.name for model in loaded.models()] == ["colors", "doubler"]
    reasons = {failure.name: failure.reason for failure in loaded.failures}
    assert "onnxruntime can not load it" in reasons["broken"]
    assert "no task is called 'fortune-telling'" in reasons["unknown"]
    assert "3 classes" in reasons["mislabelled"]


def test_two_files_of_one_name(folder: Path) -> None:
    (folder / "copy.onnx").write_bytes((folder / "colors.onnx").read_bytes())
    assert "another file is called colors@1" in registry(folder).failures[0].reason


def test_versions(folder: Path) -> None:
    for version in ("9", "10"):
        path = tiny.colors(folder, version=version)
        path.rename(folder / f"colors-{version}.onnx")
    loaded = registry(folder)
    assert loaded.find("colors").card.version == "10"
    assert loaded.find("colors@9").card.version == "9"
    assert loaded.default("classification").card.version == "10"
    with pytest.raises(ModelNotFound, match="'colors@11'"):
        loaded.find("colors@11")


def test_defaults(folder: Path) -> None:
    tiny.colors(folder, name="another")
    assert registry(folder).default("classification").card.name == "colors"
    changed = registry(folder, classification="gone")
    assert changed.default("classification").card.name == "another"


def test_a_model_of_another_task_is_not_found(folder: Path) -> None:
    with pytest.raises(ModelNotFound, match="doubler@1 does super-resolution, not classification"):
        registry(folder).choose("classification", "doubler")


def test_before_it_is_loaded(folder: Path) -> None:
    with pytest.raises(NotReady):
        Registry(folder, CONTRACTS, {}).choose("classification", None)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="no model for classification"):
        registry(tmp_path).default("classification")


def test_nothing_is_listed_before_it_is_loaded(folder: Path) -> None:
    with pytest.raises(NotReady):
        Registry(folder, CONTRACTS, {}).models()
