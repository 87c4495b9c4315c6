"""The Russian pages follow the English ones: the same blocks, headings, links and names."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, blocks, prose

PAIRS = [
    (ROOT / "README.md", ROOT / "README.ru.md"),
    (DOCS / "tutorial.md", DOCS / "tutorial.ru.md"),
]

pair = pytest.mark.parametrize(("page", "translation"), PAIRS, ids=lambda page: page.name)


def commands(page: Path) -> list[tuple[str, str, bool]]:
    """The blocks of a page without what shell comments say."""
    return [
        (block.language, re.sub(r"\s*#.*", "", block.text), block.why is None)
        for block in blocks(page)
    ]


@pair
def test_blocks(page: Path, translation: Path) -> None:
    assert commands(translation) == commands(page)


@pair
def test_headings(page: Path, translation: Path) -> None:
    levels = [re.findall(r"^#+ ", prose(each), re.MULTILINE) for each in (page, translation)]
    assert levels[1] == levels[0]


@pair
def test_links(page: Path, translation: Path) -> None:
    def links(of: Path) -> list[str]:
        found = re.findall(r"\]\(([^)\s]+)\)|<(http[^>]+)>", prose(of))
        return sorted((a or b).replace(".ru.md", ".md") for a, b in found if "README." not in a)

    assert links(translation) == links(page)


@pair
def test_names(page: Path, translation: Path) -> None:
    def names(of: Path) -> set[str]:
        return set(re.findall(r"`([^`]+)`", prose(of).replace("\n", " ")))

    assert names(translation) == names(page)


def test_each_leads_to_the_other() -> None:
    for page, translation in PAIRS:
        assert f"({translation.name})" in page.read_text(encoding="utf-8")
        assert f"({page.name})" in translation.read_text(encoding="utf-8")
