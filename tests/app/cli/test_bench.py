"""`densight bench` of a model here; what the numbers mean is tested with the loop itself."""

import json
from pathlib import Path

import pytest

from tests.app.cli.conftest import run
from tests.conftest import png

SHORT = ("--seconds", 0, "--warm-up", 0)


def test_the_first_task_that_has_a_model_is_asked_about_a_made_picture() -> None:
    answer = run("bench", *SHORT, "--clients", 3, "--json")
    assert answer.exit_code == 0
    report = json.loads(answer.stdout)
    assert report["target"] == "this machine"
    assert (report["task"], report["model"]) == ("classification", "colors@1")
    assert report["picture"]["name"] == "made, 640x480, JPEG"
    assert report["loop"] == "closed"
    assert report["clients"] == report["answered"] == 3
    assert report["failed"] == 0
    assert 0 < report["milliseconds"]["p50"] <= report["milliseconds"]["p99"]


def test_a_model_says_its_task(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    answer = run("bench", tmp_path / "a.png", *SHORT, "--model", "doubler")
    assert answer.exit_code == 0
    cells = [line.split("\t")[1:] for line in answer.stdout.splitlines()]
    assert ["task", "super-resolution"] in cells
    assert ["picture.bytes", str(len(png()))] in cells
    assert ["answered", "1"] in cells


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--model", "nobody"), 1, "no model is called 'nobody'"),
        (("--task", "saliency"), 1, "no model for saliency is served"),
        (("--task", "taste"), 2, "is none of classification"),
        (("gone.png",), 1, "gone.png: No such file"),
        (("bad.png",), 1, "not a picture that can be read"),
        (("--clients", "0"), 2, "--clients"),
    ],
)
def test_what_can_not_be_measured(
    arguments: tuple[str, ...],
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    answer = run("bench", *SHORT, *arguments)
    assert answer.exit_code == code
    assert told in answer.stderr
    assert answer.stdout == ""
