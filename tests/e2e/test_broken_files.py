"""Model files that are cut, overwritten and removed under a real `densight serve`."""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import MODELS
from benchmarks.server import serving
from tests import tiny
from tests.conftest import png

NAME = "resnet20-cifar10"
CAT = (Path(__file__).parent.parent.parent / "examples" / "cat.jpg").read_bytes()
RAW = {"content-type": "application/octet-stream"}


def cut(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.truncate(path.stat().st_size // 2)


def empty(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.truncate()


def overwrite(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.write(bytes(path.stat().st_size))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The shipped model's own copy, beside a tiny model."""
    tiny.colors(tmp_path)
    return Path(shutil.copy(MODELS / f"{NAME}.onnx", tmp_path))


@pytest.fixture
def service(file: Path) -> Iterator[httpx.Client]:
    with serving({"DENSIGHT_MODELS": str(file.parent), "DENSIGHT_DEVICE": "cpu"}) as client:
        yield client


def ask(client: httpx.Client) -> httpx.Response:
    return client.post(f"/v1/classification?model={NAME}", content=CAT, headers=RAW)


@contextmanager
def asking(client: httpx.Client) -> Iterator[Counter[tuple[int, bytes]]]:
    """Ask again and again while the block lasts; the counted answers."""
    answers: Counter[tuple[int, bytes]] = Counter()
    ending = threading.Event()

    def again() -> None:
        while not ending.is_set():
            answer = ask(client)
            answers[answer.status_code, answer.content] += 1

    threads = [threading.Thread(target=again) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ending.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("spoil", [cut, empty, overwrite])
def test_a_file_that_is_spoilt_in_place(
    service: httpx.Client, file: Path, spoil: Callable[[Path], None]
) -> None:
    before = ask(service)
    assert before.json()["predictions"][0]["label"] == "cat"
    with asking(service) as answers:
        spoil(file)
        while (model := service.get(f"/v1/models/{NAME}").json()).get("reason") is None:
            pass
    assert model["state"] == "ready"
    assert "onnxruntime can not load it" in model["reason"]
    assert set(answers) == {(200, before.content)}
    assert ask(service).content == before.content


def test_a_file_that_is_removed_and_comes_back(service: httpx.Client, file: Path) -> None:
    before = ask(service)
    with asking(service) as answers:
        file.unlink()
        while ask(service).status_code != 404:
            pass
    assert {status for status, _ in answers} <= {200, 404}
    assert {content for status, content in answers if status == 200} <= {before.content}
    other = service.post("/v1/classification", content=png(), headers=RAW)
    assert other.headers["x-model"] == "colors@1"
    shutil.copy(MODELS / file.name, file)
    while ask(service).status_code == 404:
        pass
    assert ask(service).content == before.content
