"""Tiles through a model: joined without seams, run together, and smaller where memory is short."""

import logging
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

from app.card import ModelCard
from app.errors import OutOfMemory
from app.imaging.picture import Picture
from app.imaging.tiles import ramps
from app.runtime.execution import ON_CPU
from app.runtime.model import Model
from app.runtime.session import card_of, opened
from app.settings import MODELS
from app.tasks.segmentation import TASK as SEGMENTATION
from app.tasks.super_resolution import TASK as SUPER_RESOLUTION
from app.tasks.task import UNBOUNDED, Bounds
from app.tasks.tiled import Tiled
from tests import tiny
from tests.bare import Bare
from tests.conftest import ROOT, noise


class Short:
    """A session whose memory is too short for more than so many pixels at once."""

    def __init__(self, path: Path, room: int) -> None:
        self._session, self.room = opened(path, ON_CPU), room
        self.shapes: list[tuple[int, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, names: Any, inputs: Any, options: onnxruntime.RunOptions | None = None) -> Any:
        shape = inputs["image"].shape
        self.shapes.append(shape)
        if shape[0] * shape[1] * shape[2] > self.room:
            raise RuntimeException(
                "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while "
                "running Conv node. Status Message: bfc_arena.cc:360 void* onnxruntime::BFCArena::"
                "AllocateRawInternal(size_t, bool, Stream*) Failed to allocate memory for "
                "requested buffer of size 75497472"
            )
        return self._session.run(names, inputs, options)


def short(path: Path, room: int, max_batch: int = 1) -> tuple[Model, Short]:
    session = Short(path, room)
    return Model(card_of(session, path), Bare(session), max_batch), session  # type: ignore[arg-type]


def enlarge(model: Model, pixels: NDArray[Any], bounds: Bounds = UNBOUNDED) -> NDArray[Any]:
    task = SUPER_RESOLUTION
    return task.infer(model, Picture(pixels), task.options(), bounds).picture.pixels


def twice(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.repeat(2, axis=0).repeat(2, axis=1)


@pytest.mark.parametrize("halo", [3, None])
def test_tiles_are_halved_until_there_is_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, halo: int | None
) -> None:
    model, session = short(tiny.doubler(tmp_path, halo=halo), 20_000)
    pixels = noise(260, 210)
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(enlarge(model, pixels), twice(pixels))
        failed = sum(shape[1] * shape[2] > 20_000 for shape in session.shapes)
        assert 1 < failed < 6
        assert np.array_equal(enlarge(model, pixels), twice(pixels))
    assert sum(shape[1] * shape[2] > 20_000 for shape in session.shapes) == failed
    (record,) = caplog.records  # once for the model
    assert record.getMessage() == (
        f"doubler@1 has no memory for {260 * 210} pixels at once; its tiles get smaller"
    )


def test_classes_of_tiles_that_were_halved(tmp_path: Path) -> None:
    path = tiny.strongest(tmp_path, blur=5)
    pixels = noise(150, 130)
    task = SEGMENTATION
    wanted = task.infer(Model.load(path), Picture(pixels), task.options(), UNBOUNDED)
    model, _ = short(path, 4000)
    cut: list[bool] = []
    bounds = Bounds(10**9, cut=cut.append)
    found = task.infer(model, Picture(pixels), task.options(), bounds)
    assert np.array_equal(found.classes, wanted.classes)
    assert wanted.document.exact is None
    assert found.document.exact is True
    assert set(cut) == {True}


def test_less_memory_than_the_smallest_tile_needs(tmp_path: Path) -> None:
    model, session = short(tiny.doubler(tmp_path, halo=20), 3000)
    with pytest.raises(OutOfMemory, match="smallest tile"):
        enlarge(model, noise(200, 200))
    model.most_pixels = 3000
    task, bounds = SUPER_RESOLUTION, UNBOUNDED
    with pytest.raises(OutOfMemory):  # it is asked for by who counts what will be in memory, too
        task.held(Picture(noise(2000, 2000)), model, "image/png", bounds)
    session.room = 10**6  # later there is memory again
    pixels = noise(200, 200)
    assert np.array_equal(enlarge(model, pixels), twice(pixels))


def test_other_failures_are_not_taken_for_it(tmp_path: Path) -> None:
    model, session = short(tiny.doubler(tmp_path), 10**9)

    def fail(*_: object) -> None:
        raise RuntimeException("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : something else")

    session.run = fail  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeException, match="something else"):
        enlarge(model, noise(9, 9))
    assert model.most_pixels > 10**9


CHILD = """
import hashlib, resource, sys
import numpy as np
from pathlib import Path
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks.super_resolution import TASK
from app.tasks.task import UNBOUNDED
model = Model.load(Path(sys.argv[1]))
pixels = np.random.default_rng(0).integers(0, 256, (230, 256, 3), np.uint8)
model.warm_up()
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
if sys.argv[2] == "short":
    resource.setrlimit(resource.RLIMIT_AS, (used + 400 * 2**20,) * 2)
result = TASK.infer(model, Picture(pixels), TASK.options(), UNBOUNDED)
print(model.most_pixels, hashlib.sha256(result.picture.pixels.tobytes()).hexdigest())
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="no limits of address space here")
def test_a_process_that_really_runs_out_of_memory() -> None:
    answers = {}
    for memory in ("short", "enough"):
        command = [sys.executable, "-c", CHILD, str(MODELS / "srdensenet-x4.onnx"), memory]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        most, answers[memory] = done.stdout.split()
        assert (int(most) < 230 * 256) is (memory == "short")
    assert answers["short"] == answers["enough"]


@pytest.mark.parametrize(("max_batch", "rows"), [(8, 2), (1, 1)])
def test_tiles_of_one_size_are_run_together(tmp_path: Path, max_batch: int, rows: int) -> None:
    """Four tiles of 64x64, two of which are as many pixels as may be run."""
    model, session = short(tiny.doubler(tmp_path), 10**9, max_batch)
    pixels, bounds = noise(97, 97), replace(UNBOUNDED, tile_pixels=9300)
    assert np.array_equal(enlarge(model, pixels, bounds), twice(pixels))
    assert set(session.shapes) == {(rows, 64, 64, 3)}


def test_tiles_that_go_together_are_run_apart_where_memory_is_short(tmp_path: Path) -> None:
    model, session = short(tiny.doubler(tmp_path), 64 * 64, max_batch=8)
    pixels, bounds = noise(97, 97), replace(UNBOUNDED, tile_pixels=9300)
    assert np.array_equal(enlarge(model, pixels, bounds), twice(pixels))
    assert session.shapes == [(2, 64, 64, 3), *[(1, 64, 64, 3)] * 4]


class Counting:
    """A model that answers every tile with the number of tiles before."""

    most_pixels, max_batch = 10**9, 1

    def __init__(self, **card: Any) -> None:
        self.card = ModelCard(task="any", name="any", title="", **card)
        self.asked = 0

    def run(self, image: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
        self.asked += 1
        return {"answer": np.full(image.shape[:3], self.asked - 1, np.float32)}


def counted(join: Any, sure: float = 1.0, **card: Any) -> tuple[list[NDArray[Any]], Tiled]:
    model = Counting(**card)

    def answer(outputs: Mapping[str, NDArray[Any]], height: int, width: int) -> NDArray[Any]:
        whole = outputs["answer"][:height, :width]
        second = np.full_like(whole, 1 if model.asked == 1 else sure)
        return np.stack([whole, second], axis=-1)

    bounds = Bounds(10**9, tile_pixels=1)
    tiled = Tiled(model, 10, lambda images: images, answer, join, bounds)  # type: ignore[arg-type]
    return list(tiled.bands(noise(40, 70))), tiled


def test_answers_are_averaged_where_tiles_overlap() -> None:
    bands, tiled = counted("mean")
    cut = tiled.cut(70, 40)
    assert (len(cut.rows), len(cut.columns)) == (2, 1)
    weights = ramps(cut.rows, 10)[1]
    start = cut.rows[1].read[0]
    joined = np.concatenate(bands)
    assert joined.shape == (70, 40, 2)
    np.testing.assert_allclose(joined[..., 1], 1, rtol=1e-6)
    assert (joined[:start, :, 0] == 0).all()
    np.testing.assert_allclose(joined[start:, :, 0], np.tile(weights[:, None], 40), rtol=1e-6)
    assert np.abs(np.diff(joined[..., 0], axis=0)).max() < 0.1  # no seam


def test_the_surest_answer_is_taken_where_tiles_overlap() -> None:
    borders = []
    for sure in (1.0, 0.2):
        bands, tiled = counted("surest", sure)
        classes = np.concatenate(bands)[..., 0]
        borders.append(int(np.argmax(classes[:, 0] == 1)))
        assert (classes[: borders[-1]] == 0).all()
        assert (classes[borders[-1] :] == 1).all()
    first, second = tiled.cut(70, 40).rows
    assert second.read[0] + 10 <= borders[0] <= first.read[1] - 10
    assert borders[0] < borders[1] < first.read[1]


def test_progress_is_told_from_none_to_all(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    bounds = Bounds(10**9, lambda *steps: told.append(steps), tile_pixels=400)
    model = Model.load(tiny.doubler(tmp_path))
    enlarge(model, noise(50, 50), bounds)
    assert told == [(done, told[0][1]) for done in range(told[0][1] + 1)]
    assert len(told) > 9
