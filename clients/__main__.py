"""`python -m clients` writes the modules of the client that follow from `docs/openapi.json`."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from clients import documents, methods
from clients.tasks import tasks_of

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "docs" / "openapi.json"
PACKAGE = ROOT / "app" / "client"


@cache
def generated() -> dict[Path, str]:
    """The text of each generated file."""
    api = json.loads(SOURCE.read_text())
    tasks = tasks_of(api)
    texts = {
        "documents.py": documents.written(api["components"]["schemas"], tasks),
        "methods.py": methods.written(tasks),
    }
    return {PACKAGE / name: formatted(text) for name, text in texts.items()}


def formatted(text: str) -> str:
    """As `make fix` would leave it."""
    command = [sys.executable, "-m", "ruff", "--quiet"]
    for step in (["check", "--select", "F401,I", "--fix"], ["format"]):
        arguments = [*command, *step, "--stdin-filename", str(PACKAGE / "generated.py"), "-"]
        run = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True)
        text = run.stdout
    return text


def main() -> None:
    """Write what differs."""
    for path, text in generated().items():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


if __name__ == "__main__":
    main()
