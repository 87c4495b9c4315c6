"""Memory that decoding takes beside the pixels, in a process of its own for each kind of file."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.app.imaging import golden
from tests.conftest import file

ROOT = Path(__file__).parents[3]
SIDE = 1600
BYTES = 48
"""Of a pixel, at most; docs/security.md says how many there were."""

TILED = {"compression": "zlib", "tile": (256, 256), "photometric": "rgb"}


@cache
def deep() -> NDArray[np.uint16]:
    return np.tile(golden.deep(4, SIDE, 50), (SIDE // 50, 1, 1))


def ppm() -> bytes:
    header = b"P6 %d %d 1023 " % (SIDE, SIDE)
    return header + (deep()[..., :3] & 1023).astype(">u2").tobytes()


def webp() -> bytes:
    return file(Image.fromarray((deep() >> 8).astype(np.uint8)), "WEBP", quality=20, method=0)


FILES: dict[str, Callable[[], bytes]] = {
    "deep png": lambda: golden.png(deep(), 16, golden.RGBA),
    "deep tiff": lambda: golden.tiff(deep(), extrasamples=["unassalpha"], **TILED),
    "associated alpha": lambda: golden.tiff(deep(), extrasamples=["assocalpha"], **TILED),
    "floats": lambda: golden.tiff(
        (deep() / 65535).astype("f4"), extrasamples=["unassalpha"], **TILED
    ),
    "deep ppm": ppm,
    "deep jpeg 2000": lambda: golden.jpeg2000(deep()[..., :3]),
    "webp": webp,
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_in_proportion_to_the_pixels(name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(FILES[name]())
    run = subprocess.run(
        [sys.executable, "-m", "tests.app.imaging.reading", str(10**7), str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    told = json.loads(run.stdout)
    assert told["size"] == [SIDE, SIDE]
    assert told["kB"] * 1024 < BYTES * SIDE * SIDE
