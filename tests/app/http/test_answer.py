"""From a picture's bytes to the file that answers them, without a request."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import NoRoom, NotAcceptable, PictureTooLarge
from app.http.answer import answer
from app.http.service import Service
from app.http.trace import Trace
from app.tasks import TASKS, super_resolution
from tests.conftest import Make, file, noise, serving

TASK = TASKS["super-resolution"]


@pytest.fixture
def service(make_app: Make) -> Iterator[Service]:
    app = make_app(tile_pixels=400, max_pixels=10_000, max_pixels_at_once=10_000)
    with serving(app):
        yield app.state.service


def asked(service: Service, side: int, accept: str = "", **chosen: Any) -> tuple[str, bytes, Trace]:
    trace, buffer = Trace("id"), io.BytesIO()
    question = service.question(TASK, TASK.options(**chosen), service.registry.find("doubler"))
    data = file(Image.fromarray(noise(side, side)))
    told: list[int] = []
    media_type = answer(
        question,
        accept,
        data,
        buffer,
        service=service,
        trace=trace,
        progress=lambda done, total: told.append(done),
    )
    assert told == list(range(told[-1] + 1))
    return media_type, buffer.getvalue(), trace


@pytest.mark.parametrize("large", [10**6, 1])
@pytest.mark.parametrize(
    ("accept", "media_type"), [("", "image/png"), ("image/tiff", "image/tiff")]
)
def test_an_answer(
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    accept: str,
    media_type: str,
    large: int,
) -> None:
    monkeypatch.setattr(super_resolution, "LARGE", large)
    got, data, trace = asked(service, 45, accept)
    assert got == media_type
    with Image.open(io.BytesIO(data)) as image:
        assert image.get_format_mimetype() == media_type
        wanted = noise(45, 45).repeat(2, axis=0).repeat(2, axis=1)
        assert np.array_equal(np.asarray(image), wanted)
    assert trace.tiles == "exact"
    assert set(trace.stages) == {"decode", "infer", "encode"}
    assert service.pixels.held == 0


def test_room_is_for_what_is_in_memory(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has as many pixels as all may have together; a band of it has few."""
    with service.pixels.room_for(3000):
        with pytest.raises(NoRoom):
            asked(service, 50)
        monkeypatch.setattr(super_resolution, "LARGE", 1)
        assert asked(service, 50)[0] == "image/png"
        with pytest.raises(NoRoom):
            asked(service, 50, format="jpeg")
    assert service.pixels.held == 0


def test_refusals_give_room_back(service: Service) -> None:
    with pytest.raises(NotAcceptable):
        asked(service, 9, "text/plain")
    with pytest.raises(PictureTooLarge):
        asked(service, 51, format="jpeg")
    assert service.pixels.held == 0
