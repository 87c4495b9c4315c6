"""What the playground does whatever the task: pictures, jobs, errors, keys, themes, keyboard."""

import io
import shlex
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Response, expect

from app.tasks import TASKS
from app.tasks.saliency import SaliencyTask
from tests import tiny
from tests.conftest import Make, file, noise, png, serving
from tests.playground import answer, asked, give, run_button, visit

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PROBLEM = "Failed to load resource"
"""What a browser says on its console of an answer that is an error."""


def test_the_first_visit(page: Page, playground: httpx.Client) -> None:
    visit(page, playground)
    expect(page.get_by_role("img", name="Your picture, cat.jpg")).to_be_visible()
    expect(page.get_by_role("radio", name="Classification")).to_be_checked()
    card = page.locator("#models .card").first
    for text in ("resnet56-cifar10@1", "cpu", "research only", "top1 0.9516"):
        expect(card).to_contain_text(text)
    for name, path in (("API", "docs"), ("Models", "v1/models")):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", path)


def test_options_and_models_are_what_the_service_says(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "classification")
    page.get_by_text("2 models").click()
    page.get_by_role("radio", name="resnet20-cifar10").check()
    page.get_by_text("Options").click()
    page.get_by_label("Top k").fill("2")
    shown = asked(page)
    expect(shown.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("region", name="About this answer")).to_contain_text("resnet20-cifar10")


def test_where_the_time_went(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "saliency")
    asked(page)
    for stage in ("decode", "queue", "infer", "encode", "way"):
        expect(page.locator(f"[data-stage={stage}]")).to_contain_text("ms")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_that_are_shown(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "classification")
    asked(page)
    page.get_by_text("Ask by curl or Python").click()
    page.get_by_text("Raw JSON").click()
    copied = []
    for name in ("curl", "Python", "JSON"):
        page.get_by_role("button", name=f"Copy {name}").click()
        expect(page.get_by_role("button", name=f"Copy {name}")).to_have_text("Copied")
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    curl, python, document = copied
    run = subprocess.run([*shlex.split(curl), "-sS"], capture_output=True, check=True, cwd=EXAMPLES)
    assert (
        httpx.Response(200, content=run.stdout).json()
        == httpx.Response(200, content=document.encode()).json()
    )
    compile(python, "snippet", "exec")
    assert 'client.classify("cat.jpg", explain=True)' in python


def test_a_job_tells_its_progress(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "super-resolution")
    page.get_by_role("button", name="A rocket").click()
    expect(page.get_by_role("img", name="Your picture, rocket-160.png")).to_be_visible()
    page.get_by_label("As a job").check()
    page.evaluate("""
        window.told = [];
        new MutationObserver(() => {
            const bar = document.querySelector("progress");
            if (bar?.hasAttribute("max")) told.push([bar.value, bar.max]);
        }).observe(document.getElementById("result"), { subtree: true, childList: true,
                                                        attributes: true });
    """)
    shown = asked(page)
    expect(shown.get_by_text("640 \u00d7 424")).to_be_visible()
    told = page.evaluate("told")
    assert told
    assert all(0 <= done <= total and total > 1 for done, total in told)
    for stage in ("queue", "infer"):
        expect(page.locator(f"[data-stage={stage}]")).to_be_visible()


def test_a_job_is_cancelled(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "super-resolution")
    give(page, "noise.png", file(Image.fromarray(noise(800, 800))), "image/png")
    expect(page.get_by_label("As a job")).to_be_checked()  # by itself: it is a long picture
    with page.expect_response(lambda response: response.status == 202) as accepted:
        run_button(page).click()
    expect(answer(page).get_by_text("tiles")).to_be_visible()
    with page.expect_response(lambda response: response.request.method == "DELETE") as deleted:
        answer(page).get_by_role("button", name="Cancel").click()
    assert deleted.value.status == 200
    expect(answer(page)).to_be_hidden()
    job = playground.get(accepted.value.json()["links"]["self"]).json()
    assert job["state"] == "cancelled"
    expect(run_button(page)).to_be_enabled()


def test_a_job_outlives_its_connection(
    page: Page, playground: httpx.Client, heard: list[str]
) -> None:
    visit(page, playground, "super-resolution")
    page.route("**/events", lambda route: route.abort(), times=1)
    page.get_by_label("As a job").check()
    expect(asked(page).get_by_text("512 \u00d7 512")).to_be_visible()
    assert [text.partition(":")[0] for text in heard] == [PROBLEM]
    heard.clear()


def test_an_error_in_the_words_of_the_service(
    page: Page, playground: httpx.Client, heard: list[str]
) -> None:
    visit(page, playground, "classification")
    give(page, "README.md", b"no picture at all", "text/markdown")
    expect(page.get_by_text("does not show files such as README.md")).to_be_visible()
    run_button(page).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Unknown format (415)")
    expect(alert).to_contain_text("not a picture that can be read; formats read: JPEG, PNG")
    assert Axe().run(page).response["violations"] == []
    assert [text.partition(":")[0] for text in heard] == [PROBLEM]
    heard.clear()


def test_pictures_that_browsers_do_not_show(page: Page, playground: httpx.Client) -> None:
    with Image.open(EXAMPLES / "rocket-160.png") as image:
        tiff = file(image.convert("RGB"), "TIFF")
    visit(page, playground, "segmentation")
    give(page, "rocket.tif", tiff, "image/tiff")
    asked(page)
    expect(page.get_by_role("img", name="Classes over your picture")).to_be_visible()
    for task, seen in (
        ("Classification", "The evidence"),
        ("Saliency", "Heat map over"),
        ("Super-resolution", "The enlarged picture"),
    ):
        page.get_by_text(task, exact=True).click()
        expect(page.get_by_text("does not show files such as rocket.tif")).to_be_visible()
        asked(page)
        expect(page.get_by_role("img", name=seen)).to_be_visible()


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_comes_by(page: Page, playground: httpx.Client, way: str) -> None:
    visit(page, playground, "classification")
    page.evaluate(
        """async ([way, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "mine.png", { type: "image/png" }));
            const given = way === "paste"
                ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
                : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            document.body.dispatchEvent(given);
        }""",
        [way, list(png(size=(40, 30)))],
    )
    expect(page.get_by_role("img", name="Your picture, mine.png")).to_be_visible()
    expect(page.locator("#said")).to_have_text("mine.png, 40 by 30 pixels")


def test_dark_and_light(page: Page, playground: httpx.Client) -> None:
    page.emulate_media(color_scheme="dark")
    visit(page, playground)
    body = page.locator("body")
    expect(body).to_have_css("background-color", "rgb(18, 20, 22)")
    page.get_by_role("button", name="Switch to the light theme").click()
    expect(body).to_have_css("background-color", "rgb(246, 246, 243)")
    page.reload()
    expect(body).to_have_css("background-color", "rgb(246, 246, 243)")


def test_the_keyboard_alone(page: Page, playground: httpx.Client) -> None:
    visit(page, playground, "classification")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the picture")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Classification")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Detection")).to_be_checked()
    page.keyboard.press("ArrowLeft")
    for _ in range(20):
        page.keyboard.press("Tab")
        if run_button(page).evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("cat 98.0 %")
    for label in ("cat", "truck"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("img", name=f"Evidence for {label}")).to_be_visible()


def test_a_key_is_asked_for(page: Page, make_app: Make, heard: list[str]) -> None:
    with serving(make_app(api_keys=("sesame",)), wait=False) as client:
        while client.get("/readyz").status_code != 200:
            pass
        page.goto(str(client.base_url))
        dialog = page.get_by_role("dialog")
        for key in ("wrong", "sesame"):
            expect(dialog).to_be_visible()
            dialog.get_by_label("Key").fill(key)
            dialog.get_by_role("button", name="Use this key").click()
        expect(run_button(page)).to_be_enabled()
        asked(page)
        expect(dialog).to_have_count(0)
        page.get_by_text("Ask by curl or Python").click()
        expect(page.get_by_text('"Authorization: Bearer $DENSIGHT_KEY"')).to_be_visible()
        stored = page.evaluate("[JSON.stringify(sessionStorage), JSON.stringify(localStorage)]")
        assert "sesame" in stored[0]
        assert "sesame" not in stored[1]
    assert {text.partition(":")[0] for text in heard} == {PROBLEM}
    heard.clear()


class Glow(SaliencyTask):
    """A task that the page has never heard of."""

    name = "glow"
    verb = "glow"
    summary = "Say what glows"


def test_a_task_that_comes_later(
    page: Page, make_app: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TASKS, "glow", Glow())  # type: ignore[index]
    tiny.light(folder, task="glow", name="glow", title="What glows")
    with serving(make_app()) as client:
        visit(page, client, "glow")
        expect(page.get_by_text("Say what glows")).to_be_visible()
        page.get_by_text("Options").click()
        page.get_by_label("Render").select_option("overlay")
        sent: list[Response] = []
        page.on("response", lambda response: sent.append(response))
        shown = asked(page)
        posted = [one.url for one in sent if one.request.method == "POST"]
        assert all("render=overlay" in url for url in posted)
        expect(page.get_by_role("img", name="The answer")).to_be_visible()
        expect(shown.get_by_role("row", name="Coverage")).to_be_visible()
        with page.expect_download() as waiting:
            shown.get_by_role("button", name="Download cat-glow.png").click()
        with Image.open(io.BytesIO(waiting.value.path().read_bytes())) as image:
            assert image.size == (451, 300)


def test_models_that_are_still_loading(page: Page, make_app: Make, heard: list[str]) -> None:
    with serving(make_app()) as client:
        loading = [True]

        def refuse_once(route, request):  # type: ignore[no-untyped-def]
            if loading:
                loading.clear()
                detail = "models are still being loaded"
                body = {"title": "Not ready", "status": 503, "detail": detail, "retry_after": 0}
                kind = "application/problem+json"
                route.fulfill(status=503, json=body, content_type=kind)
            else:
                route.continue_()

        page.route("**/v1/models", refuse_once)
        visit(page, client)
    assert [text.partition(":")[0] for text in heard] == [PROBLEM]
    heard.clear()
