"""A running service follows its folder, and fails no request while it does."""

import threading
from pathlib import Path

import httpx

from tests import tiny
from tests.conftest import Make, png, serving

RAW = {"content-type": "image/png"}


def until(client: httpx.Client, name: str, **wanted: object) -> None:
    """Ask until a model is described so; the watcher sees a change when the system tells it."""
    while True:
        found = client.get(f"/v1/models/{name}").json()
        if all(found.get(key) == value for key, value in wanted.items()):
            return


def test_files_are_dropped_swapped_broken_and_removed_under_load(
    make_app: Make, folder: Path
) -> None:
    statuses, models = set[int](), set[str]()
    begun, stop = threading.Event(), threading.Event()

    def ask(address: httpx.URL) -> None:
        with httpx.Client(base_url=address) as client:
            while not stop.is_set():
                answer = client.post("/v1/classification", content=png(), headers=RAW)
                statuses.add(answer.status_code)
                models.add(answer.headers["x-model"])
                begun.set()

    with serving(make_app()) as client:
        asking = threading.Thread(target=ask, args=[client.base_url])
        asking.start()
        begun.wait()
        try:
            tiny.light(folder)
            until(client, "light", state="ready")
            written = tiny.colors(folder / "..", version="2")
            written.replace(folder / "colors.onnx")
            until(client, "colors", version="2")
            (folder / "colors.onnx").write_bytes(b"half")
            until(client, "colors", version="2", state="ready", default=True)
            while "reason" not in client.get("/v1/models/colors").json():
                pass
            (folder / "light.onnx").unlink()
            until(client, "light", status=404)
        finally:
            stop.set()
            asking.join()
    assert statuses == {200}
    assert models == {"colors@1", "colors@2"}


def test_changes_need_not_be_followed(make_app: Make, folder: Path) -> None:
    with serving(make_app(watch=False)) as client:
        tiny.light(folder)
        assert client.get("/v1/models/light").status_code == 404


def test_a_folder_that_is_not_there(make_app: Make, tmp_path: Path) -> None:
    with serving(make_app(models=tmp_path / "nowhere")) as client:
        assert client.get("/livez").status_code == 200
