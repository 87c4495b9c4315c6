"""A real browser, and pages that may not complain, ask other hosts or break their policy."""

import shutil
import warnings
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from app.settings import MODELS
from benchmarks.server import serving
from tests.shipped import answering

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--enable-unsafe-swiftshader",  # WebGL without a GPU
]

WIDE = {"width": 1280, "height": 900}

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium. Of a module only: while Playwright runs, no other event loop may."""
    if CHROMIUM is None:
        reason = "THE PLAYGROUND IS NOT TESTED: there is no chromium; `make browser` installs it"
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The shipped default models and one more, and tiles so small that pictures have several."""
    folder = tmp_path_factory.mktemp("models")
    for file in (*answering(), MODELS / "resnet20-cifar10.onnx"):
        (folder / file.name).symlink_to(file)
    with serving({"DENSIGHT_MODELS": str(folder), "DENSIGHT_TILE_PIXELS": "8100"}) as client:
        yield client


@pytest.fixture
def heard() -> list[str]:
    """What pages complained of, and what they asked other hosts for; has to be empty at the end."""
    return []


@pytest.fixture
def page(browser: Browser, heard: list[str]) -> Iterator[Page]:
    """A page of its own for each test."""

    def console(message: ConsoleMessage) -> None:
        # What draws where there is no GPU complains of being slow, now and then.
        if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
            heard.append(message.text)

    def request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            heard.append(request.url)

    context = browser.new_context(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", console)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", request)
    yield page
    context.close()
    assert heard == []
