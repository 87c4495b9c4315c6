"""The page of the models: what it says of one, and that the committed page is up to date."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.card import Fit
from export import readme
from export.errors import ExportError
from export.evaluate.held_out import HELD_OUT
from export.readme import Entry, page, read, write
from export.recipe import Recipe
from tests import tiny
from tests.conftest import ROOT

OURS = Recipe(
    name="colors",
    architecture="means",
    task="classification",
    title="Strongest colour",
    source="by hand",
    held_out="rsscn7",
    paper="0.5 | by chance",
    good_for="tests",
    not_good_for="anything else",
)


def untimed(text: str) -> str:
    """The page without what differs from run to run and from machine to machine."""
    # The time is in the last cell but one of a row.
    text = re.sub(r"\| (?:—|[\d.]+ ms) (\| [^|]* \|)$", r"| TIME \1", text, flags=re.MULTILINE)
    return re.sub(r"(?<=to the answer:\n).*", "MACHINE", text)


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """A model that was made here and measured."""
    monkeypatch.setattr(readme, "RECIPES", {OURS.name: OURS})
    path = tiny.colors(
        tmp_path,
        source=OURS.source,
        metrics={"rsscn7-validation/top1": 0.87654, "rsscn7-validation/pictures": 70},
        evaluation="python -m export evaluate colors --data DIR",
        training_data="three colours",
        model_license="CC0-1.0",
        model_author="nobody",
    )
    return read(path)


def test_the_row_of_a_model(entry: Entry, tmp_path: Path) -> None:
    size = (tmp_path / "colors.onnx").stat().st_size
    (row,) = (line for line in page([entry], "a CPU").splitlines() if line.startswith("| ["))
    assert row.replace(r"\|", "/").strip("| ").split(" | ") == [
        "[`colors`](#colors)", "classification", "`means`", "1", "200x200", "0 M",
        f"{size / 1e6:.1f} MB", "top-1 0.8765", "0.5 / by chance", "—", "CC0-1.0",
    ]  # fmt: skip
    assert "| 12.3 ms |" in page([replace(entry, seconds=0.01234)], "a CPU")
    assert "| 3420 ms |" in page([replace(entry, seconds=3.4213)], "a CPU")


def test_the_section_of_a_model(entry: Entry) -> None:
    text = page([entry], "a CPU, 3 threads")
    for told in (
        "## colors\n",
        "Strongest colour. A classification into 3 labels; pictures are resized to a shortest "
        "side of 8, cut to 8x8.",
        "- **Good for:** tests",
        "- **Not good for:** anything else",
        "- **Trained on:** three colours",
        "- **Licence:** CC0-1.0, nobody",
        "| `rsscn7-validation/top1` | 0.87654 |",
        "`python -m export evaluate colors --data DIR`",
        "a CPU, 3 threads.",
    ):
        assert told in text


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    entry = read(tiny.doubler(tmp_path))
    assert entry.recipe is None
    assert entry.measured == "—"
    text = page([entry], "a CPU")
    assert "pictures keep their size, the answer is 2 times as large." in text
    assert "Good for" not in text


def test_multiplications_that_a_third_partys_graph_hides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hidden(*_: object) -> int:
        raise ExportError("nothing tells the shape of 'x'")

    monkeypatch.setattr(readme, "macs", hidden)
    entry = read(tiny.doubler(tmp_path))

    assert entry.macs is None
    (row,) = (line for line in page([entry], "a CPU").splitlines() if line.startswith("| ["))
    assert row.strip("| ").split(" | ")[5] == "—"


def test_pictures_that_were_seen_are_owned_up_to(entry: Entry) -> None:
    seen = replace(OURS, held_out="cifar10-seen")
    metrics = {"cifar10-jpeg-validation-seen/top1": 0.93}
    card = entry.card.model_copy(update={"metrics": metrics})
    measured = replace(entry, card=card, recipe=seen).measured
    assert measured == "top-1 0.9300, on pictures that its first weights had seen"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("camvid", 0.6123, "mIoU 0.612"), ("crackforest", 0.7, "F1 (2 px) 0.700"),
     ("osie", 2.944, "NSS 2.94"), ("photos", 31.236, "luma PSNR 31.24 dB"),
     ("flow-samples", 0.5512, "end-point error 0.55 px"),
     ("painted-photos", 1.4, "style distance 1.40 times that of an optimised picture")],
)  # fmt: skip
def test_the_metric_of_a_paper(entry: Entry, key: str, value: float, told: str) -> None:
    held_out = HELD_OUT[key]
    metrics = {f"{held_out.name}/{held_out.headline}": value}
    card = entry.card.model_copy(update={"metrics": metrics})
    assert replace(entry, card=card, recipe=replace(OURS, held_out=key)).measured == told


def test_ways_to_fit(tmp_path: Path) -> None:
    for fit, told in (
        (Fit(size=(8, 16)), "pictures are stretched to 16x8."),
        (Fit(longest=24), "pictures are resized to a longest side of 24."),
    ):
        assert told in page([read(tiny.strongest(tmp_path, fit=fit))], "a CPU")


def test_every_headline_has_a_name() -> None:
    assert {one.headline for one in HELD_OUT.values()} == set(readme.METRICS)


def test_write_times_every_model(folder: Path) -> None:
    text = write(folder, lambda step: None).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["colors", "doubler"]
    assert len(re.findall(r"\| [\d.]+ ms \|", text)) == 2


def test_the_committed_page_is_up_to_date() -> None:
    models = ROOT / "models"
    entries = [read(path) for path in sorted(models.glob("*.onnx"))]
    committed = (models / "README.md").read_text(encoding="utf-8")
    assert untimed(committed) == untimed(page(entries, "any"))
