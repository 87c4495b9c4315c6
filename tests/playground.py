"""Moves on the playground that several tests make."""

import httpx
from playwright.sync_api import Locator, Page, expect


def visit(page: Page, service: httpx.Client, task: str = "") -> None:
    """Open the page, with a task chosen, and wait until a picture is."""
    page.goto(f"{str(service.base_url).rstrip('/')}/#{task}")
    expect(run_button(page)).to_be_enabled()


def run_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Ask", exact=True)


def answer(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer", exact=True)


def asked(page: Page) -> Locator:
    """Press the button and wait for the answer; the part of the page that it is in."""
    run_button(page).click()
    expect(page.get_by_role("region", name="About this answer")).to_be_visible()
    return answer(page)


def give(page: Page, name: str, data: bytes, media_type: str) -> None:
    """Choose a file."""
    file = {"name": name, "mimeType": media_type, "buffer": data}
    page.locator("#file").set_input_files([file])
    expect(page.locator("#said")).to_contain_text(name)
