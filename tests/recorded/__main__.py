"""Write the examples of the API's description anew: `python -m tests.recorded`, or `make openapi`.

What says the same as before stays as it is: times and ids do not make a change.
"""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.conftest import ROOT
from tests.recorded.alike import alike
from tests.recorded.answers import VARYING, answers
from tests.recorded.problems import problems

EXAMPLES = ROOT / "app" / "http" / "examples"


def main() -> None:
    """Record all of it."""
    EXAMPLES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        recorded = {**answers(Path(folder) / "answers"), "problems": problems(Path(folder))}
    for name, told in recorded.items():
        _write(EXAMPLES / f"{name}.json", told)
    for file in EXAMPLES.glob("*.json"):
        if file.stem not in recorded:
            file.unlink()


def _write(file: Path, told: Any) -> None:
    varying = any(part in file.stem for part in VARYING)
    if file.exists() and alike(json.loads(file.read_text()), told, varying=varying):
        return
    file.write_text(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
