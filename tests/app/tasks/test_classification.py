"""Classification through the service: labels, their order and their explanation."""

import base64
import io
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from tests import tiny
from tests.conftest import Make, file, png, serving

URL = "/v1/classification"
RAW = {"content-type": "image/png"}


def test_predictions(client: httpx.Client) -> None:
    answer = client.post(URL, content=png((200, 100, 0)), headers=RAW)
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["model"] == "colors@1"
    assert [p["label"] for p in document["predictions"]] == ["red", "green", "blue"]
    assert [p["index"] for p in document["predictions"]] == [0, 1, 2]
    # softmax of the channel means over 25.5, as the tiny model computes it
    logits = np.exp(np.array([200, 100, 0]) / 25.5)
    scores = [p["score"] for p in document["predictions"]]
    assert np.allclose(scores, logits / logits.sum(), atol=1e-6)
    assert "explanation" not in document


def test_top_k(client: httpx.Client) -> None:
    for asked, given in ((1, 1), (2, 2), (1000, 3)):
        answer = client.post(URL, params={"top_k": asked}, content=png(), headers=RAW)
        assert len(answer.json()["predictions"]) == given


def test_explanation_shows_where_the_evidence_is(client: httpx.Client) -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    pixels[:10, :10, 1] = 255  # green in the upper left quarter
    answer = client.post(
        URL, params={"explain": True}, content=file(Image.fromarray(pixels)), headers=RAW
    )
    document = answer.json()
    assert document["predictions"][0]["label"] == "green"
    head, _, body = document["explanation"].partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.size == (20, 20)
        light = np.asarray(image.convert("L"), int)
    assert light[:8, :8].min() > light[12:, 12:].max() + 100


def test_any_label_can_be_explained(client: httpx.Client) -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    pixels[:10, :10, 1] = 255  # green in the upper left quarter
    pixels[10:, 10:, 2] = 128  # and less blue in the lower right one
    answer = client.post(
        URL, params={"explain_index": 2}, content=file(Image.fromarray(pixels)), headers=RAW
    )
    document = answer.json()
    assert document["predictions"][0]["label"] == "green"
    with Image.open(io.BytesIO(base64.b64decode(document["explanation"].split(",")[1]))) as image:
        light = np.asarray(image.convert("L"), int)
    assert light[12:, 12:].min() > light[:8, :8].max() + 100


def test_a_label_that_is_not_there_can_not_be_explained(client: httpx.Client) -> None:
    answer = client.post(URL, params={"explain_index": 3}, content=png(), headers=RAW)
    assert answer.status_code == 422
    assert answer.json()["labels"] == 3
    assert "has no label 3, the last is 2" in answer.json()["detail"]


def test_explanation_leaves_out_what_was_cropped(client: httpx.Client) -> None:
    answer = client.post(URL, params={"explain": 1}, content=png(size=(40, 10)), headers=RAW)
    body = answer.json()["explanation"].partition(",")[2]
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        alpha = np.asarray(image.getchannel("A"))
    assert alpha.shape == (10, 40)
    assert (alpha[:, :15] == 0).all()
    assert (alpha[:, 15:25] == 255).all()
    assert (alpha[:, 25:] == 0).all()


def test_a_model_without_evidence_can_not_explain(make_app: Make, folder: Path) -> None:
    tiny.colors(folder, name="mute", evidence=False)
    with serving(make_app()) as client:
        answer = client.post(
            URL, params={"explain": True, "model": "mute"}, content=png(), headers=RAW
        )
        assert answer.status_code == 422
        assert "can not explain itself" in answer.json()["detail"]


def test_only_json_is_offered(client: httpx.Client) -> None:
    answer = client.post(URL, content=png(), headers={**RAW, "accept": "image/png"})
    assert answer.status_code == 406
    assert answer.json()["available"] == ["application/json"]


def test_without_labels_the_index_is_the_name(make_app: Make, folder: Path) -> None:
    tiny.colors(folder, name="nameless", labels=None)
    with serving(make_app()) as client:
        answer = client.post(URL, params={"model": "nameless"}, content=png(), headers=RAW)
        assert answer.json()["predictions"][0]["label"] == "0"
