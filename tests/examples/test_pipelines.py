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
from examples.drawn.site import PEOPLE
from tests.conftest import ROOT
from tests.recorded.answers import shipped

MODELS = (
    "fc-densenet-cracks",
    "srdensenet-x4",
    "resnet-cxr",
    "resnet-saliency",
    "resnet-helmets",
    "resnet-cars-aerial",
    "resnet-bloodcells",
)
LEFT, TOP, SIDE = 392_000.0, 5_820_000.0, 0.005


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service with the models that the pipelines name."""
    with shipped(tmp_path_factory.mktemp("pipelines") / "service", *MODELS) as client:
        yield client


@pytest.fixture(scope="module")
def site() -> Image.Image:
    return drawn.site()


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


def objects(client: httpx.Client, picture: Path, **params: str) -> list[dict[str, Any]]:
    """What the service answers to a picture, asked without the client."""
    asked = {"params": params, "content": picture.read_bytes()}
    headers = {"content-type": "application/octet-stream"}
    answer = client.post("/v1/detection", headers=headers, **asked)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["objects"]
    return found


def test_construction(client: httpx.Client, tmp_path: Path) -> None:
    photo, report = tmp_path / "facade.png", tmp_path / "report"
    drawn.facade(360, 240).save(photo)
    chosen = ["--millimetres", "0.5", "--smallest", "1", *url(client)]
    assert construction.main([str(photo), "-o", str(report), *chosen]) == 0

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


def test_helmets(
    client: httpx.Client,
    site: Image.Image,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photo, report = tmp_path / "site.png", tmp_path / "report"
    site.save(photo, compress_level=1)
    status = construction.main(["--site", str(photo), "-o", str(report), *url(client)])

    rows = table(report / "heads.csv")
    told = objects(client, photo, model="resnet-helmets")
    sides = ("left", "top", "right", "bottom")
    assert [(row["label"], [float(row[side]) for side in sides]) for row in rows] == [
        (one["label"], one["box"]) for one in told
    ]
    assert [int(row["head"]) for row in rows] == list(range(1, len(told) + 1))
    # As drawn: who stands where, and whose helmet has a colour.
    heads = sorted(rows, key=lambda row: float(row["left"]))
    worn = [one.helmet is not None for one in PEOPLE]
    assert [row["label"] == "Safety Helmet" for row in heads] == worn
    for row, one in zip(heads, PEOPLE, strict=True):
        assert float(row["left"]) < one.x < float(row["right"])
    assert f"6 heads, {worn.count(False)} without a helmet" in capsys.readouterr().out
    assert status == construction.BAREHEADED
    assert not (report / "cracks.csv").exists()
    with Image.open(report / "heads.png") as overlay:
        assert overlay.size == (960, 640)


def test_nobody_without_a_helmet_is_no_alarm(
    client: httpx.Client, site: Image.Image, tmp_path: Path
) -> None:
    photo = tmp_path / "site.png"
    site.crop((0, 0, 190, 640)).save(photo)  # the leftmost, who wears one
    assert construction.main(["--site", str(photo), "-o", str(tmp_path), *url(client)]) == 0
    assert [row["label"] for row in table(tmp_path / "heads.csv")] == ["Safety Helmet"]


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


def test_cars(client: httpx.Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    street, survey = tmp_path / "street.tif", tmp_path / "survey"
    side = 0.1
    pixels = drawn.street().crop((0, 250, 640, 510))
    street.write_bytes(drawn.geotiff(pixels, LEFT, TOP, side, 32633))
    drone.main(["--street", str(street), "-o", str(survey), *url(client)])

    collection = json.loads((survey / "cars.geojson").read_text())
    assert collection["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32633"
    told = objects(client, street, model="resnet-cars-aerial")
    assert collection["counts"] == {"vehicle": len(told)}
    assert f"{len(told)} vehicle;" in capsys.readouterr().out
    assert len(collection["features"]) == len(told) > 5
    for feature, one in zip(collection["features"], told, strict=True):
        xs, ys = zip(*points(feature["geometry"]["coordinates"]), strict=True)
        box = [min(xs), max(ys), max(xs), min(ys)]
        west, north, east, south = one["box"]
        wanted = [LEFT + west * side, TOP - north * side, LEFT + east * side, TOP - south * side]
        assert box == pytest.approx(wanted, abs=1e-3)
        assert LEFT <= box[0] < box[2] <= LEFT + 640 * side
        assert TOP >= box[1] > box[3] >= TOP - 260 * side
        area = (east - west) * (south - north) * side**2
        assert feature["properties"]["area"] == pytest.approx(area, rel=1e-6)
    with rasterio.open(street) as source, rasterio.open(survey / "cars.tif") as framed:
        assert (framed.transform, framed.crs) == (source.transform, source.crs)
        assert framed.shape == source.shape
        assert np.any(framed.read() != source.read())
    assert not (survey / "cracks.geojson").exists()
    assert 'densight_jobs{state="done"} 0.0' in client.get("/metrics").text


def test_medical(client: httpx.Client, tmp_path: Path) -> None:
    image, reading = tmp_path / "phantom.dcm", tmp_path / "reading"
    data = drawn.dicom(drawn.chest(128))
    image.write_bytes(data)
    medical.main([str(image), "-o", str(reading), "--window", "1500,2500", *url(client)])

    sidecar = json.loads((reading / "reading.json").read_text())
    assert "No medical device" in sidecar["notice"]
    digest = hashlib.sha256(data).hexdigest()
    assert sidecar["image"] == {"sha256": digest, "frame": 0, "window": "1500,2500"}
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


def test_blood_cells(
    client: httpx.Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    medical.main(["--smear", str(medical.SMEAR), "-o", str(tmp_path), *url(client)])

    told = objects(client, medical.SMEAR, model="resnet-bloodcells")
    rows = table(tmp_path / "cells.csv")
    assert [row["cell"] for row in rows] == ["RBC", "WBC", "Platelets"]
    counts = {row["cell"]: int(row["count"]) for row in rows}
    for label, count in counts.items():
        assert count == sum(one["label"] == label for one in told) > 0
    assert sum(counts.values()) == len(told)
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1, abs=2e-3)
    for row in rows:
        scores = [one["score"] for one in told if one["label"] == row["cell"]]
        assert float(row["mean_score"]) == pytest.approx(np.mean(scores), abs=1e-3)
    sidecar = json.loads((tmp_path / "cells.json").read_text())
    assert sidecar["notice"] == medical.NOTICE
    assert sidecar["image"]["sha256"] == hashlib.sha256(medical.SMEAR.read_bytes()).hexdigest()
    assert sidecar["detection"]["objects"] == told
    assert sidecar["models"]["resnet-bloodcells@1"]["license"] == "MIT AND BSD-2-Clause"
    assert capsys.readouterr().out.startswith("No medical device")
    assert not (tmp_path / "reading.json").exists()
    with Image.open(tmp_path / "cells.png") as overlay, Image.open(medical.SMEAR) as smear:
        assert overlay.size == smear.size


def test_kinds_of_cells_that_are_not_there_are_counted_as_none(
    client: httpx.Client, tmp_path: Path
) -> None:
    chosen = ["-o", str(tmp_path), "--min-score", "1", *url(client)]
    medical.main(["--smear", str(medical.SMEAR), *chosen])
    rows = table(tmp_path / "cells.csv")
    assert [(row["cell"], row["count"], row["share"], row["mean_score"]) for row in rows] == [
        (label, "0", "0.0", "") for label in ("RBC", "WBC", "Platelets")
    ]


def test_without_a_picture_one_is_drawn(client: httpx.Client, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples" / "medical.py"), "-o", "made", *url(client)]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("No medical device")
    assert (tmp_path / "made" / "phantom.dcm").exists()
    for name in ("reading.json", "cells.csv"):
        assert (tmp_path / "made" / name).exists()


def test_what_is_drawn_is_the_same_each_time() -> None:
    assert drawn.facade(90, 60).tobytes() == drawn.facade(90, 60).tobytes()
    assert drawn.dicom(drawn.chest(32)) == drawn.dicom(drawn.chest(32))
    with Image.open(io.BytesIO(drawn.geotiff(drawn.pavement(80, 80), 5, 5, 1, 32633))) as image:
        assert image.size == (80, 80)
