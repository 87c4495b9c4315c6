"""What tests of commands need: the command itself, over the tiny models."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli


@pytest.fixture(autouse=True)
def _tiny_models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENSIGHT_MODELS", str(folder))
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: object, stdin: bytes = b"") -> Result:
    """Run `densight ARGUMENTS`."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)
