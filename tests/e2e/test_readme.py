"""The README's commands are run as they stand, and the answers it shows are the ones they give."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.server import serving

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
ADDRESS = "http://127.0.0.1:8000"


def commands(program: str) -> list[str]:
    """Every command line of the README that begins with a program, continuation lines joined."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL)).replace("\\\n", " ")
    return [line for line in blocks.splitlines() if line.startswith(program)]


def shown(command: str) -> object:
    """The JSON that the README prints in the block after the command's own, if there is one."""
    _, _, rest = README.partition(command.split("  ")[0])
    match = re.match(r"[^`]*```\s*```json\n(.*?)```", rest, re.DOTALL)
    return json.loads(match[1]) if match else None


@pytest.fixture(scope="module")
def service() -> Iterator[httpx.Client]:
    with serving() as client:
        yield client


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder where commands may write, with the files they name."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", commands("curl"))
def test_curl(command: str, service: httpx.Client, checkout: Path) -> None:
    here = shlex.split(command.replace(ADDRESS, str(service.base_url).rstrip("/")))
    run = subprocess.run([*here, "-sS"], capture_output=True, check=True, cwd=checkout)
    if "-o" in here:
        written = checkout / here[here.index("-o") + 1]
        assert written.read_bytes().startswith(b"\x89PNG")
        return
    answer, wanted = json.loads(run.stdout), shown(command)
    assert isinstance(wanted, dict)
    if "predictions" in wanted:
        for got, expected in zip(answer["predictions"], wanted["predictions"], strict=True):
            assert got["label"] == expected["label"]
            assert got["score"] == pytest.approx(expected["score"], abs=1e-3)
    else:
        assert answer == wanted


@pytest.mark.parametrize("command", commands(".venv/bin/densight"))
def test_densight(command: str, checkout: Path) -> None:
    _, *arguments = shlex.split(command)
    densight = Path(sys.executable).parent / "densight"
    run = subprocess.run([densight, *arguments], capture_output=True, text=True, cwd=checkout)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("examples/")


def test_there_are_commands_to_run() -> None:
    assert len(commands("curl")) >= 3
    assert len(commands(".venv/bin/densight")) >= 2
