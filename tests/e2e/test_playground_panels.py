"""The panels of tasks that look at every pixel, at objects or at two pictures, on tiny models."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.card import ModelCard
from benchmarks.server import serving
from tests import tiny
from tests.conftest import file
from tests.playground import answer, asked, give, run_button, visit
from tests.shipped import answered

WIDTH, HEIGHT = 48, 36
RAW = {"content-type": "application/octet-stream"}
TASKS = (
    "detection", "edges", "flow", "normals", "parts", "scene", "semantic-boundaries", "style",
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A tiny model of each task; edges and semantic boundaries are answered by two."""
    folder = tmp_path_factory.mktemp("models")
    tiny.light(folder, output="edges", halo=0)
    tiny.directions(folder)
    tiny.channels(folder)
    tiny.strongest(folder, task="parts", labels=("background", "coat", "hat"))
    tiny.dots(folder)
    tiny.painter(folder)
    tiny.shades(folder)
    tiny.several(folder)
    _room(folder)
    defaults = {
        "edges": "light", "normals": "directions", "scene": "several",
        "semantic-boundaries": "channels",
    }  # fmt: skip
    settings = {"DENSIGHT_MODELS": str(folder), "DENSIGHT_DEFAULT_MODELS": json.dumps(defaults)}
    with serving(settings) as client:
        yield client


def _room(folder: Path) -> None:
    """A scene of edges, where light is, and normals, all of which face the camera."""
    card = ModelCard(task="scene", tasks=("edges", "normals"), name="room", title="Flat", halo=0)
    toward = np.array([0, 0, -1], np.float32)
    constants = {"full": np.array(255, np.float32), "axis": np.array([3]), "toward": toward}
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["unit"]),
        helper.make_node("ReduceMean", ["unit", "axis"], ["edges/edges"], keepdims=0),
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("Expand", ["toward", "shape"], ["normals/normals"]),
    ]
    made = [
        helper.make_tensor_value_info("edges/edges", TensorProto.FLOAT, ["N", "H", "W"]),
        helper.make_tensor_value_info("normals/normals", TensorProto.FLOAT, ["N", "H", "W", 3]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "room", [image], made, stored)
    tiny.save(graph, card.to_metadata(), folder / "room.onnx")


def _plain(color: tuple[int, int, int] = (60, 60, 60)) -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), color, np.uint8)


def _shown(page: Page, client: httpx.Client, task: str, pixels: NDArray[np.uint8]) -> Locator:
    """Open a task, give a picture, ask; the part of the page that the answer is in."""
    _given(page, client, task, pixels)
    return asked(page)


def _given(page: Page, client: httpx.Client, task: str, pixels: NDArray[np.uint8]) -> None:
    visit(page, client, task)
    give(page, "mine.png", file(Image.fromarray(pixels)), "image/png")
    if task == "flow":
        _next(page, pixels)
    expect(run_button(page)).to_be_enabled()


def _next(page: Page, pixels: NDArray[np.uint8]) -> None:
    given = {"name": "next.png", "mimeType": "image/png", "buffer": file(Image.fromarray(pixels))}
    page.locator("#part-next").set_input_files([given])  # type: ignore[list-item]
    expect(page.get_by_role("group", name="Next").get_by_text("next.png")).to_be_visible()


@pytest.mark.parametrize("task", TASKS)
def test_anybody_can_use_it(page: Page, small: httpx.Client, task: str) -> None:
    """No serious finding of axe-core, light and dark; nothing is cut off at a phone's size."""
    if task in answered():
        pytest.skip("test_playground.py asks the shipped model")
    pixels = _plain()
    pixels[10:20, 10:20] = 200, 40, 40
    _shown(page, small, task, pixels)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [one for one in found if one["impact"] in ("serious", "critical")] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(answer(page)).to_be_visible()


def test_weak_edges_are_left_out_while_a_slider_moves(page: Page, small: httpx.Client) -> None:
    pixels = _plain((0, 0, 0))
    pixels[:, 20] = 200
    pixels[:, 30] = 100
    shown = _shown(page, small, "edges", pixels)
    expect(shown.locator("dt:has-text('Lines') + dd")).to_have_text("1")
    shown.get_by_role("button", name="Map", exact=True).click()
    assert (_pixels(page, "canvas.layer")[..., :3] == pixels).all()
    shown.get_by_label("Threshold").fill("50")
    strong = np.where(pixels == 200, pixels, 0)
    assert (_pixels(page, "canvas.layer")[..., :3] == strong).all()
    expect(shown.get_by_text(f"{100 / WIDTH:.1f} % of the pixels")).to_be_visible()
    shown.get_by_role("button", name="Thin", exact=True).click()
    expect(page.locator(".frame .base")).to_have_css("visibility", "hidden")
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Download map").click()
    saved = Image.open(io.BytesIO(waiting.value.path().read_bytes()))
    assert (np.asarray(saved) == strong[..., 0]).all()


def test_a_relief_is_lit_from_where_people_drag(page: Page, small: httpx.Client) -> None:
    pixels = _plain((128, 128, 1))
    pixels[:, :20] = 40, 90, 60
    shown = _shown(page, small, "normals", pixels)
    content = file(Image.fromarray(pixels))
    shown.get_by_role("button", name="Relief", exact=True).click()

    def differ(light: str) -> float:
        params = {"render": "relief", "light": light}
        drawn = small.post("/v1/normals", params=params, content=content, headers=RAW).content
        wanted = np.asarray(Image.open(io.BytesIO(drawn)).convert("L"), int)
        return float(np.abs(_pixels(page, "canvas.lit")[..., 0].astype(int) - wanted).max())

    assert differ("315,45") <= 4  # a level of the map that is lit is no finer
    assert differ("90,20") > 40
    box = page.locator("canvas.lit").bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    expect(shown.get_by_label("Light's elevation")).to_have_value("90")
    assert differ("0,90") <= 4
    page.mouse.move(box["x"] + box["width"] - 1, middle[1])
    page.mouse.up()
    expect(shown.get_by_label("Light's azimuth")).to_have_value("90")


def test_a_surface_is_turned_by_keys(page: Page, small: httpx.Client, heard: list[str]) -> None:
    page.emulate_media(reduced_motion="reduce")
    pixels = _plain((128, 128, 1))
    pixels[:, :20] = 40, 90, 60
    shown = _shown(page, small, "normals", pixels)
    shown.get_by_role("button", name="Surface", exact=True).click()
    surface = page.get_by_role("group", name="The surface in your picture")
    expect(surface).to_have_attribute("data-yaw", "0.350")  # it stands, as people want it to
    expect(shown.get_by_role("button", name="Turn slowly")).to_be_visible()
    drawn = np.asarray(Image.open(io.BytesIO(surface.screenshot())).convert("RGB"), int)
    red = drawn[..., 0] - drawn[..., 2]
    assert np.count_nonzero(red > 60) > red.size / 8  # (128, 128, 1), as it is in the picture
    surface.focus()
    page.keyboard.press("ArrowRight")
    expect(surface).to_have_attribute("data-yaw", "0.470")
    page.keyboard.press("+")
    expect(surface).to_have_attribute("data-zoom", "0.833")
    shown.get_by_role("button", name="Shape alone").click()
    # Software that draws instead of a GPU says that pictures of it, as the one above, are slow.
    heard[:] = [text for text in heard if "GPU stall due to ReadPixels" not in text]


def test_a_surface_is_saved_where_none_is_drawn(page: Page, small: httpx.Client) -> None:
    page.add_init_script("""
        const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            return kind === "webgl2" ? null : getContext.call(this, kind, ...more);
        };
    """)
    shown = _shown(page, small, "normals", _plain((128, 128, 1)))
    shown.get_by_role("button", name="Surface", exact=True).click()
    expect(page.get_by_text("it has no WebGL 2")).to_be_visible()
    names = ("Save the surface", "Download GLB", "Download PLY", "Download OBJ")
    begins = []
    for name in names:
        with page.expect_download() as waiting:
            shown.get_by_role("button", name=name).click()
        begins.append(waiting.value.path().read_bytes()[:4])
    assert begins[:3] == [b"glTF", b"glTF", b"ply\n"]


def test_boundaries_of_a_class_are_seen_alone(page: Page, small: httpx.Client) -> None:
    pixels = _plain((0, 0, 0))
    pixels[:, 10] = 250, 0, 0
    pixels[5, 20:] = 0, 200, 0
    shown = _shown(page, small, "semantic-boundaries", pixels)
    page.mouse.move(0, 0)
    before = _pixels(page, "canvas.layer")
    rows = shown.locator(".bars button")
    expect(rows).to_have_count(2)
    shown.get_by_role("button", name="green").click()
    page.mouse.move(0, 0)
    after = _pixels(page, "canvas.layer")
    assert (after[5, 20:] == before[5, 20:]).all()
    assert (after[:, 10] == after[0, 0]).all()
    assert (before[:, 10] != before[0, 0]).any()


def test_people_are_framed(page: Page, small: httpx.Client) -> None:
    pixels = _plain((200, 0, 0))
    pixels[5:20, 4:14] = 0, 200, 0
    pixels[8:30, 30:44] = 0, 0, 200
    shown = _shown(page, small, "parts", pixels)
    expect(page.get_by_role("img", name="2 boxes over your picture")).to_be_visible()
    expect(shown.get_by_text("person 1: coat 100.0 %")).to_be_visible()
    shown.get_by_role("button", name="person 2").hover()
    first, second = page.locator("svg.layer g").all()
    expect(first).to_have_attribute("opacity", "0.15")
    expect(second).to_have_attribute("opacity", "1")
    assert second.locator("rect").first.get_attribute("x") == "30"


def test_objects_are_shown_from_a_score_on(page: Page, small: httpx.Client) -> None:
    pixels = _plain()
    pixels[10, 10] = 240, 0, 0
    pixels[10, 30] = 0, 200, 0
    pixels[25, 20] = 0, 140, 0
    shown = _shown(page, small, "detection", pixels)
    expect(shown.get_by_text("3 objects")).to_be_visible()
    first = page.locator("svg.layer g").first.locator("rect").first
    assert [first.get_attribute(name) for name in ("x", "y", "width", "height")] == [
        *("7", "7", "7", "7")
    ]
    shown.get_by_label("Least score").fill("70")
    expect(shown.get_by_text("2 objects")).to_be_visible()
    expect(page.get_by_role("img", name="2 boxes over your picture")).to_be_visible()
    expect(shown.locator(".bars li:visible")).to_have_count(2)
    shown.get_by_role("button", name="red").hover()
    expect(page.locator("svg.layer g").nth(1)).to_have_attribute("opacity", "0.15")
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Download JSON").click()
    told = httpx.Response(200, content=waiting.value.path().read_bytes()).json()
    assert [one["label"] for one in told["objects"]] == ["red", "green"]


def test_the_sample_of_flow_has_a_next_picture(page: Page, small: httpx.Client) -> None:
    visit(page, small, "flow")
    part = page.get_by_role("group", name="Next")
    expect(part.get_by_text("flying-2.jpg")).to_be_visible()
    page.get_by_role("button", name="A rocket").click()  # which has none
    expect(part.get_by_text("flying-2.jpg")).to_have_count(0)
    expect(run_button(page)).to_be_disabled()


def test_the_next_picture_is_dropped(page: Page, small: httpx.Client) -> None:
    pixels = _plain()
    _given(page, small, "flow", pixels)
    page.evaluate(
        """(bytes) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "later.png", { type: "image/png" }));
            const given = { dataTransfer: data, bubbles: true, cancelable: true };
            document.querySelector(".part").dispatchEvent(new DragEvent("drop", given));
        }""",
        list(file(Image.fromarray(_plain((63, 64, 60))))),
    )
    expect(page.get_by_role("group", name="Next").get_by_text("later.png")).to_be_visible()
    expect(page.get_by_role("img", name="Your picture, mine.png")).to_be_visible()
    shown = asked(page)
    expect(shown.get_by_text("5.00 pixels").first).to_be_visible()  # (3, 4) everywhere


def test_motion_has_colours_and_arrows(page: Page, small: httpx.Client) -> None:
    _given(page, small, "flow", _plain())
    _next(page, _plain((70, 60, 60)))
    shown = asked(page)
    expect(shown.get_by_text("its edge is 10.0 pixels")).to_be_visible()
    legend = _pixels(page, ".wheel canvas").astype(int)
    side = len(legend)
    colors = {"image": (60, 60, 60), "next": (70, 60, 60)}
    content = {part: file(Image.fromarray(_plain(color))) for part, color in colors.items()}
    drawn = small.post("/v1/flow", params={"render": "wheel"}, files=content).content
    wheel = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"), int)
    # To the right is where the legend has the colour of what goes to the right.
    assert np.abs(legend[side // 2, side - 3, :3] - wheel[0, 0]).max() <= 24
    expect(page.get_by_role("img", name="The motion in colours")).to_be_visible()
    shown.get_by_role("button", name="Arrows", exact=True).click()
    expect(page.get_by_role("img", name="The motion as arrows")).to_be_visible()
    shown.get_by_role("button", name="Both pictures").click()
    shown.get_by_label("From first to next").fill("30")
    expect(page.get_by_role("img", name="The next picture")).to_have_css("opacity", "0.3")


def test_a_painting_is_as_strong_as_people_want(page: Page, small: httpx.Client) -> None:
    pixels = _plain()
    shown = _shown(page, small, "style", pixels)
    painted = page.get_by_role("img", name="in the style of Style 0")
    shown.get_by_label("Strength").fill("50")
    expect(painted).to_have_css("opacity", "0.5")
    shown.get_by_role("button", name="Style 1").click()
    painted = page.get_by_role("img", name="in the style of Style 1")
    expect(painted).to_have_css("opacity", "0.5")
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Download mine-painted.png").click()
    saved = np.asarray(Image.open(io.BytesIO(waiting.value.path().read_bytes())))
    # The second of two styles is a gray of a half; half of the way to it lies the answer.
    assert np.abs(saved.astype(int) - (60 + 127.5) / 2).max() <= 1
    shown.get_by_label("Divider").fill("25")
    expect(page.locator(".pane").last).to_have_css("clip-path", "inset(0px 0px 0px 25%)")


def test_a_scene_has_every_answer_around_the_picture(page: Page, small: httpx.Client) -> None:
    pixels = _plain((0, 0, 0))
    pixels[10, 10] = 240, 0, 0
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    shown = _shown(page, small, "scene", pixels)
    posted = [one.rpartition("/")[2] for one in sent if one.startswith("POST")]
    assert sorted(posted) == ["detection", "scene?numbers=true"]
    mosaic = page.get_by_role("list", name="Answers about your picture")
    tiles = mosaic.get_by_role("button")
    titles = ["Your picture", "Borders", "Saliency", "Class borders", "Objects"]
    expect(mosaic.locator("button > span")).to_have_text(titles)
    expect(shown.get_by_text("1 red")).to_be_visible()
    tiles.nth(2).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Saliency")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Opacity").fill("40")
    expect(dialog.locator(".full-picture img").last).to_have_css("opacity", "0.4")
    dialog.get_by_role("button", name="Close").focus()
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="Class borders")
    expect(dialog.get_by_role("list", name="Classes")).to_contain_text("red")
    found = Axe().run(page).response["violations"]
    assert [one for one in found if one["impact"] in ("serious", "critical")] == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(tiles.nth(2)).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 740})
    left = {tile.bounding_box()["x"] for tile in tiles.all()}  # type: ignore[index]
    assert len(left) == 1  # a column


def test_a_scene_has_the_surface_of_its_own_normals(page: Page, small: httpx.Client) -> None:
    page.emulate_media(reduced_motion="reduce")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    _given(page, small, "scene", _plain())
    page.get_by_text("2 models").click()
    page.get_by_role("radio", name="room").check()
    asked(page)
    tile = page.get_by_role("button", name="Surface, full size")
    # The default of normals would see another surface.
    assert any("/v1/normals?model=room&format=glb" in one for one in sent)
    expect(tile.locator(".surface")).to_have_attribute("data-yaw", "0.350")
    tile.click()
    dialog = page.get_by_role("dialog", name="Surface")
    held = dialog.get_by_role("group", name="The surface in your picture")
    held.focus()
    page.keyboard.press("ArrowLeft")  # which turns it, and does not go to the one before
    expect(held).to_have_attribute("data-yaw", "0.230")
    expect(dialog.get_by_role("button", name="Turn slowly")).to_be_visible()


def test_pictures_that_browsers_do_not_show(page: Page, small: httpx.Client) -> None:
    tiff = file(Image.fromarray(_plain()), "TIFF")
    for task, seen in (
        ("flow", "The motion in colours"),
        ("edges", "Edges over your picture"),
        ("detection", "Objects in your picture"),
        ("normals", "Normals of your picture"),
        ("parts", "Classes over your picture"),
        ("semantic-boundaries", "Boundaries over your picture"),
        ("style", "in the style of"),
    ):
        visit(page, small, task)
        give(page, "mine.tif", tiff, "image/tiff")
        if task == "flow":
            _next(page, _plain())
        asked(page)
        expect(page.get_by_role("img", name=seen).first).to_be_visible()


def _pixels(page: Page, canvas: str) -> NDArray[np.uint8]:
    """What is drawn on a canvas, uint8 `[H, W, 4]`."""
    url = page.locator(canvas).first.evaluate("element => element.toDataURL()")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGBA"))
