"""Many odd and broken files of other projects, where they are at hand: none hangs or crashes."""

import csv
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.imaging.signatures import FORMATS

ROOT = Path(__file__).parents[3]
LIMIT = 100_000_000

ENDINGS = re.compile(r"OK (?P<format>\S+) (?P<mode>\S+) (?P<width>\d+)x(?P<height>\d+)")
ORIENTATION = re.compile(r"orientation=([5-8])")

MORE = {
    "geotiff/RGBA.uint16.tif": [634, 411],
    "geotiff/float.tif": [3, 2],
}
"""What Pillow, by which the manifest was made, does not read, and we do."""

READABLE = {*FORMATS, "MPO"}


@pytest.fixture(scope="module")
def manifest(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, str]:
    """What Pillow made of each file, but DICOM, by its place on this disk."""
    archive = data / "samples-formats.tar"
    if not archive.is_file():
        pytest.skip(f"there is no {archive}")
    folder = tmp_path_factory.mktemp("samples")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    with (folder / "MANIFEST.tsv").open() as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    kept = {folder / row["path"]: row["pillow13_result"] for row in rows}
    return {path: told for path, told in kept.items() if "dicom" not in path.parent.name}


@pytest.fixture(scope="module")
def ended(manifest: Mapping[Path, str]) -> Mapping[Path, dict[str, Any]]:
    """What became of each file, decoded in a process of its own so that a crash is a failure."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.app.imaging.reading", str(LIMIT), *map(str, manifest)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    unread = [str(path) for path in manifest][len(lines) :]
    assert run.returncode == 0, f"it ended at {unread[:1]}: {run.stderr[-2000:]}"
    return {Path(line["path"]): line for line in lines}


def test_none_hangs_or_takes_memory_or_raises_what_is_not_foreseen(
    ended: Mapping[Path, dict[str, Any]],
) -> None:
    for path, line in ended.items():
        assert "raised" not in line, (path, line)
        assert line["s"] < 5, (path, line)
        width, height = line.get("size", (0, 0))
        assert line["kB"] * 1024 < 64 * 2**20 + 25 * width * height, (path, line)


def test_the_good_are_upright_and_the_bad_are_refused(
    manifest: Mapping[Path, str], ended: Mapping[Path, dict[str, Any]]
) -> None:
    assert len(manifest) > 200
    for path, told in manifest.items():
        line = ended[path]
        found = ENDINGS.match(told)
        name = f"{path.parent.name}/{path.name}"
        if name in MORE:
            assert line.get("size") == MORE[name], (path, line)
        elif found is None:
            assert "refused" in line, (path, line)
        elif found["format"] not in READABLE:
            assert line.get("refused") == "UnknownFormat", (path, line)
        else:
            size = [int(found["width"]), int(found["height"])]
            # Of TIFF it tells the upright size already.
            aside = ORIENTATION.search(told) and found["format"] != "TIFF"
            wanted = size[::-1] if aside else size
            assert line.get("size") == wanted, (path, line, told)
