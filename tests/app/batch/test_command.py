"""`densight batch` on real files with tiny models: answers, resuming, failures, wrong usage."""

import csv
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from app.cli import cli
from app.errors import OutOfMemory
from app.tasks import saliency, segmentation, super_resolution
from tests import tiny
from tests.app.batch.test_position import HERE, taken_at
from tests.conftest import noise, png

RED, GREEN, BLUE = (250, 0, 0), (0, 250, 0), (0, 0, 250)


@pytest.fixture(autouse=True)
def _tiny_models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.light(folder)
    tiny.strongest(folder)
    monkeypatch.setenv("DENSIGHT_MODELS", str(folder))
    monkeypatch.setenv("DENSIGHT_DEVICE", "cpu")
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """What the command logs, and where, is no business of later tests."""
    root = logging.getLogger()
    quiet = [logging.getLogger(name) for name in ("watchfiles", "httpx", "httpcore")]
    handlers, levels = root.handlers[:], [(logger, logger.level) for logger in (root, *quiet)]
    yield
    root.handlers[:] = handlers
    for logger, level in levels:
        logger.setLevel(level)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of three pictures, one of them in a folder of its own."""
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    (source / "red.png").write_bytes(png(RED))
    (source / "sub" / "green.png").write_bytes(png(GREEN))
    Image.new("RGB", (6, 4), BLUE).save(source / "blue.jpg", quality=95)
    return source


def run(*arguments: object, input: bytes | None = None) -> Result:
    """Run `densight batch ARGUMENTS`."""
    return CliRunner().invoke(cli, ["batch", *map(str, arguments)], input=input)


def records(output: Path) -> dict[str, dict[str, Any]]:
    """The journal by picture, of which each has one line."""
    lines = [json.loads(line) for line in (output / "summary.jsonl").read_text().splitlines()]
    assert len({line["input"] for line in lines}) == len(lines)
    return {line["input"]: line for line in lines}


def files(output: Path) -> set[str]:
    found = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix() for path in found}


def test_a_folder_is_answered_with_its_folders(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "new" / "out"
    answer = run(source, "-o", output, "--task", "classification", "--top-k", 1)
    assert answer.exit_code == 0, answer.output
    assert "3 pictures, 3 answered now" in answer.output
    assert files(output) == {"red.json", "blue.json", "sub/green.json", "summary.jsonl"}
    assert json.loads((output / "sub" / "green.json").read_text()) == {
        "model": "colors@1",
        "predictions": [{"index": 1, "label": "green", "score": pytest.approx(1, abs=1e-3)}],
    }
    record = records(output)["sub/green.png"]
    assert record["document"] == json.loads((output / "sub" / "green.json").read_text())
    assert (record["width"], record["height"], record["output"]) == (12, 9, "sub/green.json")
    assert record["options"] == {"top_k": 1}
    assert record["bytes"] == (output / "sub" / "green.json").stat().st_size
    assert record["text"] == "green 100.0%"


def test_pictures_are_answered_as_the_single_commands_do(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert run(source, "-o", output, "--task", "saliency", "--render", "cutout").exit_code == 0
    single = ("saliency", source / "blue.jpg", "-o", tmp_path / "blue.png", "--render", "cutout")
    assert CliRunner().invoke(cli, [str(part) for part in single]).exit_code == 0
    assert (output / "blue.png").read_bytes() == (tmp_path / "blue.png").read_bytes()


def test_large_pictures_are_written_while_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(super_resolution, "LARGE", 1000)
    monkeypatch.setenv("DENSIGHT_TILE_PIXELS", "400")
    pixels = noise(60, 50)
    (tmp_path / "in").mkdir()
    Image.fromarray(pixels).save(tmp_path / "in" / "a.tif")
    assert run(tmp_path / "in", "-o", tmp_path / "out", "--task", "super-resolution").exit_code == 0
    with Image.open(tmp_path / "out" / "a.tiff") as large:
        assert np.array_equal(np.asarray(large), pixels.repeat(2, axis=0).repeat(2, axis=1))
    record = records(tmp_path / "out")["a.tif"]
    assert record["exact"] is True
    assert "document" not in record


def test_a_format_for_all(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    arguments = (source, "-o", output, "--task", "super-resolution", "--format", "tif")
    assert run(*arguments).exit_code == 0
    assert files(output) == {"red.tiff", "blue.tiff", "sub/green.tiff", "summary.jsonl"}
    answer = run(source, "-o", output, "--task", "segmentation", "--format", "json")
    assert answer.exit_code == 0
    assert json.loads((output / "red.json").read_text())["classes"][0]["label"] == "red"


def test_a_format_that_one_picture_can_not_have(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Image.new("1", (9000, 1)).save(tmp_path / "in" / "wide.png")  # 18000 is too much for WebP
    (tmp_path / "in" / "red.png").write_bytes(png())
    arguments = ("--task", "super-resolution", "--format", "webp")
    answer = run(tmp_path / "in", "-o", tmp_path / "out", *arguments)
    assert answer.exit_code == 1
    assert "wide.png: the answer can not be image/webp, but image/png, image/jpeg" in answer.output
    assert files(tmp_path / "out") == {"red.webp", "summary.jsonl"}


def test_names_that_would_be_alike(source: Path, tmp_path: Path) -> None:
    (source / "red.bmp").write_bytes((source / "blue.jpg").read_bytes())
    output = tmp_path / "out"
    assert run(source, "-o", output, "--task", "classification").exit_code == 0
    for name, label in (("red.png", "red"), ("red.bmp", "blue")):
        found = json.loads((output / f"{name}.json").read_text())
        assert found["predictions"][0]["label"] == label
        assert records(output)[name]["output"] == f"{name}.json"
    assert not (output / "red.json").exists()


def test_a_list_from_a_file_and_from_stdin(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source)
    (tmp_path / "list.txt").write_text(f"red.png\n{source}/sub/green.png\nred.png\n")
    answer = run(tmp_path / "list.txt", "-o", tmp_path / "out", "--task", "classification")
    assert answer.exit_code == 0
    assert files(tmp_path / "out") == {"red.json", "sub/green.json", "summary.jsonl"}
    lines = b"red.png\nnone.png\n"
    answer = run("-", "-o", tmp_path / "out2", "--task", "classification", input=lines)
    assert answer.exit_code == 1
    assert "none.png: No such file or directory" in answer.output
    assert files(tmp_path / "out2") == {"red.json", "summary.jsonl"}


def answered(output: Path) -> dict[str, int]:
    """When each answer was written."""
    return {name: (output / name).stat().st_ino for name in files(output) - {"summary.jsonl"}}


def test_what_is_finished_is_not_done_again(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    command = (source, "-o", output, "--task", "segmentation")
    run(*command)
    first = answered(output)
    answer = run(*command)
    assert answer.exit_code == 0
    assert "answered already: 3 of 3" in answer.output
    assert answered(output) == first
    assert run(*command, "--redo").exit_code == 0
    assert all(answered(output)[name] != place for name, place in first.items())


def test_what_has_changed_is_done_again(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    command = (source, "-o", output, "--task", "segmentation")
    run(*command)
    (source / "red.png").write_bytes(png(BLUE))  # of another time
    (source / "blue.jpg").write_bytes((source / "blue.jpg").read_bytes() + b"\0")
    (source / "new.png").write_bytes(png(GREEN))
    assert "4 pictures, 3 answered now" in run(*command).output
    assert records(output)["red.png"]["text"] == "blue 100.0%"
    (output / "new.png").unlink()
    (output / "blue.png").write_bytes(b"")  # such as a machine without power leaves
    assert "4 pictures, 2 answered now" in run(*command).output
    assert "4 pictures, 0 answered now" in run(*command).output


def test_another_question_is_asked_again(source: Path, tmp_path: Path, folder: Path) -> None:
    tiny.strongest(folder, name="zebra", version="2")
    output = tmp_path / "out"
    segment, salient = ("--task", "segmentation"), ("--task", "saliency")
    for question in (
        segment,
        (*segment, "--render", "overlay"),
        (*segment, "--render", "overlay", "--model", "zebra"),
        salient,
        (*salient, "--format", "json"),
        segment,  # whose answers the others have overwritten
    ):
        assert "3 pictures, 3 answered now" in run(source, "-o", output, *question).output
    assert "3 pictures, 0 answered now" in run(source, "-o", output, *segment).output
    default = (*segment, "--render", "mask", "--model", "strongest@1")
    assert "3 pictures, 0 answered now" in run(source, "-o", output, *default).output


def test_bad_files_are_listed_and_tried_again(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (source / "bad.png").write_bytes(b"no picture")
    (source / "cut.png").write_bytes(png(size=(90, 90))[:100])
    (source / "gone.png").symlink_to(tmp_path / "nothing")
    (source / "folder.png").mkdir()
    answer = run(source, "-o", output, "--task", "classification")
    assert answer.exit_code == 1
    assert "6 pictures, 3 answered now" in answer.output
    for line in ("bad.png: not a picture", "cut.png: the picture can", "gone.png: No such file"):
        assert line in answer.output
    assert "not a picture" in records(output)["bad.png"]["problem"]
    assert files(output) == {"red.json", "blue.json", "sub/green.json", "summary.jsonl"}
    for name in ("bad.png", "cut.png"):
        (source / name).write_bytes(png())
    (source / "gone.png").unlink()
    answer = run(source, "-o", output, "--task", "classification")
    assert answer.exit_code == 0
    assert "5 pictures, 2 answered now" in answer.output
    assert "problem" not in records(output)["bad.png"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [(OutOfMemory("too short"), "too short"), (ZeroDivisionError("x"), "unforeseen ZeroDivision")],
)
def test_of_an_answer_that_fails_nothing_is_left(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    def write(*given: Any) -> None:
        given[-1].write(b"half")
        raise fault

    monkeypatch.setattr(saliency.TASK, "write", write)
    answer = run(source, "-o", tmp_path / "out", "--task", "saliency")
    assert answer.exit_code == 1
    assert f"red.png: {told}" in answer.output
    assert files(tmp_path / "out") == {"summary.jsonl"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_ends_it(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*given: Any) -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")

    monkeypatch.setattr(segmentation.TASK, "write", write)
    answer = run(source, "-o", tmp_path / "out", "--task", "segmentation")
    assert answer.exit_code == 1
    assert "No space left on device; what is finished is kept" in answer.output
    assert files(tmp_path / "out") == {"summary.jsonl"}


def test_files_of_too_many_bytes_are_not_read(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = (source / "red.png").stat().st_size
    monkeypatch.setenv("DENSIGHT_MAX_BYTES", str(limit))
    (source / "red.bmp").write_bytes(b"x" * (limit + 1))
    answer = run(source, "-o", tmp_path / "out", "--task", "classification")
    assert f"red.bmp: more than {limit} bytes, which DENSIGHT_MAX_BYTES allows" in answer.output
    assert "problem" not in records(tmp_path / "out")["red.png"]


def test_many_failures_are_not_all_listed(tmp_path: Path) -> None:
    lines = b"".join(b"none%d.png\n" % number for number in range(23))
    answer = run("-", "-o", tmp_path / "out", "--task", "saliency", input=lines)
    assert answer.output.count("No such file") == 20
    assert "and 3 more" in answer.output
    assert len(records(tmp_path / "out")) == 23


def test_the_table(source: Path, tmp_path: Path) -> None:
    (source / "bad.png").write_bytes(b"no picture")
    (source / "gps, far.jpg").write_bytes(taken_at(HERE))
    output = tmp_path / "out"
    run(source, "-o", output, "--task", "segmentation", "--summary", "csv")
    with (output / "summary.csv").open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        rows = {row["input"]: row for row in table}
        assert table.fieldnames == [
            "input", "output", "model", "width", "height", "longitude", "latitude", "seconds",
            "problem", "exact", "text", "fraction.red", "fraction.green", "fraction.blue",
        ]  # fmt: skip
    assert list(rows) == ["bad.png", "blue.jpg", "gps, far.jpg", "red.png", "sub/green.png"]
    green = rows["sub/green.png"]
    assert (green["fraction.green"], green["fraction.red"], green["width"]) == ("1.0", "0.0", "12")
    assert green["longitude"] == ""
    assert float(rows["gps, far.jpg"]["longitude"]) == pytest.approx(2.294444, abs=1e-6)
    assert rows["bad.png"]["problem"].startswith("not a picture")
    assert rows["bad.png"]["fraction.red"] == ""


def test_a_picture_in_tiles_has_the_same_columns(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = set()
    for tile_pixels in ("400", "40000"):
        monkeypatch.setenv("DENSIGHT_TILE_PIXELS", tile_pixels)
        Image.new("RGB", (60, 50), RED).save(source / "large.png")
        output = tmp_path / tile_pixels
        run(source, "-o", output, "--task", "segmentation", "--summary", "csv")
        with (output / "summary.csv").open(newline="") as file:
            table = csv.DictReader(file)
            exact = {row["input"]: row["exact"] for row in table}
            headers.add(tuple(table.fieldnames or ()))
        assert exact["large.png"] == ("True" if tile_pixels == "400" else "")
    assert len(headers) == 1


def test_tables_of_the_other_tasks(source: Path, tmp_path: Path) -> None:
    headers = {}
    for task in ("classification", "saliency", "super-resolution"):
        run(source, "-o", tmp_path / task, "--task", task, "--summary", "csv")
        with (tmp_path / task / "summary.csv").open(newline="") as file:
            headers[task] = next(csv.reader(file))[11:]
    each = [
        f"predictions.{rank}.{part}" for rank in range(3) for part in ("index", "label", "score")
    ]
    assert headers["classification"] == each
    box = [f"box.{place}" for place in range(4)]
    assert headers["saliency"] == ["peak.x", "peak.y", "peak.score", *box, "coverage"]
    assert headers["super-resolution"] == []


def test_the_map_layer(source: Path, tmp_path: Path) -> None:
    (source / "bad.png").write_bytes(b"no picture")
    (source / "gps.jpg").write_bytes(taken_at(HERE))
    output = tmp_path / "out"
    run(source, "-o", output, "--task", "segmentation", "--summary", "geojson")
    layer = json.loads((output / "summary.geojson").read_text())
    assert layer.keys() == {"type", "features"}
    assert layer["type"] == "FeatureCollection"
    assert {feature["type"] for feature in layer["features"]} == {"Feature"}
    found = {feature["properties"]["input"]: feature for feature in layer["features"]}
    assert len(found) == 5
    point = found["gps.jpg"]["geometry"]
    assert point["type"] == "Point"
    assert point["coordinates"] == pytest.approx([2.294444, 48.858222], abs=1e-6)
    assert found["red.png"]["geometry"] is None
    assert found["red.png"]["properties"]["fraction.red"] == 1.0
    assert "not a picture" in found["bad.png"]["properties"]["problem"]


def test_summaries_are_of_the_pictures_asked_about(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    command = ("-o", output, "--task", "segmentation", "--summary", "geojson")
    run(source, *command)
    (source / "red.png").unlink()
    run(source, *command)
    layer = json.loads((output / "summary.geojson").read_text())
    names = [feature["properties"]["input"] for feature in layer["features"]]
    assert names == ["blue.jpg", "sub/green.png"]
    assert "red.png" in records(output)


def test_long_members_stand_in_the_answers_only(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    Image.fromarray(noise(40, 40)).save(source / "noise.png")
    assert (
        run(source, "-o", output, "--task", "segmentation", "--shapes", "polygons").exit_code == 0
    )
    assert "shapes" not in records(output)["noise.png"]["document"]
    assert len(records(output)["noise.png"]["document"]["classes"]) == 3
    assert "shapes" in json.loads((output / "noise.json").read_text())
    assert "shapes" in records(output)["red.png"]["document"]


def test_any_name_that_a_file_can_have(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in (b"caf\xe9.png", b"[red] \n.png", "émoji 🙂.png".encode()):
        (tmp_path / "in" / os.fsdecode(name)).write_bytes(png(RED))
    (tmp_path / "in" / os.fsdecode(b"bad\xe9.png")).write_bytes(b"")
    command = (tmp_path / "in", "-o", tmp_path / "out", "--task", "classification")
    answer = run(*command, "--summary", "csv")
    assert answer.exit_code == 1, answer.output
    assert "4 pictures, 3 answered now" in answer.output
    assert "4 pictures, 0 answered now" in run(*command).output
    with (tmp_path / "out" / "summary.csv").open(newline="", errors="surrogateescape") as file:
        assert os.fsdecode(b"caf\xe9.png") in {row["input"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("{in} --task saliency", "--output"),
        ("{in} -o {out}", "--task"),
        ("{in} -o {out} --task painting", "none of classification"),
        ("{in} -o {out} --task saliency --top-k 2", "saliency has no option --top-k"),
        ("{in} -o {out} --task saliency --render mask", "--render: Input should be"),
        ("{in} -o {out} --task saliency --format webp", "as png, tiff, json, not webp"),
        ("{in} -o {out} --task saliency --workers 0", "--workers"),
        ("{in} -o {in} --task saliency", "could replace the pictures"),
        ("{in}/sub -o {in} --task saliency", "could replace the pictures"),
        ("{in}/red.png -o {out} --task saliency", "is a picture; INPUT is a folder"),
        ("{in}/none -o {out} --task saliency", "none: No such file"),
    ],
)
def test_wrong_usage(source: Path, tmp_path: Path, arguments: str, told: str) -> None:
    places = {"in": source, "out": tmp_path / "out"}
    answer = run(*(argument.format(**places) for argument in arguments.split()))
    assert answer.exit_code == 2
    assert told in answer.output
    assert not (tmp_path / "out").exists()


def test_an_unknown_model_and_a_file_in_the_way_are_one_line(source: Path, tmp_path: Path) -> None:
    command = (source, "-o", tmp_path / "out", "--task", "saliency")
    answer = run(*command, "--model", "nobody")
    assert (answer.exit_code, answer.output) == (1, "no model is called 'nobody'\n")
    (tmp_path / "out").write_text("a file")
    answer = run(*command)
    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "File exists" in answer.output
