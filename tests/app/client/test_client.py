"""The client against a real server: answers, errors and what it tells of models."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.client import Client, errors
from app.main import create_app
from app.settings import Settings
from tests.conftest import noise, png, serving


def test_a_document_is_typed_and_keeps_the_answer(client: Client, path: Path) -> None:
    document = client.classify(path, top_k=2)
    assert [prediction.label for prediction in document.predictions] == ["red", "green"]
    assert document.predictions[0].score == pytest.approx(0.9988, abs=1e-4)
    assert document.model == document.answer.model == "colors@1"
    assert document.explanation is None
    assert set(document.answer.timing) == {"decode", "queue", "infer", "encode"}
    assert document.answer.request_id


def test_explanations_come_if_asked_for(client: Client, path: Path) -> None:
    explanation = client.classify(path, explain=True).explanation
    assert explanation is not None
    assert explanation.startswith("data:image/png;base64,")


def test_a_task_of_two_forms_has_two_methods(client: Client) -> None:
    pixels = np.zeros((4, 6, 3), np.uint8)
    pixels[2, 5] = 255
    peak = client.saliency(pixels).peak
    assert (peak.x, peak.y, peak.score) == (5, 2, 1.0)
    drawn = client.saliency_image(pixels).array()
    assert np.array_equal(drawn, pixels[..., 0])


def test_drawings_are_chosen_by_options(client: Client, path: Path) -> None:
    overlay = client.saliency_image(path, render="overlay", format="tiff")
    assert overlay.media_type == "image/tiff"
    assert overlay.image().mode == "RGB"
    assert overlay.image().size == (12, 9)


def test_outlines_are_typed(client: Client, path: Path) -> None:
    document = client.segment(path, shapes="polygons")
    assert document.shapes is not None
    assert document.shapes[0].polygons == [[[(0, 0), (12, 0), (12, 9), (0, 9), (0, 0)]]]
    assert document.classes[0].label == "red"


def test_a_mask_gives_the_indices_of_classes(client: Client) -> None:
    pixels = noise(7, 5)
    mask = client.segment_image(pixels).array()
    assert np.array_equal(mask, pixels.argmax(axis=2))


def test_geojson_is_a_form_of_its_own(client: Client, path: Path) -> None:
    collection = client.segment_geojson(path)
    assert collection["type"] == "FeatureCollection"
    assert [feature["properties"]["label"] for feature in collection["features"]] == ["red"]


def test_sixteen_bits_go_and_come_back(client: Client) -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (5, 4, 3), np.uint16)
    enlarged = client.upscale(pixels)
    assert enlarged.media_type == "image/png"
    assert np.array_equal(enlarged.array(), pixels.repeat(2, 0).repeat(2, 1))
    as_tiff = client.upscale(pixels, format="tiff").array()
    assert np.array_equal(as_tiff, enlarged.array())


def test_a_picture_is_saved_as_it_came(client: Client, path: Path, tmp_path: Path) -> None:
    answer = client.upscale(path, format="webp", lossless=True)
    answer.save(tmp_path / "large.webp")
    assert (tmp_path / "large.webp").read_bytes() == answer.content
    assert list(tmp_path.glob(".*")) == []


def test_a_task_is_asked_by_its_name(client: Client, path: Path) -> None:
    answer = client.ask("saliency", path, accept="application/json")
    assert answer.json()["peak"]["x"] == 0
    assert client.ask("saliency", path).media_type == "image/png"
    assert client.ask("segmentation", {"image": path}, shapes="rle").json()["shapes"]


def test_an_answer_goes_into_a_file(client: Client, path: Path) -> None:
    file = io.BytesIO(b"what was there, and is longer than the picture" * 100)
    answer = client.ask("super-resolution", path, into=file)
    assert answer.content == b""
    assert Image.open(file).size == (24, 18)


def test_models_are_described(client: Client) -> None:
    assert [model.name for model in client.models()] == ["colors", "doubler", "light", "strongest"]
    model = client.model("colors@1")
    assert model.card is not None
    assert model.card.labels == ["red", "green", "blue"]
    assert model.default
    assert client.ready()
    with pytest.raises(errors.ModelNotFound):
        client.model("nobody")


def test_problems_say_what_the_server_said(client: Client, path: Path) -> None:
    with pytest.raises(errors.UnknownFormat) as unknown:
        client.classify(b"no picture")
    assert unknown.value.status == 415
    assert "PNG" in unknown.value.facts["formats"]
    assert str(unknown.value) == unknown.value.detail
    assert unknown.value.request_id
    with pytest.raises(errors.ModelNotFound, match="'nobody'") as missing:
        client.classify(path, model="nobody")
    assert "colors@1" in missing.value.facts["models"]
    with pytest.raises(errors.BadParameter) as bad:
        client.ask("classification", path, top_k=0)
    assert bad.value.facts["parameters"][0]["parameter"] == "top_k"
    with pytest.raises(errors.NotAcceptable):
        client.ask("classification", path, accept="image/png")
    with pytest.raises(errors.RequestProblem) as nowhere:
        client.ask("no-such-task", path)
    assert nowhere.value.status == 404


def test_a_key_is_sent(tmp_path: Path, path: Path) -> None:
    settings = Settings(models=tmp_path, device="cpu", data=tmp_path / "jobs", api_keys=["secret"])
    with serving(create_app(settings)) as http:
        with Client(str(http.base_url), "wrong") as client, pytest.raises(errors.Unauthorized):
            client.models()
        with Client(str(http.base_url), "secret") as client:
            assert client.models() == []
            assert not client.ready()


def test_arguments_that_make_no_sense_are_refused(client: Client, path: Path) -> None:
    with pytest.raises(ValueError, match="deadline"):
        client.classify(path, deadline=0)
    with pytest.raises(ValueError, match="deadline"):
        Client(deadline=-1)
    with pytest.raises(ValueError, match="retries"):
        Client(retries=-1)
    with pytest.raises(FileNotFoundError):
        client.classify(path.with_name("missing.png"))


def test_a_path_of_the_server_is_kept(url: str, path: Path) -> None:
    with Client(f"{url}/below/") as client, pytest.raises(errors.RequestProblem) as nowhere:
        client.classify(path)
    assert nowhere.value.status == 404


def test_an_empty_picture_is_refused_by_the_server(client: Client) -> None:
    with pytest.raises(errors.MalformedRequest):
        client.classify(b"")


def test_png_is_what_the_helper_makes(client: Client) -> None:
    assert client.classify(io.BytesIO(png((0, 0, 250)))).predictions[0].label == "blue"
