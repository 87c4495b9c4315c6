"""`python -m clients` writes the generated modules of the client; `--check` says if they differ."""

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
        text = subprocess.run(
            arguments, input=text, capture_output=True, text=True, check=True
        ).stdout
    return text


def main() -> None:
    """Write, or only compare."""
    differing = [path for path, text in generated().items() if not _equals(path, text)]
    if "--check" in sys.argv[1:] and differing:
        names = ", ".join(str(path.relative_to(ROOT)) for path in differing)
        sys.exit(f"{names} are not what docs/openapi.json says; run `make client`")
    for path in differing:
        path.write_text(generated()[path])


def _equals(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    main()
