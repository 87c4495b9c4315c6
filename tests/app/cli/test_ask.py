"""The commands of tasks: the same code as the service, on pictures in files and pipes."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import OutOfMemory
from app.runtime import folder as folders
from app.runtime.model import Model
from app.tasks import super_resolution
from tests import tiny
from tests.app.cli.conftest import run
from tests.app.imaging import golden
from tests.app.imaging.dicom.made import dicom
from tests.conftest import noise, png


def test_options_of_a_task_are_options_of_its_command() -> None:
    assert "--top-k" in run("classify", "--help").output
    assert "png|jpeg|webp|avif|tiff" in run("upscale", "--help").output
    assert "map|overlay|cutout" in run("saliency", "--help").output
    assert "rle|polygons" in run("segment", "--help").output


def test_classify(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png((250, 0, 0)))
    (tmp_path / "blue.png").write_bytes(png((0, 0, 250)))
    answer = run("classify", tmp_path / "red.png", tmp_path / "blue.png", "--top-k", 1)
    assert answer.exit_code == 0
    red, blue = (str(tmp_path / name) for name in ("red.png", "blue.png"))
    assert [line.split("\t")[:4] for line in answer.stdout.splitlines()] == [
        [red, "model", "colors@1"],
        [red, "predictions", "0", "red"],
        [blue, "model", "colors@1"],
        [blue, "predictions", "2", "blue"],
    ]


def test_a_frame_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "two.gif").write_bytes(golden.animation("GIF", "red", "blue", size=(12, 9)))
    answer = run("classify", tmp_path / "two.gif", "--frame", 1, "--top-k", 1)
    assert "two.gif\tpredictions\t2\tblue\t" in answer.output
    answer = run("classify", tmp_path / "two.gif", "--frame", 2)
    assert answer.exit_code == 1
    assert "the picture has 2 frames" in answer.output


def test_an_option_out_of_range_is_told_in_one_line(tmp_path: Path) -> None:
    answer = run("classify", tmp_path / "none.png", "--frame", -1)
    assert answer.exit_code == 2
    assert "--frame: Input should be greater" in answer.output
    answer = run("classify", tmp_path / "none.png", "--window", "wide")
    assert answer.exit_code == 2
    assert "--window: a window is" in answer.output


def test_a_window_of_a_dicom(tmp_path: Path) -> None:
    shades = np.repeat(np.array([[0, 100, 200, 200]], np.uint16), 3, axis=0)
    (tmp_path / "slice.dcm").write_bytes(dicom(shades))
    large = tmp_path / "large.png"
    answer = run("upscale", tmp_path / "slice.dcm", "--window", "100,100", "-o", large)
    assert answer.exit_code == 0, answer.output
    with Image.open(large) as image:
        assert np.asarray(image)[0].tolist() == pytest.approx(
            [0] * 2 + [32768] * 2 + [65535] * 4, abs=700
        )
    (tmp_path / "red.png").write_bytes(png())
    answer = run("upscale", tmp_path / "red.png", "--window", "100,100", "-o", large)
    assert answer.exit_code == 1
    assert "a window is for DICOM pictures" in answer.output


def test_classify_writes_json(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    assert run("classify", tmp_path / "red.png", "-o", tmp_path / "red.json").exit_code == 0
    assert '"label":"red"' in (tmp_path / "red.json").read_text()


def test_upscale(tmp_path: Path) -> None:
    pixels = noise(6, 5)
    Image.fromarray(pixels).save(tmp_path / "small.png")
    assert run("upscale", tmp_path / "small.png", "-o", tmp_path / "large.tiff").exit_code == 0
    with Image.open(tmp_path / "large.tiff") as large:
        assert large.format == "TIFF"
        assert np.array_equal(np.asarray(large), pixels.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_a_large_picture_is_written_while_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(super_resolution, "LARGE", 1000)
    monkeypatch.setenv("DENSIGHT_TILE_PIXELS", "400")
    pixels, target = noise(60, 50), tmp_path / f"large.{suffix}"
    Image.fromarray(pixels).save(tmp_path / "small.png")
    assert run("upscale", tmp_path / "small.png", "-o", target).exit_code == 0
    with Image.open(target) as large:
        assert np.array_equal(np.asarray(large), pixels.repeat(2, axis=0).repeat(2, axis=1))


def test_of_a_file_that_can_not_be_written_to_its_end_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*given: Any) -> None:
        given[-1].write(b"half")
        raise OutOfMemory("memory is too short for the smallest tile")

    monkeypatch.setattr(super_resolution.TASK, "write", write)
    (tmp_path / "small.png").write_bytes(png())
    answer = run("upscale", tmp_path / "small.png", "-o", tmp_path / "large.png")
    assert answer.exit_code == 1
    assert "memory is too short" in answer.output
    assert not (tmp_path / "large.png").exists()


def test_upscale_needs_an_output(tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(png())
    answer = run("upscale", tmp_path / "small.png")
    assert answer.exit_code == 2
    assert "-o" in answer.output


def test_saliency(tmp_path: Path, folder: Path) -> None:
    tiny.light(folder)
    pixels = noise(6, 5)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    answer = run("saliency", tmp_path / "a.png", "-o", tmp_path / "cut.png", "--render", "cutout")
    assert answer.exit_code == 0
    assert answer.stdout.endswith(f"a.png\toutput\t{tmp_path}/cut.png\n")
    with Image.open(tmp_path / "cut.png") as image:
        assert image.mode == "RGBA"
        assert np.array_equal(np.asarray(image)[..., :3], pixels)
    assert run("saliency", tmp_path / "a.png", "-o", tmp_path / "a.json").exit_code == 0
    assert '"coverage":' in (tmp_path / "a.json").read_text()


def test_segment(tmp_path: Path, folder: Path) -> None:
    tiny.strongest(folder)
    (tmp_path / "red.png").write_bytes(png())
    answer = run("segment", tmp_path / "red.png", "-o", tmp_path / "mask.png")
    assert answer.exit_code == 0
    with Image.open(tmp_path / "mask.png") as image:
        assert image.mode == "P"
        assert not np.asarray(image).any()
    shapes = ("--shapes", "rle", "-o", tmp_path / "mask.json")
    assert run("segment", tmp_path / "red.png", *shapes).exit_code == 0
    assert '"counts":' in (tmp_path / "mask.json").read_text()


def test_files_in_a_folder_are_called_what_they_are(tmp_path: Path, folder: Path) -> None:
    tiny.light(folder)
    for name in ("a.jpg", "b.png"):
        Image.new("RGB", (4, 3)).save(tmp_path / name)
    pictures = (tmp_path / "a.jpg", tmp_path / "b.png", "-o", tmp_path / "out")
    for verb in ("saliency", "classify", "upscale"):
        assert run(verb, *pictures).exit_code == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"a.png", "b.png", "a.json", "b.json", "a.jpg"}
    for path in (tmp_path / "out").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_bad_pictures_are_named_and_the_others_answered(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "red.png").write_bytes(png())
    answer = run("classify", tmp_path / "bad.png", tmp_path / "gone.png", tmp_path / "red.png")
    assert answer.exit_code == 1
    assert "bad.png: not a picture" in answer.output
    assert "gone.png" in answer.output
    assert "red.png\tpredictions\t0\tred\t" in answer.output


def test_an_unknown_model_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "red.png").write_bytes(png())
    answer = run("classify", tmp_path / "red.png", "--model", "nobody")
    assert answer.exit_code == 1
    assert answer.output.strip() == "no model is called 'nobody'"


def test_json_is_the_document_of_http_one_a_line(tmp_path: Path) -> None:
    for name, color in [("red.png", (250, 0, 0)), ("blue.png", (0, 0, 250))]:
        (tmp_path / name).write_bytes(png(color))
    answer = run("classify", tmp_path / "red.png", tmp_path / "blue.png", "--top-k", 1, "--json")
    assert answer.exit_code == 0
    red, blue = map(json.loads, answer.stdout.splitlines())
    assert red == {
        "model": "colors@1",
        "predictions": [{"index": 0, "label": "red", "score": pytest.approx(1, abs=1e-3)}],
    }
    assert blue["predictions"][0]["label"] == "blue"


def test_every_picture_has_its_line_of_json_also_if_it_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "red.png").write_bytes(png())
    pictures = [tmp_path / name for name in ("bad.png", "gone.png", "red.png")]
    answer = run("classify", *pictures, "--json")
    assert answer.exit_code == 1
    bad, gone, red = map(json.loads, answer.stdout.splitlines())
    assert bad["type"] == "urn:densight:problem:unknown-format"
    assert bad["status"] == 415
    assert "JPEG" in bad["formats"]
    assert gone["type"] == "urn:densight:problem:file-error"
    assert gone["detail"] == "No such file or directory"
    assert red["predictions"][0]["label"] == "red"
    assert "gone.png: No such file" in answer.stderr


def test_a_picture_and_its_numbers_at_once(tmp_path: Path, folder: Path) -> None:
    tiny.light(folder)
    (tmp_path / "a.png").write_bytes(png())
    answer = run("saliency", tmp_path / "a.png", "--json", "-o", tmp_path / "map.png")
    assert json.loads(answer.stdout)["model"] == "light@1"
    with Image.open(tmp_path / "map.png") as image:
        assert image.mode == "L"


def test_from_standard_input_to_standard_output() -> None:
    answer = run("upscale", "-", "-o", "-", stdin=png((10, 20, 30), (3, 2)))
    assert answer.exit_code == 0
    assert answer.stderr == ""
    with Image.open(io.BytesIO(answer.stdout_bytes)) as image:
        assert image.size == (6, 4)
        assert image.getpixel((0, 0)) == (10, 20, 30)
    answer = run("classify", "-", "--top-k", 1, stdin=png())
    assert answer.stdout.startswith("-\tmodel\tcolors@1\n-\tpredictions\t0\tred\t")


def test_a_failure_writes_nothing_to_standard_output() -> None:
    answer = run("upscale", "-", "-o", "-", stdin=b"no picture")
    assert answer.exit_code == 1
    assert answer.stdout_bytes == b""
    assert answer.stderr.startswith("-: not a picture")


def test_a_file_larger_than_allowed_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENSIGHT_MAX_BYTES", "10")
    (tmp_path / "red.png").write_bytes(png())
    for answer in (run("classify", tmp_path / "red.png"), run("classify", "-", stdin=png())):
        assert answer.exit_code == 1
        assert "more than 10 bytes, which DENSIGHT_MAX_BYTES allows" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("upscale", "a.png"), "say where to write it with -o"),
        (("upscale", "a.png", "--json"), "say where to write it with -o"),
        (("classify", "-", "-"), "can be read once only"),
        (("classify", "a.png", "--json", "-o", "-"), "both want standard output"),
        (("classify", "a.png", "b.png", "-o", "-"), "several go into a folder"),
        (("classify", "a.png", "here/a.png", "-o", "out"), "two pictures are called the same"),
        (("upscale", "a.png", "b.png", "-o", "."), "could replace the pictures"),
        (("classify", "a.png", "--url", "nowhere"), "does not begin with http://"),
        (("classify", "a.png", "--url", "http://host:port"), "is no URL"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert told in " ".join(answer.stderr.replace("│", "").split())
    assert set(tmp_path.rglob("*")) == before


def test_pictures_that_differ_in_their_suffix_do_not_replace_each_other(tmp_path: Path) -> None:
    for name in ("a.png", "a.gif"):
        (tmp_path / name).write_bytes(png())
    answer = run("classify", tmp_path / "a.png", tmp_path / "a.gif", "-o", tmp_path / "out")
    assert answer.exit_code == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["a.gif.json", "a.png.json"]


def test_one_picture_into_a_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "a.png").write_bytes(png())
    assert run("upscale", tmp_path / "a.png", "-o", tmp_path / "out").exit_code == 0
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.size == (24, 18)


def test_only_models_that_may_answer_are_opened(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.light(folder)
    tiny.colors(folder, name="other")
    opened: list[str] = []

    class Noting(Model):
        @classmethod
        def load(cls, path: Path, *given: Any) -> Model:
            opened.append(path.name)
            return Model.load(path, *given)

    monkeypatch.setattr(folders, "Model", Noting)
    (tmp_path / "red.png").write_bytes(png())
    assert run("classify", tmp_path / "red.png", "--model", "other").exit_code == 0
    assert sorted(opened) == ["colors.onnx", "other.onnx"]
    answer = run("classify", tmp_path / "red.png", "--model", "doubler@1")
    assert answer.stderr == "doubler@1 does super-resolution, not classification\n"


def test_tables_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    (tmp_path / "red.png").write_bytes(png())
    answer = run("classify", tmp_path / "red.png", "--top-k", 1)
    assert "99.9%" in answer.stdout
    assert "█" * 23 in answer.stdout
    assert "\t" not in answer.stdout


def test_what_names_could_do_to_a_terminal_is_taken_out(tmp_path: Path) -> None:
    name = "\x1b[2J\ta\n.png"
    (tmp_path / name).write_bytes(png())
    (tmp_path / "b\x07.png").write_bytes(b"no picture")
    answer = run("classify", tmp_path / name, tmp_path / "b\x07.png", "--top-k", 1)
    assert answer.stdout.count("\n") == 2
    assert not set(answer.output) & {"\x1b", "\x07"}
