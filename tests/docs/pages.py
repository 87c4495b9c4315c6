"""The pages that people read, and the blocks of code on them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>\S.*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        language: behind the fence; empty for none.
        text: of the block.
        why: it is not run, if the page says so in a comment before it.
    """

    language: str
    text: str
    why: str | None

    @property
    def is_run(self) -> bool:
        """Whether it is a command or a program that a test has to run."""
        return self.language in {"sh", "python"} and self.why is None


def pages() -> dict[str, Path]:
    """The README and every page of the docs, by their path; translations are other pages' text."""
    found = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    named = {page.relative_to(ROOT).as_posix(): page for page in found}
    return {name: page for name, page in named.items() if not name.endswith(".ru.md")}


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    return [
        Block(match["language"], match["text"], match["why"])
        for match in _BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


def prose(page: Path) -> str:
    """A page without its blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))
