"""DICOM files through the real routes: windows, frames, refusals, and silence about patients."""

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app import logs
from tests import tiny
from tests.app.imaging.dicom.made import NAME, bundled, data_set, dicom, saved
from tests.conftest import Make, file, noise, serving

RAW = {"content-type": "application/dicom"}
ROUTES = ("classification", "saliency", "segmentation", "super-resolution")
RAMP = np.arange(-1000, 1000, 20, dtype=np.int16).reshape(10, 10)


@pytest.fixture
def client(make_app: Make, folder: Path) -> Iterator[httpx.Client]:
    tiny.light(folder)
    tiny.strongest(folder)
    with serving(make_app(max_pixels=1_000_000)) as client:
        yield client


def ask(
    client: httpx.Client, data: bytes, route: str = "super-resolution", **params: str
) -> httpx.Response:
    return client.post(f"/v1/{route}", content=data, params=params, headers=RAW)


def test_sixteen_bits_of_gray_come_back_as_png(client: httpx.Client) -> None:
    answer = ask(client, dicom(RAMP), window="0,500")
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.mode == "I;16"
        found = np.asarray(image)[::2, ::2]
    wanted = np.clip((RAMP + 0.5) / 499 + 0.5, 0, 1) * 65535
    assert np.abs(found - wanted).max() <= 1


@pytest.mark.parametrize("route", ROUTES)
def test_every_route(client: httpx.Client, route: str) -> None:
    frames = np.stack([RAMP, RAMP[::-1]])
    for params in ({}, {"window": "40,400"}, {"frame": "1"}, {"frame": "1", "window": "-5.5,0.5"}):
        assert ask(client, dicom(frames), route, **params).status_code == 200
    gone = ask(client, dicom(frames), route, frame="2")
    assert gone.status_code == 422
    assert gone.json()["type"] == "urn:densight:problem:frame-not-found"
    assert gone.json()["frames"] == 2
    wrong = ask(client, dicom(frames), route, window="wide")
    assert wrong.status_code == 422
    reason = "a window is `center,width`, such as 40,400"
    assert wrong.json()["parameters"] == [{"parameter": "window", "reason": reason}]
    assert ask(client, dicom(frames), route, frame="-1").status_code == 422


def test_frames_differ(client: httpx.Client) -> None:
    frames = np.stack([RAMP, RAMP[::-1]])
    first, second = (ask(client, dicom(frames), frame=str(index)) for index in (0, 1))
    top, bottom = (np.asarray(Image.open(io.BytesIO(one.content))) for one in (first, second))
    assert np.array_equal(top, bottom[::-1])


@pytest.mark.parametrize("route", ROUTES)
def test_a_window_is_for_gray_dicom(client: httpx.Client, route: str) -> None:
    for data in (file(Image.fromarray(noise(9, 8))), dicom(noise(9, 8))):
        answer = ask(client, data, route, window="40,400")
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:densight:problem:cannot-window"


@pytest.mark.parametrize("route", ROUTES)
def test_refusals(client: httpx.Client, route: str) -> None:
    for data, status in (
        (bundled("rtstruct.dcm"), 422),
        (bundled("test-SR.dcm"), 422),
        (dicom(RAMP)[:-7], 422),
        (dicom(RAMP, Rows=50_000, Columns=50_000), 413),
    ):
        answer = ask(client, data, route)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_where_the_extra_is_missing(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "app.imaging.dicom.reading", raising=False)
    monkeypatch.setitem(sys.modules, "pydicom", None)
    answer = ask(client, dicom(RAMP))
    assert answer.status_code == 415
    assert answer.json()["extra"] == "medical"
    assert "pip install 'densight[medical]'" in answer.json()["detail"]


def test_nobody_is_told_who_it_is(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    made = data_set(RAMP)
    made.add_new("VOILUTFunction", "LO", NAME)
    made.add_new("NumberOfFrames", "LO", NAME)
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    logs.configure("debug", "json")
    try:
        answers = [
            ask(client, data, route)
            for route in ROUTES
            for data in (dicom(RAMP), saved(made), dicom(RAMP)[:-7])
        ]
    finally:
        root.handlers[:], level = kept
        root.setLevel(level)
    assert {answer.status_code for answer in answers} == {200, 422}
    told = "".join(capfd.readouterr())
    assert "super-resolution" in told  # it is the log that is looked at
    told += "".join(f"{answer.headers}{answer.content!r}" for answer in answers)
    for part in ("Doe", "Jane", "Unmistakable"):
        assert part not in told
