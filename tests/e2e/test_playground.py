"""Every task clicked through in a browser, on real pictures, with the shipped models."""

import base64
import io
from pathlib import Path

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from app.tasks import TASKS
from tests.playground import answer, asked, visit
from tests.shipped import answered

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
RAW = {"content-type": "application/octet-stream"}


@pytest.mark.parametrize("task", TASKS)
def test_anybody_can_use_it(page: Page, playground: httpx.Client, task: str) -> None:
    """No serious finding of axe-core, light and dark; nothing is cut off at a phone's size."""
    if task not in answered():
        pytest.skip("no model of this task ships yet")
    visit(page, playground, task)
    asked(page)
    for summary in page.locator("summary").all():
        summary.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert serious == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(answer(page)).to_be_visible()


def test_labels_show_their_evidence(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "classification")
    shown = asked(page)
    expect(shown.get_by_text("cat, 98.0 %")).to_be_visible()
    layer = page.locator(".frame img.layer")
    expect(layer).to_have_attribute("alt", "Evidence for cat")
    best = layer.get_attribute("src")
    shown.get_by_role("button", name="truck").hover()
    expect(layer).to_have_attribute("alt", "Evidence for truck")
    assert layer.get_attribute("src") != best
    page.get_by_role("heading", name="Answer", exact=True).hover()
    expect(layer).to_have_attribute("alt", "Evidence for cat")
    shown.get_by_role("button", name="truck").click()
    page.get_by_role("heading", name="Answer", exact=True).hover()
    expect(shown.get_by_role("button", name="truck")).to_have_attribute("aria-pressed", "true")
    expect(layer).to_have_attribute("alt", "Evidence for truck")
    expect(layer).to_have_css("opacity", "0.55")
    shown.get_by_label("Opacity").fill("20")
    expect(layer).to_have_css("opacity", "0.2")


def test_people_look_at_the_peak(page: Page, playground: httpx.Client) -> None:
    content = (EXAMPLES / "pavilion-480.jpg").read_bytes()
    told = playground.post(
        "/v1/saliency", content=content, headers={**RAW, "accept": "application/json"}
    ).json()
    visit(page, playground, "saliency")
    shown = asked(page)
    peak = told["peak"]
    expect(page.get_by_role("img", name=f"Peak at {peak['x']}, {peak['y']}")).to_be_visible()
    expect(shown.get_by_text(f"{told['coverage'] * 100:.1f} % of the picture")).to_be_visible()
    warm, cutout = page.locator(".frame canvas").all()
    shown.get_by_label("Opacity").fill("30")
    expect(warm).to_have_css("opacity", "0.3")
    shown.get_by_role("button", name="Cutout", exact=True).click()
    expect(warm).to_be_hidden()
    expect(cutout).to_be_visible()
    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Download cutout").click()
    wanted = playground.post(
        "/v1/saliency", params={"render": "cutout"}, content=content, headers=RAW
    ).content
    assert waiting.value.suggested_filename == "pavilion-480-cutout.png"
    assert waiting.value.path().read_bytes() == wanted


def test_classes_are_lit_and_isolated(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "segmentation")
    shown = asked(page)
    canvas = page.get_by_role("img", name="Classes over your picture")
    sky = shown.get_by_role("button", name="Sky")
    all_classes = _pixels(page, "canvas.layer")
    canvas.hover(position={"x": 20, "y": 20})  # where the sky is
    expect(sky).to_have_class("shown")
    lit = _pixels(page, "canvas.layer")
    assert (lit != all_classes).any()
    page.get_by_role("heading", name="Answer", exact=True).hover()
    expect(sky).not_to_have_class("shown")
    assert (_pixels(page, "canvas.layer") == all_classes).all()
    canvas.click(position={"x": 20, "y": 20})
    expect(sky).to_have_attribute("aria-pressed", "true")
    page.get_by_role("heading", name="Answer", exact=True).hover()
    assert (_pixels(page, "canvas.layer") == lit).all()


def test_the_layer_is_the_mask(page: Page, playground: httpx.Client) -> None:
    content = (EXAMPLES / "pavilion-480.jpg").read_bytes()
    mask = playground.post("/v1/segmentation", content=content, headers=RAW).content
    visit(page, playground, "segmentation")
    shown = asked(page)
    page.mouse.move(0, 0)
    shown.get_by_label("Opacity").fill("100")
    with Image.open(io.BytesIO(mask)) as image:
        assert (_pixels(page, "canvas.layer")[..., :3] == np.asarray(image.convert("RGB"))).all()


def test_before_and_after(page: Page, playground: httpx.Client) -> None:
    content = (EXAMPLES / "astronaut-128.png").read_bytes()
    visit(page, playground, "super-resolution")
    shown = asked(page)
    expect(shown.get_by_text("512 \u00d7 512")).to_be_visible()
    before, after = page.locator(".pane > *").all()
    with Image.open(io.BytesIO(content)) as image:
        plain = np.asarray(image.convert("RGB").resize((512, 512), Image.Resampling.BICUBIC), int)
    drawn = _pixels(page, ".pane > canvas")[..., :3].astype(int)
    assert np.abs(drawn - plain).max() <= 2  # roundings of both directions

    viewport = page.locator(".viewport")
    box = viewport.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 50)
    page.mouse.up()
    expect(page.locator(".pane").last).to_have_css("clip-path", "inset(0px 0px 0px 25%)")
    viewport.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    transform = before.evaluate("element => element.style.transform")
    assert "scale(1.5)" in transform
    assert after.evaluate("element => element.style.transform") == transform
    expect(shown.get_by_label("Zoom")).to_have_value("1.5")

    with page.expect_download() as waiting:
        shown.get_by_role("button", name="Download astronaut-128-large.png").click()
    answered = playground.post("/v1/super-resolution", content=content, headers=RAW).content
    assert waiting.value.path().read_bytes() == answered


def _pixels(page: Page, canvas: str) -> np.ndarray:
    """What is drawn on a canvas, uint8 `[H, W, 4]`."""
    url = page.locator(canvas).first.evaluate("element => element.toDataURL()")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image.convert("RGBA"))
