"""The playground's files: there, revalidated, bound by their policy, and part of the package."""

import re
import tomllib
from pathlib import Path

import httpx
import pytest

from app.http.web import FOLDER
from tests.app.http.test_pages import POLICY, directives

ROOT = Path(__file__).parent.parent.parent.parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())


def test_the_page_is_at_the_root(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert directives(page)["script-src"] == {"'self'"}
    assert directives(page)["style-src"] == {"'self'"}
    assert client.head("/").status_code == 200


def test_the_page_has_nothing_inline() -> None:
    page = (FOLDER / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("path", FILES)
def test_every_file_is_served_and_revalidated(client: httpx.Client, path: str) -> None:
    first = client.get(f"/web/{path}")
    assert first.status_code == 200
    assert first.content == (FOLDER / path).read_bytes()
    again = client.get(f"/web/{path}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


def test_what_is_loaded_is_there() -> None:
    for path in FILES:
        if path.endswith(".js"):
            text = (FOLDER / path).read_text()
            for target in re.findall(r'from "(\.[^"]+)"', text):
                assert (FOLDER / path).parent.joinpath(target).is_file(), f"{path}: {target}"
    page = (FOLDER / "index.html").read_text()
    for target in re.findall(r'(?:src|href)="web/([^"]+)"', page):
        assert target in FILES


def test_nothing_else_is_served(client: httpx.Client) -> None:
    for path in ("/web/", "/web/nothing.js", "/web/../main.py", "/web/%2e%2e/main.py"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert POLICY not in answer.headers


def test_samples_are_the_example_pictures() -> None:
    for path in FILES:
        if path.startswith("samples/"):
            example = ROOT / "examples" / Path(path).name
            assert (FOLDER / path).read_bytes() == example.read_bytes()


def test_the_package_has_the_files() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["app"]
    found = {path for pattern in patterns for path in (ROOT / "app").glob(pattern)}
    assert {FOLDER / path for path in FILES} <= found
