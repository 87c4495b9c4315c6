"""Every command and program in the docs is run as it stands, or its page says why not."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import yaml
from PIL import Image

from app.settings import MODELS
from app.tasks import TASKS
from benchmarks.server import free_port, serving
from tests.app.imaging.dicom.made import dicom
from tests.app.imaging.geo import geotiff
from tests.docs.pages import ROOT, Block, blocks, pages
from tests.export.wrapping.third import classifier
from tests.shipped import answered, answering

ELSEWHERE = {"README.md": "test_readme.py", "docs/batch.md": "test_batch.py"}
"""Pages whose commands a file of `tests/e2e` runs; programs in Python on them are run here."""

NOT_RUN = {
    "README.md": 2,
    "docs/add-a-model.md": 8,
    "docs/add-a-task.md": 1,
    "docs/cli.md": 1,
    "docs/client.md": 1,
    "docs/deploy.md": 1,
    "docs/geo.md": 1,
    "docs/jobs.md": 1,
    "docs/medical.md": 1,
    "docs/observability.md": 3,
    "docs/performance.md": 1,
    "docs/pipelines/construction.md": 1,
    "docs/pipelines/drone.md": 1,
    "docs/pipelines/medical.md": 1,
    "docs/reliability.md": 2,
    "docs/tiles.md": 1,
    "docs/tutorial.md": 2,
}
"""How many blocks of a page say why they are not run. Written down here, so that a command which
no longer works is mended rather than marked."""


def is_run_here(name: str, block: Block) -> bool:
    return block.is_run and not (name in ELSEWHERE and block.language == "sh")


RUN = {
    name: page
    for name, page in pages().items()
    if any(is_run_here(name, block) for block in blocks(page))
}

ADDRESSES = ("http://127.0.0.1:8000", "localhost:8000")
SECOND_PORT = "8001"
"""Where pages start a service of their own."""


def test_what_is_not_run_is_counted() -> None:
    counts = {name: sum(b.why is not None for b in blocks(page)) for name, page in pages().items()}
    assert {name: count for name, count in counts.items() if count} == NOT_RUN


def test_marks_are_well_formed() -> None:
    for name, page in pages().items():
        marks = page.read_text(encoding="utf-8").count("<!-- not run")
        assert marks == NOT_RUN.get(name, 0), f"{name}: a mark stands right before its block"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_run_elsewhere_is(name: str) -> None:
    text = (ROOT / "tests" / "e2e" / ELSEWHERE[name]).read_text()
    assert f'"{Path(name).name}"' in text
    for block in blocks(pages()[name]):
        if block.is_run and block.language == "sh":
            lines = block.text.replace("\\\n", " ").splitlines()
            assert all(line.startswith(("curl ", ".venv/bin/densight ", "ls ")) for line in lines)


def test_documents_are_well_formed() -> None:
    found = [block for page in pages().values() for block in blocks(page)]
    others = {"bash", "shell", "console", "zsh", "py", "pycon"}
    assert not {block.language for block in found} & others, "sh and python are run"
    for block in found:
        if block.language == "json":
            json.loads(block.text)
        elif block.language == "yaml":
            yaml.safe_load(block.text)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a checkout after `make serve`, with pictures that pages name."""
    place = tmp_path_factory.mktemp("checkout")
    (place / ".venv").symlink_to(sys.prefix)
    shutil.copytree(ROOT / "examples", place / "examples")
    shutil.copy(ROOT / "README.md", place)
    (place / "models").mkdir()
    text = "".join(block.text for page in RUN.values() for block in blocks(page) if block.is_run)
    named = {model for model in MODELS.glob("*.onnx") if model.stem in text}
    for model in named.union(answering()):
        (place / "models" / model.name).symlink_to(model)
    with Image.open(place / "examples" / "cat.jpg") as cat:
        pixels = np.asarray(cat.convert("RGB").resize((90, 60)))
    for name in re.findall(r"@([\w-]+\.jpg)", text):
        Image.fromarray(pixels).save(place / name)
    (place / "ortho.tif").write_bytes(geotiff(pixels))
    classifier(place / "net.onnx", classes=2)
    (place / "labels.txt").write_text("yes\nno\n")
    gray = pixels[..., 1].astype(np.int16) * 4
    for name in ("slice.dcm", "chest.dcm"):
        (place / name).write_bytes(dicom(gray))
    (place / "cine.dcm").write_bytes(dicom(np.stack([gray + level for level in range(9)])))
    # What a page does not show as an error has to be none.
    (place / "strict").mkdir()
    (place / "strict" / ".curlrc").write_text("fail\nsilent\nshow-error\n")
    (place / "lenient").mkdir()
    (place / "lenient" / ".curlrc").write_text("silent\nshow-error\n")
    return place


@pytest.fixture(scope="module")
def service(checkout: Path) -> Iterator[httpx.Client]:
    with serving({"DENSIGHT_MODELS": str(checkout / "models")}) as client:
        yield client


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("name", RUN)
def test_a_page_can_be_followed(name: str, service: httpx.Client, checkout: Path) -> None:
    if Path(name).parent.name == "tasks" and Path(name).stem in TASKS.keys() - answered():
        pytest.skip("no model of this task ships yet")
    found = blocks(RUN[name])
    program = [b.text for b in found if b.language == "python" and is_run_here(name, b)]
    if program:  # its parts are one, since later ones go on where the first ended
        run(Block("python", "\n".join(program), None), service, checkout, "strict")
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.language != "sh" or not is_run_here(name, block):
            continue
        shown = json.loads(after.text) if after and after.language == "json" else None
        refused = isinstance(shown, dict) and shown.get("status", 200) >= 400
        told = run(block, service, checkout, "lenient" if refused else "strict")
        if shown is not None:
            compare(json.loads(told.splitlines()[-1]), shown)


def run(block: Block, service: httpx.Client, checkout: Path, curl: str) -> str:
    """Run a block in the checkout; what it told the standard output."""
    here = block.text.replace(SECOND_PORT, str(free_port()))
    for address in ADDRESSES:
        here = here.replace(address, str(service.base_url).rstrip("/"))
    if "InferenceServerClient" in here:
        here = here.replace("http://", "")  # it takes host and port
    shell = ["bash", "-euo", "pipefail", "-c"]
    environment = {
        "PATH": f"{checkout / '.venv' / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "CURL_HOME": str(checkout / curl),
        "DENSIGHT_MODELS": str(checkout / "models"),
    }
    out, err = checkout / "out", checkout / "err"
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(
            [*(shell if block.language == "sh" else [sys.executable, "-c"]), here],
            cwd=checkout,
            env={**os.environ, **environment},
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        try:
            status = process.wait()
        finally:  # also what a failed block has left in the background
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert status == 0, f"{block.text}\n{out.read_text()[-2000:]}\n{err.read_text()[-2000:]}"
    return out.read_text()


def compare(answer: Any, shown: Any) -> None:
    """An answer is what the page shows, but for the last digits of numbers; of the answer of no
    model in particular only the members are compared.
    """
    if isinstance(shown, dict):
        assert answer.keys() == shown.keys()
        for key in shown if shown.get("model") != "name@version" else ():
            compare(answer[key], shown[key])
    elif isinstance(shown, list):
        assert len(answer) == len(shown)
        for each, wanted in zip(answer, shown, strict=True):
            compare(each, wanted)
    else:
        assert answer == (pytest.approx(shown, abs=1e-3) if isinstance(shown, float) else shown)


def test_there_are_pages_to_follow() -> None:
    assert {"docs/tutorial.md", "docs/jobs.md", "docs/reliability.md"} <= set(RUN)
