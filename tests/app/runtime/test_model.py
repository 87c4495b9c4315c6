"""A model: loaded, checked against its task, run."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from app.card import Fit
from app.errors import InvalidCard, InvalidModel
from app.runtime.model import Model
from app.runtime.sessions import Sessions
from app.tasks import TASKS
from tests import tiny


def test_what_it_says_of_itself(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    assert model.card.reference == "colors@1"
    assert model.device == "cpu"
    assert model.providers == ("CPUExecutionProvider",)
    assert str(model.inputs["image"]) == "uint8[N,H,W,3]"
    assert str(model.outputs["scores"]) == "float32[N,3]"


def test_it_runs_batches(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    images = np.zeros((2, 8, 8, 3), np.uint8)
    images[0, ..., 0] = images[1, ..., 2] = 255
    scores = model.run(image=images)["scores"]
    assert scores.argmax(axis=1).tolist() == [0, 2]


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x08"])
def test_a_broken_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises((InvalidModel, InvalidCard)):
        Model.load(path)


def test_a_file_without_a_card(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path)
    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.save(model, path)

    card = Model.load(path).card

    assert (card.name, card.task, card.labels) == ("colors", "", None)


def test_labels_must_match_the_classes(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path, labels=("red", "green")))
    with pytest.raises(InvalidModel, match="3 classes, the card 2 labels"):
        model.check(TASKS["classification"].contract)


def test_a_model_of_another_task(tmp_path: Path) -> None:
    with pytest.raises(InvalidModel, match="image"):
        Model.load(tiny.doubler(tmp_path)).check(TASKS["classification"].contract)


@pytest.mark.parametrize(
    ("card", "shape"),
    [
        ({"fit": Fit(resize=8, crop=6)}, (1, 6, 6, 3)),
        ({"fit": Fit(size=(5, 9)), "multiple": 4}, (1, 8, 12, 3)),
        ({"fit": Fit(longest=10), "multiple": 4}, (1, 12, 12, 3)),
        ({"fit": None}, (1, 64, 64, 3)),
    ],
)
def test_it_warms_up_on_the_size_that_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: dict[str, Any], shape: tuple[int, ...]
) -> None:
    ran: list[tuple[int, ...]] = []
    monkeypatch.setattr(Sessions, "run", lambda _, inputs: ran.append(inputs["image"].shape))
    Model.load(tiny.colors(tmp_path, **card)).warm_up()
    assert ran == [shape]
