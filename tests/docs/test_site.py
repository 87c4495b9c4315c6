"""The site is built without a warning, holds every page, and asks no other host for anything."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import DOCS, ROOT, blocks


class Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, in which a function of Python is named."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)

# What a browser fetches by itself; `a` is for people to click.
FETCHED = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?([^\"'\s>]+)")
LINKED = re.compile(r"<link\b[^>]*>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "WARNING" not in run.stderr
    return place


def test_every_page_is_in_the_navigation_once() -> None:
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)

    def leaves(entries: object) -> list[str]:
        if isinstance(entries, str):
            return [entries]
        inner = entries.values() if isinstance(entries, dict) else entries
        return [leaf for entry in inner for leaf in leaves(entry)]  # type: ignore[union-attr]

    there = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))
    assert sorted(leaves(config["nav"])) == there


def test_no_other_host_is_asked(site: Path) -> None:
    made = list(site.rglob("*.html"))
    assert made
    for page in made:
        text = page.read_text(encoding="utf-8")
        links = [link for link in LINKED.findall(text) if 'rel="canonical"' not in link]
        asked = FETCHED.findall(text) + re.findall(r'href="([^"]+)"', "".join(links))
        assert asked
        assert not [place for place in asked if re.match(r"(https?:)?//", place)], page
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\([\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8"))


def test_every_block_is_shown_as_one(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        text = (site / page.relative_to(DOCS).with_suffix(".html")).read_text(encoding="utf-8")
        shown = text.count('<div class="highlight">')
        assert shown == len(blocks(page)), page.name
        assert "not run:" not in re.sub(r"<!--.*?-->", "", unescape(text), flags=re.DOTALL)
        assert "```" not in text, page.name


def test_lists_and_tables_are_shown_as_such(site: Path) -> None:
    for page in DOCS.rglob("*.md"):
        text = (site / page.relative_to(DOCS).with_suffix(".html")).read_text(encoding="utf-8")
        body = re.sub(r"<(pre|script|style).*?</\1>", "", text, flags=re.DOTALL)
        assert not re.search(r"<p>[^<]*\n- |<p>\|", body), page.name
