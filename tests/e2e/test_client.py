"""The pieces of Python in `docs/client.md` run as they stand, against the models that ship."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from benchmarks.server import serving

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "client.md").read_text()
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def service() -> Iterator[httpx.Client]:
    with serving() as client:
        yield client


def test_the_page_of_the_client_can_be_typed(
    service: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "README.md", tmp_path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for piece in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(piece.replace(ADDRESS, str(service.base_url)), names)
    names["client"].close()
    sizes = {}
    for name in ("cat-saliency.png", "astronaut-512.png", "cat-large.png", "astronaut-512.tif"):
        with Image.open(name) as image:
            sizes[name] = image.size
    with Image.open("examples/cat.jpg") as cat:
        wide, high = cat.size
    assert sizes == {
        "cat-saliency.png": (wide, high),
        "astronaut-512.png": (512, 512),
        "cat-large.png": (4 * wide, 4 * high),
        "astronaut-512.tif": (512, 512),
    }
