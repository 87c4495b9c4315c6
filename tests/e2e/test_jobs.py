"""What a real `densight serve` promises of jobs: SIGKILL and SIGTERM lose none, nor spoil one.

The network that enlarges pictures takes its time with each tile, so jobs are ended in between.
"""

import io
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.settings import MODELS
from benchmarks.server import COMMAND, started
from tests.later import ENLARGE, asked, events, finished

ROOT = Path(__file__).parent.parent.parent
CAT = ROOT / "examples" / "cat.jpg"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """One model, one thread that works on it, and a folder of jobs."""
    models = tmp_path / "models"
    models.mkdir()
    shutil.copy(MODELS / "srdensenet-x4.onnx", models)
    return {
        "DENSIGHT_MODELS": str(models),
        "DENSIGHT_DEVICE": "cpu",
        "DENSIGHT_THREADS": "1",
        "DENSIGHT_DATA": str(tmp_path / "jobs"),
    }


@pytest.fixture(scope="module")
def picture() -> bytes:
    """It is cut into several tiles."""
    with Image.open(CAT) as image:
        buffer = io.BytesIO()
        image.convert("RGB").resize((700, 390)).save(buffer, "PNG")
    return buffer.getvalue()


def until_a_tile_is_done(client: httpx.Client, job: dict[str, Any]) -> None:
    for kind, data in events(client, job):
        if kind == "progress" and data["done"]:
            assert data["done"] < data["total"]
            return


def check(client: httpx.Client, job: dict[str, Any], picture: bytes) -> None:
    """The result is the answer that the route gives."""
    later = client.get(job["links"]["result"])
    now = client.post(ENLARGE, content=picture, headers={"content-type": "image/png"})
    assert (later.status_code, now.status_code) == (200, 200)
    assert later.content == now.content
    for name in ("content-type", "x-model", "x-tiles"):
        assert later.headers[name] == now.headers[name]


def test_what_is_killed_is_done_after_a_restart(
    settings: dict[str, str], tmp_path: Path, picture: bytes
) -> None:
    with started(settings) as (process, client):
        running = asked(client, picture)
        queued = [asked(client, picture, idempotency_key=key) for key in ("a", "b")]
        until_a_tile_is_done(client, running)
        process.kill()
        assert process.wait() < 0
    (tmp_path / "jobs" / "results" / f"{running['id']}.part").write_bytes(b"half a result")
    with started(settings) as (process, client):
        assert asked(client, picture, idempotency_key="a")["id"] == queued[0]["id"]
        assert client.delete(queued[1]["links"]["self"]).status_code == 200
        done = finished(client, running)
        assert (done["state"], done["attempts"]) == ("done", 2)
        assert finished(client, queued[0])["attempts"] == 1
        check(client, running, picture)
        assert client.get(queued[0]["links"]["result"]).content
        process.terminate()
        assert process.wait() == 0
    left = {path.name for path in (tmp_path / "jobs").glob("*/*")}
    assert left == {running["id"], queued[0]["id"]}


def test_sigterm_puts_back_what_is_running(settings: dict[str, str], picture: bytes) -> None:
    # Grace is no part of it: neither the job nor the one who watches it holds up the end.
    with started(settings | {"DENSIGHT_GRACE": "1000"}) as (process, client):
        job = asked(client, picture)
        stream = events(client, job)
        for kind, data in stream:
            if kind == "progress" and data["done"]:
                break
        process.terminate()
        told = [data for kind, data in stream if kind == "state"]
        assert (told[-1]["state"], told[-1]["attempts"]) == ("queued", 0)
        assert process.wait() == 0
    with started(settings) as (_, client):
        done = finished(client, job)
        assert (done["state"], done["attempts"]) == ("done", 1)
        check(client, job, picture)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_page_can_be_followed(settings: dict[str, str], tmp_path: Path) -> None:
    page = (ROOT / "docs" / "jobs.md").read_text()
    first = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)[0]
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with started(settings) as (_, client):
        script = first.replace("http://127.0.0.1:8000", str(client.base_url).rstrip("/"))
        subprocess.run(["bash", "-euc", script], check=True, cwd=tmp_path)
        assert "densight_jobs_bytes 0.0\n" in client.get("/metrics").text  # it is removed
    with Image.open(tmp_path / "astronaut-512.png") as image:
        assert image.size == (512, 512)


def test_a_second_process_is_refused(settings: dict[str, str]) -> None:
    with started(settings):
        second = subprocess.run(
            [COMMAND, "serve", "--port", "0"],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=600,
        )
    assert second.returncode == 1
    assert "another process" in second.stderr
    assert "Traceback" not in second.stderr
