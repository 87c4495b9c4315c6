"""GeoTIFFs through the real routes: answers lie where the uploads do."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from rasterio.crs import CRS
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from app.imaging.palette import palette
from tests import tiny
from tests.app.imaging.geo import DEGREES, ROTATED, UTM, geotiff
from tests.conftest import Make, file, noise, serving

RAW = {"content-type": "application/octet-stream"}
TIFF = {**RAW, "accept": "image/tiff"}
PIXELS = noise(40, 30)


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    tiny.light(folder)
    tiny.strongest(folder)
    with serving(make_app()) as client:
        yield client


def located(answer: httpx.Response) -> tuple[NDArray[Any], Affine, CRS, dict[str, Any]]:
    """Bands `[N, H, W]` and where they lie, as GDAL reads them."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/tiff"
    with MemoryFile(answer.content) as memory, memory.open() as dataset:
        return dataset.read(), dataset.transform, dataset.crs, dict(dataset.profile)


@pytest.mark.parametrize("transform", [UTM, DEGREES, ROTATED])
@pytest.mark.parametrize("asked", [{"format": "tiff"}, {}])
def test_super_resolution(client: httpx.Client, transform: Affine, asked: dict[str, str]) -> None:
    """The format is the upload's own where none is asked for."""
    answer = client.post(
        "/v1/super-resolution", params=asked, content=geotiff(PIXELS, transform), headers=RAW
    )
    bands, found, crs, profile = located(answer)
    assert np.array_equal(bands[:, ::2, ::2], np.moveaxis(PIXELS, -1, 0))
    assert crs == CRS.from_epsg(32633)
    assert profile["compress"] == "deflate"
    for corner in ((0, 0), (40, 0), (17, 29)):
        wanted = transform @ corner
        assert found @ tuple(2 * side for side in corner) == pytest.approx(wanted, rel=1e-12)


def test_deep_gray_keeps_its_depth_and_place(client: httpx.Client) -> None:
    deep = np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50
    answer = client.post("/v1/super-resolution", content=geotiff(deep), headers=RAW)
    bands, found, _, _ = located(answer)
    assert np.array_equal(bands[0, ::2, ::2], deep)
    assert tuple(found) == pytest.approx(tuple(UTM @ Affine.scale(0.5)), rel=1e-15)


def test_segmentation(client: httpx.Client) -> None:
    for options in ({"params": {"format": "tiff"}, "headers": RAW}, {"headers": TIFF}):
        answer = client.post("/v1/segmentation", content=geotiff(PIXELS), **options)
        bands, found, crs, _ = located(answer)
        assert np.array_equal(bands, [PIXELS.argmax(axis=-1)])
        assert (found, crs) == (UTM, CRS.from_epsg(32633))
        with MemoryFile(answer.content) as memory, memory.open() as dataset:
            assert dataset.colormap(1)[2][:3] == palette(None)[2]
    over = client.post(
        "/v1/segmentation", params={"render": "overlay"}, content=geotiff(PIXELS), headers=TIFF
    )
    bands, found, _, _ = located(over)
    assert (bands.shape, found) == ((3, 30, 40), UTM)


@pytest.mark.parametrize(("render", "bands"), [("map", 1), ("overlay", 3), ("cutout", 4)])
def test_saliency(client: httpx.Client, render: str, bands: int) -> None:
    params = {"render": render, "format": "tiff"}
    answer = client.post("/v1/saliency", params=params, content=geotiff(PIXELS), headers=RAW)
    read, found, crs, _ = located(answer)
    assert read.shape == (bands, 30, 40)
    assert (found, crs) == (UTM, CRS.from_epsg(32633))
    if render == "map":
        assert np.abs(read[0] - PIXELS.mean(axis=-1)).max() <= 1


def test_without_a_reference_it_is_a_plain_tiff(client: httpx.Client) -> None:
    for route in ("saliency", "segmentation", "super-resolution"):
        answer = client.post(
            f"/v1/{route}", params={"format": "tiff"}, content=file(Image.fromarray(PIXELS)),
            headers=RAW,
        )  # fmt: skip
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.format == "TIFF"
            assert not {33550, 33922, 34264, 34735} & set(image.tag_v2)  # type: ignore[attr-defined]


def test_geojson(client: httpx.Client) -> None:
    pixels = np.zeros((30, 40, 3), np.uint8)
    pixels[..., 0] = 9
    pixels[10:20, 5:15, 1] = 99
    answer = client.post(
        "/v1/segmentation", params={"shapes": "geojson"}, content=geotiff(pixels), headers=RAW
    )
    assert answer.headers["content-type"] == "application/geo+json"
    made = answer.json()
    assert made["type"] == "FeatureCollection"
    assert made["model"] == "strongest@1"
    assert made["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32633"
    red, green = made["features"]
    assert red["properties"] == {
        "index": 0, "label": "red", "pixels": 1100, "area": pytest.approx(1100 * 0.0025),
    }  # fmt: skip
    assert len(red["geometry"]["coordinates"]) == 2
    (ring,) = green["geometry"]["coordinates"]
    corners = [UTM @ corner for corner in ((5, 10), (15, 10), (15, 20), (5, 20))]
    assert np.allclose(sorted(ring[:-1]), sorted(map(list, corners)), rtol=1e-15, atol=0)


def test_geojson_without_a_reference(client: httpx.Client) -> None:
    data = file(Image.fromarray(PIXELS))
    params = {"shapes": "geojson"}
    answer = client.post("/v1/segmentation", params=params, content=data, headers=RAW)
    assert answer.json()["crs"] is None
    counted = sum(feature["properties"]["pixels"] for feature in answer.json()["features"])
    assert counted == 30 * 40
    plain = {**RAW, "accept": "application/json"}
    same = client.post("/v1/segmentation", params=params, content=data, headers=plain)
    assert same.headers["content-type"] == "application/json"
    assert same.content == answer.content
    picture = {**RAW, "accept": "image/png"}
    refused = client.post("/v1/segmentation", params=params, content=data, headers=picture)
    assert refused.status_code == 406
    assert refused.json()["available"] == ["application/geo+json", "application/json"]


def test_where_the_extra_is_missing(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would tell where the picture lies is refused; all else is answered."""
    monkeypatch.setitem(sys.modules, "rasterio", None)
    data = geotiff(PIXELS)
    for route, params in (
        ("super-resolution", {}),
        ("segmentation", {"format": "tiff"}),
        ("segmentation", {"shapes": "geojson"}),
        ("saliency", {"format": "tiff"}),
    ):
        answer = client.post(f"/v1/{route}", params=params, content=data, headers=RAW)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:densight:problem:cannot-georeference"
        assert "pip install 'densight[geo]'" in answer.json()["detail"]
    for route, params in (
        ("super-resolution", {"format": "png"}),
        ("segmentation", {}),
        ("segmentation", {"shapes": "polygons"}),
        ("classification", {}),
    ):
        answer = client.post(f"/v1/{route}", params=params, content=data, headers=RAW)
        assert answer.status_code == 200


def test_what_gdal_would_follow_is_no_picture(client: httpx.Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret.tif"
    secret.write_bytes(geotiff(PIXELS))
    vrt = f"""<VRTDataset rasterXSize="40" rasterYSize="30"><VRTRasterBand band="1"><SimpleSource>
        <SourceFilename>{secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""
    for body in (vrt, str(secret), f"/vsicurl/http://127.0.0.1/{secret}"):
        answer = client.post("/v1/segmentation", content=body.encode(), headers=RAW)
        assert answer.status_code == 415
