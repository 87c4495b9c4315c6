"""The commands of docs/batch.md are run as they stand."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "batch.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    here = command.replace(".venv/bin/densight", str(Path(sys.executable).parent / "densight"))
    run = subprocess.run(here, shell=True, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    pictures = "*.jpg" if command.startswith("ls ") else "*.[jp][pn]g"
    count = len(list((tmp_path / "examples").glob(pictures)))
    assert run.stdout.startswith(f"{count} pictures, {count} answered now")


def test_there_are_commands_to_run() -> None:
    assert len(COMMANDS) == 5
