"""Every link within the project leads to a file and, if it names one, to a heading of it."""

import re
from pathlib import Path

import pytest
from pymdownx.slugs import slugify

from tests.docs.pages import DOCS, ROOT, prose

PAGES = [
    *(ROOT / name for name in ("README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ROOT / "models" / "README.md",
    ROOT / "examples" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]

slug = slugify(case="lower")


def anchors(page: Path) -> set[str]:
    """What headings are called in links, as code hosts and the site have it."""
    found = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {slug(re.sub(r"[`*]|\]\(.*?\)|\[", "", heading), "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        led = page if not path else (page.parent / path)
        assert led.is_file(), target
        if anchor:
            assert anchor in anchors(led), target


def test_the_docs_link_within_the_docs() -> None:
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", prose(page)):
            assert DOCS in (page.parent / target).resolve().parents, f"{page.name}: {target}"
