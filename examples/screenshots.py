"""Open the playground of a running service and keep `docs/playground-*.webp`, in chromium."""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).parent.parent / "docs"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def answered(
    browser: Browser, address: str, task: str, sample: str = "", **context: object
) -> Page:
    """A page whose first sample, or the one that is called so, is answered."""
    page = browser.new_page(**context)
    page.goto(f"{address}/#{task}")
    if sample:
        page.get_by_role("button", name=sample).click()
    page.locator("#run:enabled").click()
    page.locator("#about").wait_for()
    return page


def keep(page: Page, name: str) -> None:
    """Write what is seen as `docs/playground-{name}.webp`."""
    shot = page.screenshot(animations="disabled")
    with Image.open(io.BytesIO(shot)) as image:
        image.save(TARGET / f"playground-{name}.webp", quality=80, method=6)


def main(address: str) -> None:
    """Four tasks: on a desktop, on a dark one, on a phone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"],
        )
        page = answered(browser, address, "segmentation", viewport=WIDE)
        keep(page, "segmentation")
        page = answered(browser, address, "scene", "An astronaut flying", viewport=WIDE)
        page.locator("canvas").first.wait_for()
        keep(page, "scene")
        page = answered(browser, address, "super-resolution", viewport=WIDE, color_scheme="dark")
        keep(page, "super-resolution")
        page = answered(browser, address, "classification", viewport=PHONE, device_scale_factor=2)
        page.evaluate("scrollTo(0, 560)")
        keep(page, "phone")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
