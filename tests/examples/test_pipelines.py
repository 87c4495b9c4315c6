"""The worked pipelines: each runs against a real service, and its files say what that answered."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import rasterio
from PIL import Image

from examples import construction, drawn, drone, medical
from tests.conftest import ROOT
from tests.recorded.answers import shipped

MODELS = ("fc-densenet-cracks", "srdensenet-x4", "resnet-cxr", "resnet-saliency")
LEFT, TOP, SIDE = 392_000.0, 5_820_000.0, 0.005


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with the models that the pipelines name."""
    with shipped(tmp_path_factory.mktemp("pipelines") / "service", *MODELS) as client:
        yield client


def points(part: Any) -> Iterator[tuple[float, float]]:
    """Every point of nested coordinates."""
    if isinstance(part[0], int | float):
        yield part[0], part[1]
    else:
        for inner in part:
            yield from points(inner)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(path.read_text())))


def url(client: httpx.Client) -> list[str]:
    return ["--url", str(client.base_url)]


def test_construction(client: httpx.Client, tmp_path: Path) -> None:
    photo, report = tmp_path / "facade.png", tmp_path / "report"
    drawn.facade(360, 240).save(photo)
    chosen = ["--millimetres", "0.5", "--smallest", "1", *url(client)]
    construction.main([str(photo), "-o", str(report), *chosen])

    rows = table(report / "cracks.csv")
    params = {"model": construction.MODEL}
    asked = {"params": params, "files": {"image": photo.read_bytes()}}
    told = client.post("/v1/segmentation", headers={"accept": "application/json"}, **asked).json()
    pixels = {share["label"]: share["pixels"] for share in told["classes"]}
    assert sum(int(row["pixels"]) for row in rows) == pixels["crack"] > 100
    area = sum(float(row["square_millimetres"]) for row in rows)
    assert area == pytest.approx(pixels["crack"] * 0.25, rel=0.01)
    features = json.loads((report / "cracks.geojson").read_text())["features"]
    assert {str(feature["id"]) for feature in features} == {row["crack"] for row in rows}
    for row in rows:
        (feature,) = [one for one in features if str(one["id"]) == row["crack"]]
        xs, ys = zip(*points(feature["geometry"]["coordinates"]), strict=True)
        box = [int(row[side]) for side in ("left", "top", "right", "bottom")]
        assert box == [min(xs), min(ys), max(xs), max(ys)]
        assert min(box) >= 0
        assert box[2] <= 360
        assert box[3] <= 240
    with Image.open(report / "overlay.png") as overlay:
        assert overlay.size == (360, 240)


def test_small_regions_are_left_out(client: httpx.Client, tmp_path: Path) -> None:
    photo = tmp_path / "facade.png"
    drawn.facade(360, 240).save(photo)
    construction.main([str(photo), "-o", str(tmp_path), "--smallest", "10000", *url(client)])
    assert table(tmp_path / "cracks.csv") == []


def test_drone(client: httpx.Client, tmp_path: Path) -> None:
    ortho, survey = tmp_path / "ortho.tif", tmp_path / "survey"
    ortho.write_bytes(drawn.geotiff(drawn.pavement(400, 300), LEFT, TOP, SIDE, 32633))
    chosen = ["-o", str(survey), "--enlarge", "40,30,60,50", *url(client)]
    drone.main([str(ortho), *chosen])

    with rasterio.open(ortho) as source, rasterio.open(survey / "classes.tif") as classes:
        assert (classes.transform, classes.crs) == (source.transform, source.crs)
        assert classes.shape == source.shape
        mask = classes.read(1)
        bounds = source.bounds
    assert 0 < np.count_nonzero(mask == 1) < mask.size / 4
    collection = json.loads((survey / "cracks.geojson").read_text())
    assert collection["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32633"
    for feature in collection["features"]:
        for x, y in points(feature["geometry"]["coordinates"]):
            assert bounds.left <= x <= bounds.right
            assert bounds.bottom <= y <= bounds.top
    area = np.count_nonzero(mask == 1) * SIDE**2
    assert drone.area_of(collection) == pytest.approx(area, rel=1e-6)
    with rasterio.open(survey / "part-4x.tif") as part:
        assert part.shape == (200, 240)
        assert part.res == pytest.approx((SIDE / 4, SIDE / 4))
        left, _, _, top = part.bounds
        assert (left, top) == pytest.approx((LEFT + 40 * SIDE, TOP - 30 * SIDE), abs=1e-9)
    # Its jobs are fetched and removed.
    assert 'densight_jobs{state="done"} 0.0' in client.get("/metrics").text


def test_medical(client: httpx.Client, tmp_path: Path) -> None:
    image, reading = tmp_path / "phantom.dcm", tmp_path / "reading"
    data = drawn.dicom(drawn.chest(128))
    image.write_bytes(data)
    medical.main([str(image), "-o", str(reading), "--window", "1500,2500", *url(client)])

    sidecar = json.loads((reading / "reading.json").read_text())
    assert "No medical device" in sidecar["notice"]
    digest = hashlib.sha256(data).hexdigest()
    assert sidecar["image"] == {"sha256": digest, "frame": "0", "window": "1500,2500"}
    for task, model in (("classification", "resnet-cxr"), ("saliency", "resnet-saliency")):
        params = {"model": model, "window": "1500,2500"}
        headers = {"content-type": "application/dicom", "accept": "application/json"}
        told = client.post(f"/v1/{task}", params=params, content=data, headers=headers)
        assert sidecar[task] == told.json()
        assert sidecar["models"][told.json()["model"]]["license"] == "LicenseRef-research-only"
    text = (reading / "reading.json").read_text()
    assert "Phantom" not in text
    for name in ("overlay.png", "evidence.png"):
        with Image.open(reading / name) as drawing:
            assert drawing.size == (128, 128)


def test_without_a_picture_one_is_drawn(client: httpx.Client, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples" / "medical.py"), "-o", "made", *url(client)]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("No medical device")
    assert (tmp_path / "made" / "phantom.dcm").exists()
    assert (tmp_path / "made" / "reading.json").exists()


def test_what_is_drawn_is_the_same_each_time() -> None:
    assert drawn.facade(90, 60).tobytes() == drawn.facade(90, 60).tobytes()
    assert drawn.dicom(drawn.chest(32)) == drawn.dicom(drawn.chest(32))
    with Image.open(io.BytesIO(drawn.geotiff(drawn.pavement(80, 80), 5, 5, 1, 32633))) as image:
        assert image.size == (80, 80)
