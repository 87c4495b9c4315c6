"""The registry: good files serve, bad ones are named with their reason."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import InvalidModel, ModelControlOff, ModelNotFound, NotReady
from app.runtime.registry import Registry
from app.tasks import TASKS
from tests import tiny

CONTRACTS = {name: task.contract for name, task in TASKS.items()}


def registry(folder: Path, **defaults: str) -> Registry:
    made = Registry(folder, CONTRACTS, {"classification": "colors", **defaults})
    made.load()
    return made


def reason_of(loaded: Registry, stem: str) -> str:
    (file,) = (file for file in loaded.files() if file.path.stem == stem)
    return file.reason or ""


def test_broken_files_are_skipped_with_their_reason(folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    tiny.colors(folder, name="unknown", task="fortune-telling")
    tiny.colors(folder, name="mislabelled", labels=("one",))
    loaded = registry(folder)
    assert [model.card.name for model in loaded.models()] == ["colors", "doubler"]
    reasons = {file.name: file.reason or "" for file in loaded.files() if file.model is None}
    assert "onnxruntime can not load it" in reasons["broken"]
    assert "no task is called 'fortune-telling'" in reasons["unknown"]
    assert "3 classes" in reasons["mislabelled"]


def test_two_files_of_one_name(folder: Path) -> None:
    (folder / "copy.onnx").write_bytes((folder / "colors.onnx").read_bytes())
    assert "another file is called colors@1" in reason_of(registry(folder), "copy")


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


def names(loaded: Registry) -> list[str]:
    return [model.card.reference for model in loaded.models()]


def test_files_that_come_and_go(folder: Path) -> None:
    loaded = registry(folder)
    tiny.light(folder)
    (folder / "doubler.onnx").unlink()

    loaded.refresh()

    assert names(loaded) == ["colors@1", "light@1"]


def test_a_file_that_did_not_change_is_not_opened_again(folder: Path) -> None:
    loaded = registry(folder)
    before = loaded.models()

    loaded.refresh()

    assert all(old is new for old, new in zip(before, loaded.models(), strict=True))


def test_a_file_that_was_replaced(folder: Path) -> None:
    loaded = registry(folder)
    old = loaded.find("colors")
    tiny.colors(folder, version="2", title="Better")

    loaded.refresh()

    assert names(loaded) == ["colors@2", "doubler@1"]
    assert old.run(image=np.zeros((1, 8, 8, 3), np.uint8))  # of a request that has begun


def test_a_bad_file_leaves_the_old_model_serving(folder: Path) -> None:
    loaded = registry(folder)
    old = loaded.find("colors")
    (folder / "colors.onnx").write_bytes(b"half a file")

    loaded.refresh()

    assert loaded.find("colors") is old
    assert "onnxruntime can not load it" in reason_of(loaded, "colors")
    (folder / "doubler.onnx").unlink()
    loaded.refresh()
    assert loaded.find("colors") is old
    tiny.colors(folder, version="2")
    loaded.refresh()
    assert loaded.find("colors").card.version == "2"
    assert not reason_of(loaded, "colors")


def test_a_file_that_was_renamed(folder: Path) -> None:
    loaded = registry(folder)
    (folder / "colors.onnx").rename(folder / "z.onnx")

    loaded.refresh()

    assert names(loaded) == ["colors@1", "doubler@1"]


def test_a_name_that_was_taken_is_free_when_its_file_goes(folder: Path) -> None:
    (folder / "copy.onnx").write_bytes((folder / "colors.onnx").read_bytes())
    loaded = registry(folder)
    (folder / "colors.onnx").unlink()

    loaded.refresh()

    assert loaded.find("colors").card.name == "colors"
    assert not reason_of(loaded, "copy")


def test_a_file_without_a_card_is_served_to_no_task(folder: Path) -> None:
    tiny.without_card(folder / "plain.onnx")
    tiny.without_card(folder / "not a name.onnx")
    loaded = registry(folder)

    plain = loaded.find("plain")

    assert plain.card.task == ""
    assert plain.outputs["y"].shape == (2,)
    with pytest.raises(ModelNotFound, match="plain@1 does no task, not classification"):
        loaded.choose("classification", "plain")
    assert "no model can be called 'not a name'" in reason_of(loaded, "not a name")


def test_unloaded_until_it_is_loaded_by_name(folder: Path) -> None:
    loaded = registry(folder)

    loaded.unload_model("colors")
    loaded.refresh()

    assert names(loaded) == ["doubler@1"]
    assert [file.state for file in loaded.files()] == ["ready", "unloaded"]
    loaded.load_model("colors")
    assert names(loaded) == ["colors@1", "doubler@1"]


def test_a_file_that_is_no_good_can_not_be_loaded_by_name(folder: Path) -> None:
    loaded = registry(folder)
    (folder / "colors.onnx").write_bytes(b"no model")

    with pytest.raises(InvalidModel, match="onnxruntime can not load it"):
        loaded.load_model("colors")

    assert names(loaded) == ["colors@1", "doubler@1"]


def test_a_file_that_has_just_come_can_be_loaded_by_name(folder: Path) -> None:
    loaded = registry(folder)
    tiny.light(folder)

    loaded.load_model("light")

    assert loaded.find("light").card.name == "light"


@pytest.mark.parametrize("name", ["gone", "../colors", ""])
def test_what_is_not_there_can_not_be_loaded_or_unloaded(folder: Path, name: str) -> None:
    loaded = registry(folder)
    with pytest.raises(ModelNotFound):
        loaded.load_model(name)
    with pytest.raises(ModelNotFound):
        loaded.unload_model(name)


def test_control_can_be_switched_off(folder: Path) -> None:
    fixed = Registry(folder, CONTRACTS, {}, control=False)
    fixed.load()
    for control in (fixed.load_model, fixed.unload_model):
        with pytest.raises(ModelControlOff):
            control("colors")
    assert names(fixed) == ["colors@1", "doubler@1"]


def sleepy(folder: Path, **defaults: str) -> Registry:
    loaded = Registry(folder, CONTRACTS, defaults, all_awake=False)
    loaded.load()
    return loaded


def asleep(registry: Registry) -> list[str]:
    return [file.name for file in registry.files() if file.state == "asleep"]


def test_defaults_stay_awake_and_the_first_of_other_tasks(folder: Path) -> None:
    tiny.colors(folder, name="another")
    tiny.light(folder)
    assert asleep(sleepy(folder, classification="colors")) == ["another"]
    assert asleep(sleepy(folder)) == ["colors"]
    assert asleep(registry(folder)) == []


def test_a_model_wakes_when_it_is_asked(folder: Path) -> None:
    tiny.colors(folder, name="another")
    loaded = sleepy(folder, classification="colors")
    loaded.find("another").run(image=np.zeros((1, 8, 8, 3), np.uint8))
    assert asleep(loaded) == []


def test_what_replaces_a_model_is_as_awake_as_it_was(folder: Path) -> None:
    tiny.colors(folder, name="another")
    loaded = sleepy(folder, classification="colors")
    tiny.colors(folder, name="another", title="newer")
    loaded.refresh()
    assert asleep(loaded) == ["another"]
    loaded.find("another").run(image=np.zeros((1, 8, 8, 3), np.uint8))
    tiny.colors(folder, name="another", title="newest")
    loaded.refresh()
    assert asleep(loaded) == []


def test_of_a_model_asleep_nothing_is_left_when_its_file_breaks(folder: Path) -> None:
    another = tiny.colors(folder, name="another")
    loaded = sleepy(folder, classification="colors")
    another.write_bytes(b"half a file")
    loaded.refresh()
    assert names(loaded) == ["colors@1", "doubler@1"]
    assert loaded.files()[-1].state == "failed"
