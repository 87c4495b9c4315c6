"""A server asked by the commands: what they print and write is what the models here would make."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.main import create_app
from app.settings import Settings
from tests import tiny
from tests.app.cli.conftest import run
from tests.conftest import Make, noise, png, serving


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of each kind."""
    models = tmp_path_factory.mktemp("models")
    for make in (tiny.colors, tiny.doubler, tiny.light, tiny.strongest):
        make(models)
    return models


@pytest.fixture(scope="module")
def url(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of these models."""
    data = tmp_path_factory.mktemp("jobs")
    with serving(create_app(Settings(models=shared, device="cpu", data=data))) as client:
        yield str(client.base_url)


@pytest.fixture(autouse=True)
def _same_models_here(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_MODELS", str(shared))
    monkeypatch.setenv("DENSIGHT_DEVICE", "cpu")


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Two pictures, and between them a file that is none."""
    (tmp_path / "red.png").write_bytes(png((250, 0, 0)))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    Image.fromarray(noise(30, 20)).save(tmp_path / "noise.tiff")
    return [tmp_path / name for name in ("red.png", "bad.png", "noise.tiff")]


@pytest.mark.parametrize(
    "command",
    [
        ("classify", "--top-k", "2"),
        ("classify", "--json", "--explain"),
        ("saliency",),
        ("segment", "--json", "--shapes", "polygons"),
        ("segment", "--shapes", "geojson"),
        ("saliency", "--format", "png"),
        ("classify", "--model", "doubler"),
    ],
)
def test_the_same_is_printed(command: tuple[str, ...], pictures: list[Path], url: str) -> None:
    here, there = run(*command, *pictures), run(*command, *pictures, "--url", url)
    assert there.exit_code == here.exit_code == 1
    if "doubler" not in command:  # here it is told once, there for each picture
        assert there.stderr == here.stderr
    if "--json" in command:
        here_documents, there_documents = (
            [json.loads(line) for line in answer.stdout.splitlines()] for answer in (here, there)
        )
        assert there_documents == here_documents
        assert len(there_documents) == 3
    else:
        assert there.stdout == here.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("classify",),
        ("saliency", "--render", "cutout"),
        ("segment", "--render", "overlay", "--metadata", "strip"),
        ("segment", "--shapes", "rle", "--json"),
        ("upscale",),
        ("upscale", "--format", "webp", "--quality", "40"),
    ],
)
def test_the_same_is_written(
    command: tuple[str, ...], pictures: list[Path], url: str, tmp_path: Path
) -> None:
    here = run(*command, *pictures, "-o", tmp_path / "out")
    wanted = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    there = run(*command, *pictures, "-o", tmp_path / "out", "--url", url)
    assert there.output == here.output or "--json" in command
    assert len(wanted) == 2
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == wanted


def test_through_pipes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = png((10, 20, 30), (3, 2))
    here = run("upscale", "-", "-o", "-", stdin=given)
    monkeypatch.setenv("DENSIGHT_URL", url)
    there = run("upscale", "-", "-o", "-", stdin=given)
    assert there.stdout_bytes == here.stdout_bytes
    assert there.stdout_bytes.startswith(b"\x89PNG")


def test_tiles_that_are_not_exact_are_told_of(
    folder: Path, tmp_path: Path, make_app: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.doubler(folder, halo=None)
    (tmp_path / "a.png").write_bytes(png(size=(161, 161)))
    monkeypatch.setenv("DENSIGHT_MODELS", str(folder))
    monkeypatch.setenv("DENSIGHT_TILE_PIXELS", "1")
    asked = ("upscale", tmp_path / "a.png", "-o", tmp_path / "b.png")
    here = run(*asked)
    with serving(make_app(tile_pixels=1)) as client:
        there = run(*asked, "--url", client.base_url)
    assert "the model saw it in approximate tiles" in here.stderr
    assert there.stderr == here.stderr


def test_models_of_a_server(url: str) -> None:
    assert run("models", "--url", url).stdout == run("models").stdout
    here, there = run("models", "--json"), run("models", "--json", "--url", url)
    assert json.loads(there.stdout) == json.loads(here.stdout)


def test_the_state_of_a_server(tmp_path: Path, make_app: Make) -> None:
    broken = tmp_path / "models" / "broken.onnx"
    broken.write_bytes(b"no model")
    with serving(make_app()) as client:
        answer = run("doctor", "--json", "--url", client.base_url)
        lines = run("doctor", "--url", client.base_url).stdout
    assert answer.exit_code == 0
    state = json.loads(answer.stdout)
    assert state["ready"] is True
    assert state["served"] == 2
    assert state["devices"] == ["cpu"]
    assert [model["name"] for model in state["failed"]] == ["broken"]
    assert "\tready\ttrue\n" in lines
    assert "\tfailed\tbroken\tfailed\t" in lines


def test_a_server_without_models_is_not_ready(tmp_path: Path, make_app: Make) -> None:
    (tmp_path / "empty").mkdir()
    with serving(make_app(models=tmp_path / "empty")) as client:
        answer = run("doctor", "--json", "--url", client.base_url)
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["ready"] is False


def test_keys(make_app: Make, pictures: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(make_app(api_keys=("secret",))) as client:
        monkeypatch.setenv("DENSIGHT_URL", str(client.base_url))
        refused = run("classify", pictures[0])
        assert refused.exit_code == 1
        assert "this server wants a key" in refused.stderr
        assert run("models").exit_code == 1
        assert run("classify", pictures[0], "--key", "secret").exit_code == 0
        monkeypatch.setenv("DENSIGHT_KEY", "secret")
        assert run("classify", pictures[0]).exit_code == 0
        assert run("models").exit_code == 0


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address of this machine where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize(
    "command", [("classify", "a.png"), ("models",), ("doctor",), ("bench",), ("bench", "--json")]
)
def test_where_nobody_answers(command: tuple[str, ...], nowhere: str) -> None:
    answer = run(*command, "--url", nowhere)
    assert answer.exit_code == 3
    assert answer.stderr.startswith(f"{nowhere}: ")
    assert answer.output.count("\n") == 1
    assert answer.stdout == ""


def test_bench_of_a_server(url: str) -> None:
    answer = run("bench", "--url", url, "--clients", 2, "--seconds", 0, "--warm-up", 0, "--json")
    assert answer.exit_code == 0
    report = json.loads(answer.stdout)
    assert report["target"] == url
    assert report["task"] == "classification"
    assert report["model"] == "colors@1"
    assert report["answered"] == 2
