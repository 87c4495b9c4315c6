"""What a shell is told when somebody presses the tabulator."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.runtime.model import Model
from app.tasks import TASKS


@pytest.fixture(autouse=True)
def _no_model_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object) -> None:
        raise AssertionError("a model is opened while somebody waits for the next letter")

    monkeypatch.setattr(Model, "load", load)


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of a line."""
    words = line.split(" ")
    environment = {
        "_DENSIGHT_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    answer = CliRunner().invoke(cli, prog_name="densight", env=environment)
    return answer.stdout.split()


def test_commands() -> None:
    assert completed("densight cl") == ["classify"]
    assert {task.verb for task in TASKS.values()} <= set(completed("densight "))


def test_models_are_the_files_of_the_folder(folder: Path) -> None:
    (folder / "broken.onnx").write_bytes(b"no model")
    (folder / "notes.txt").touch()
    assert completed("densight classify --model ") == ["broken", "colors", "doubler"]
    assert completed("densight upscale a.png --model do") == ["doubler"]
    assert completed("densight bench --model c") == ["colors"]
    assert completed("densight doctor --model x") == []
    assert completed("densight batch photos --model c") == ["colors"]


def test_of_the_models_of_a_server_nothing_is_known() -> None:
    assert completed("densight classify --url http://there --model ") == []


def test_no_folder_no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DENSIGHT_MODELS", str(tmp_path / "gone"))
    assert completed("densight classify --model ") == []
    monkeypatch.setenv("DENSIGHT_PORT", "many")  # the command itself will tell
    assert completed("densight classify --model ") == []


def test_tasks_and_choices() -> None:
    assert completed("densight bench --task s") == [name for name in TASKS if name[0] == "s"]
    assert completed("densight batch photos --task sal") == ["saliency"]
    assert completed("densight saliency a.png --render o") == ["overlay"]


def test_pictures_are_left_to_the_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is offered, and the script says what bash does then: it completes files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").touch()
    assert completed("densight classify ph") == []
    assert completed("densight classify a.png -o ph") == []
    answer = CliRunner().invoke(
        cli, prog_name="densight", env={"_DENSIGHT_COMPLETE": "source_bash", "PATH": os.defpath}
    )
    assert "complete -o default -F" in answer.stdout
    assert "_DENSIGHT_COMPLETE=complete_bash" in answer.stdout
