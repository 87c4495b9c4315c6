"""Detection through the service: boxes where the objects are, tiles, drawings, GeoJSON."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.card import Fit
from app.errors import OutOfMemory
from app.imaging.palette import palette
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks.detection import TASK, DetectionOptions
from app.tasks.task import Bounds
from tests import tiny
from tests.app.imaging.geo import UTM, geotiff
from tests.conftest import Make, file, opened_at, serving

URL = "/v1/detection"
RAW = {"content-type": "image/png"}
opened = partial(opened_at, URL)

Pixels = NDArray[np.uint8]


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    """A client of models that find bright pixels, in every fit."""
    tiny.dots(folder)
    tiny.dots(folder, name="padded", multiple=16)
    tiny.dots(folder, name="stretched", fit=Fit(size=(20, 60), interpolation="nearest"))
    tiny.dots(folder, name="longest", fit=Fit(longest=60, interpolation="nearest"), multiple=16)
    tiny.dots(folder, name="cropping", fit=Fit(resize=20, crop=20, interpolation="nearest"))
    tiny.dots(folder, name="plain", labels=None)
    with serving(make_app(default_models={"detection": "dots"})) as client:
        yield client


def dark(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), 20, np.uint8)


def asked(client: httpx.Client, pixels: Pixels, **params: Any) -> list[dict[str, Any]]:
    answer = client.post(URL, params=params, content=file(Image.fromarray(pixels)), headers=RAW)
    assert answer.status_code == 200, answer.text
    objects: list[dict[str, Any]] = answer.json()["objects"]
    return objects


def boxes(client: httpx.Client, pixels: Pixels, **params: Any) -> list[list[float]]:
    return sorted(one["box"] for one in asked(client, pixels, **params))


def test_the_answer(client: httpx.Client) -> None:
    pixels = dark(50, 40)
    pixels[10, 20] = (0, 204, 0)
    pixels[30, 1] = (255, 0, 0)
    answer = client.post(URL, content=file(Image.fromarray(pixels)), headers=RAW)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-model"] == "dots@1"
    assert answer.json() == {
        "model": "dots@1",
        "width": 50,
        "height": 40,
        "objects": [
            {"index": 0, "label": "red", "score": 1.0, "box": [0, 27, 5, 34]},
            {"index": 1, "label": "green", "score": pytest.approx(0.8), "box": [17, 7, 24, 14]},
        ],
    }


def test_nothing_is_no_object(client: httpx.Client) -> None:
    assert asked(client, dark(8, 2), min_score=0) == []


def test_less_and_fewer(client: httpx.Client) -> None:
    pixels = dark(60, 20)
    for place, level in enumerate((255, 230, 204, 178, 153)):
        pixels[10, 5 + 10 * place] = level
    assert len(asked(client, pixels)) == 5
    assert [one["score"] for one in asked(client, pixels, min_score=0.8)] == [
        pytest.approx(level / 255) for level in (255, 230, 204)
    ]
    assert len(asked(client, pixels, max_objects=2)) == 2


@pytest.mark.parametrize(
    "params",
    [
        {"min_score": 1.1}, {"min_score": "much"}, {"max_objects": 0}, {"max_objects": 10_001},
        {"render": "mask"}, {"shapes": "rle"}, {"format": "jpeg"}, {"top_k": 3},
    ],
)  # fmt: skip
def test_bad_options(client: httpx.Client, params: dict[str, Any]) -> None:
    answer = client.post(URL, params=params, content=file(Image.fromarray(dark(4, 4))), headers=RAW)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_padding_is_no_part_of_the_picture(client: httpx.Client) -> None:
    pixels = dark(30, 20)
    pixels[18, 28] = 255  # not in the last row and column, which padding repeats
    (box,) = boxes(client, pixels, model="padded")
    assert box == [25, 15, 30, 20]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        # A block of 40 pixels is one of 20x20 to the stretched picture, whose pixels are 2x4.
        ("stretched", [2 * (15 - 3), 4 * (7 - 3), 2 * (15 + 4), 4 * (7 + 4)]),
        # Scaled by one half; its 40 rows are padded to 48.
        ("longest", [2 * (15 - 3), 2 * (14 - 3), 2 * (15 + 4), 2 * (14 + 4)]),
    ],
)
def test_boxes_of_a_fitted_picture(client: httpx.Client, model: str, expected: list[float]) -> None:
    pixels = dark(120, 80)
    pixels[28:32, 30:32] = 255  # one pixel of the stretched one
    found = boxes(client, pixels, model=model, max_objects=1)
    assert found == [pytest.approx(expected)]


def test_boxes_of_what_a_crop_left(client: httpx.Client) -> None:
    pixels = dark(120, 40)  # 60x20 then, of which the middle 20 are seen
    pixels[20:22, 42:44] = 255
    pixels[20:22, 10:12] = 255  # cropped away
    # The second of the pixels seen; its box is cut where the crop was.
    assert boxes(client, pixels, model="cropping") == [[40, 14, 50, 28]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(client: httpx.Client, orientation: int) -> None:
    upright = dark(50, 30)
    upright[5, 12] = 255
    # How the stored picture arises from the upright one (Exif 2.32, tag 0x0112).
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file(Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    document = client.post(URL, content=data, headers=RAW).json()
    assert (document["width"], document["height"]) == (50, 30)
    assert [one["box"] for one in document["objects"]] == [[9, 2, 16, 9]]


def test_a_mirrored_picture_has_mirrored_boxes(client: httpx.Client) -> None:
    pixels = dark(50, 30)
    pixels[5, 12] = 255
    ((left, top, right, bottom),) = boxes(client, pixels)
    assert boxes(client, pixels[:, ::-1]) == [[50 - right, top, 50 - left, bottom]]


def test_a_model_without_labels(client: httpx.Client) -> None:
    pixels = dark(20, 20)
    pixels[5, 12, 2] = 255
    assert [one["label"] for one in asked(client, pixels, model="plain")] == ["2"]


@pytest.mark.parametrize("halo", [None, 8])
def test_tiles_find_what_the_whole_has(make_app: Make, folder: Path, halo: int | None) -> None:
    """At every place along a border, where two tiles see an object, and four do."""
    tiny.dots(folder, halo=halo, most=400)
    side = 1300 if halo is None else 150
    pixels = dark(side, side // 2 + 200)
    spots = [(y, x) for y in range(3, pixels.shape[0], 31) for x in range(2, side, 37)]
    for number, (y, x) in enumerate(spots):
        pixels[y, x, number % 3] = 255 - number % 100
    with serving(make_app(tile_pixels=1)) as client:
        answer = client.post(
            URL, params={"max_objects": 5000}, content=file(Image.fromarray(pixels)), headers=RAW
        )
    height, width = pixels.shape[:2]
    expected = sorted(
        [max(0, x - 3), max(0, y - 3), min(width, x + 4), min(height, y + 4)] for y, x in spots
    )
    document = answer.json()
    assert sorted(one["box"] for one in document["objects"]) == expected
    scores = [one["score"] for one in document["objects"]]
    assert scores == sorted(scores, reverse=True)
    assert document["exact"] is (halo is not None)
    assert answer.headers["x-tiles"] == ("approximate" if halo is None else "exact")


def test_where_memory_is_short_tiles_are_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Model.load(tiny.dots(tmp_path, halo=8, most=100))
    pixels = dark(120, 100)
    pixels[8::20, 8::20] = 255
    run, sizes = model.run, list[int]()

    def short(image: Pixels) -> Any:
        sizes.append(image[..., 0].size)
        if sizes[-1] > 4000:
            raise OutOfMemory("too little", retry_after=1, pixels=sizes[-1])
        return run(image=image)

    monkeypatch.setattr(model, "run", short)
    bounds = Bounds(max_pixels=10**6)
    found = TASK.infer(model, Picture(pixels), DetectionOptions(), bounds).document
    assert max(sizes) > 4000 >= sizes[-1]
    assert len(found.objects) == 30
    assert found.exact is True


def test_the_drawing(client: httpx.Client) -> None:
    pixels = dark(100, 80)
    pixels[40, 50, 1] = 255
    with opened(client, file(Image.fromarray(pixels)), render="overlay") as image:
        shown = np.asarray(image.convert("RGB"))
    assert shown.shape == pixels.shape
    green = palette(None)[1]
    for y, x in ((37, 47), (37, 53), (43, 47), (43, 53)):  # the corners of the frame
        assert tuple(shown[y, x]) == green
    assert np.array_equal(shown[38:43, 48:53], pixels[38:43, 48:53])  # inside it
    assert np.array_equal(shown[45:], pixels[45:])
    assert (shown[25:37, 47:80] == green).all(axis=-1).any()  # the caption's ground


def test_the_drawing_keeps_alpha(client: httpx.Client) -> None:
    pixels = np.dstack([dark(30, 30), np.full((30, 30), 99, np.uint8)])
    pixels[20, 20, :3] = 255
    with opened(client, file(Image.fromarray(pixels)), format="png") as image:
        assert image.mode == "RGBA"
        assert (np.asarray(image)[..., 3] == 99).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 200), (200, 1)])
def test_every_size(client: httpx.Client, size: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 3), 250, np.uint8)
    for model in ("dots", "padded", "stretched", "longest", "cropping"):
        found = asked(client, pixels, model=model)
        assert found
        for x0, y0, x1, y1 in (one["box"] for one in found):
            assert 0 <= x0 < x1 <= size[0]
            assert 0 <= y0 < y1 <= size[1]
        with opened(client, file(Image.fromarray(pixels)), model=model, render="overlay") as image:
            assert image.size == size


def test_negotiation(client: httpx.Client) -> None:
    data = file(Image.fromarray(dark(9, 9)))

    def kind(accept: str, **params: str) -> str:
        headers = {**RAW, "accept": accept}
        return str(
            client.post(URL, params=params, content=data, headers=headers).headers["content-type"]
        )

    assert kind("*/*") == "application/json"
    assert kind("image/png") == "image/png"
    assert kind("*/*", render="overlay") == "image/png"
    assert kind("application/json", render="overlay") == "application/json"
    assert kind("*/*", format="tiff") == "image/tiff"
    assert kind("*/*", shapes="geojson") == "application/geo+json"
    assert kind("image/png", shapes="geojson") == "application/problem+json"


def test_geojson(client: httpx.Client) -> None:
    pixels = dark(50, 40)
    pixels[10, 20, 2] = 255
    answer = client.post(
        URL,
        params={"shapes": "geojson"},
        content=geotiff(pixels, UTM, "EPSG:32633"),
        headers={"content-type": "image/tiff"},
    )
    found = answer.json()
    assert found["model"] == "dots@1"
    assert found["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32633"
    (feature,) = found["features"]
    ring = feature["geometry"]["coordinates"][0]
    corners = [UTM @ corner for corner in ((17, 7), (24, 7), (24, 14), (17, 14))]
    assert np.allclose(sorted(ring[:-1]), sorted(map(list, corners)), rtol=1e-12, atol=0)
    assert ring[0] == ring[-1]
    (x, y), (x_next, y_next) = np.array(ring[:-1]).T, np.array(ring[1:]).T
    area = np.sum((x - x[0]) * (y_next - y[0]) - (x_next - x[0]) * (y - y[0])) / 2
    assert area == pytest.approx(49 * abs(UTM.determinant))  # counterclockwise
    assert feature["properties"] == {
        "index": 2, "label": "blue", "score": 1.0, "area": pytest.approx(area),
    }  # fmt: skip


def test_geojson_of_nothing_tells_of_a_lost_reference(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    answer = client.post(
        URL,
        params={"shapes": "geojson"},
        content=geotiff(dark(9, 9), UTM, "EPSG:32633"),
        headers={"content-type": "image/tiff"},
    )
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:densight:problem:cannot-georeference"


def test_geojson_without_a_reference_is_in_pixels(client: httpx.Client) -> None:
    pixels = dark(50, 40)
    pixels[10, 20, 2] = 255
    found = client.post(
        URL, params={"shapes": "geojson"}, content=file(Image.fromarray(pixels)), headers=RAW
    ).json()
    assert found["crs"] is None
    ring = found["features"][0]["geometry"]["coordinates"][0]
    assert ring == [[17, 7], [24, 7], [24, 14], [17, 14], [17, 7]]
