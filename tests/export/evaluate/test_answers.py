"""A measurement asks what a client would ask, and gets what a client would get."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.card import Fit
from app.imaging.fit import fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import UNBOUNDED
from export.errors import ExportError
from export.evaluate.answers import answers, require_labels
from tests import tiny
from tests.conftest import noise


def test_pictures_of_any_size_are_fitted_and_brought_back(tmp_path: Path) -> None:
    # The network sees 16x8 of it and answers with 8x4.
    path = tiny.strongest(tmp_path, stride=2, fit=Fit(size=(8, 16)))
    pictures = [noise(21, 13), noise(5, 40)]
    results = list(answers(Model.load(path), pictures))
    assert [result.classes.shape for result in results] == [(13, 21), (40, 5)]


def test_large_pictures_go_in_tiles_and_steps_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(UNBOUNDED, tile_pixels=256)
    monkeypatch.setattr("export.evaluate.answers.UNBOUNDED", small)
    model = Model.load(tiny.strongest(tmp_path, blur=3))
    sides = []
    run = model.run
    monkeypatch.setattr(model, "run", lambda image: sides.append(image.shape) or run(image=image))
    told: list[str] = []
    (result,) = answers(model, [noise(40, 40)], told.append)
    assert len(sides) > 4
    assert told == ["picture 1 of 1"]
    whole = run(image=noise(40, 40)[np.newaxis])["classes"][0]
    np.testing.assert_array_equal(result.classes, whole)


def test_the_answer_is_the_one_of_the_task(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    picture = noise(30, 20)
    (result,) = answers(model, [picture], top_k=2)
    scores = model.run(image=fit(Picture(picture), model.card.fit)[np.newaxis])["scores"][0]
    predictions = result.document.predictions
    assert [p.index for p in predictions] == list(np.argsort(-scores)[:2])
    assert set(TASKS) >= {model.card.task}


def test_labels_must_be_the_same_in_the_same_order(tmp_path: Path) -> None:
    model = Model.load(tiny.colors(tmp_path))
    require_labels(model, ["red", "green", "blue"])
    for others in (["green", "red", "blue"], ["red", "green"]):
        with pytest.raises(ExportError, match="other labels"):
            require_labels(model, others)
