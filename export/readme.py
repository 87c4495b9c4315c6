"""`models/README.md`: what every model file is, costs and reaches, from the cards in the files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import onnx

from app.card import ModelCard
from app.imaging.fit import fit
from app.runtime.model import Model
from export.cost import macs, parameters
from export.errors import ExportError
from export.evaluate.held_out import HELD_OUT, HeldOut
from export.recipe import Recipe, Say
from export.recipes import RECIPES
from export.timing import RUNS, machine, noise, seconds

METRICS = {
    "top1": "top-1 {:.4f}",
    "miou": "mIoU {:.3f}",
    "ap50": "AP50 {:.3f}",
    "f1_2px": "F1 (2 px) {:.3f}",
    "epe": "end-point error {:.2f} px",
    "style_ratio": "style distance {:.2f} times that of an optimised picture",
    "edges/ods": "edges ODS {:.3f}",
    "nss": "NSS {:.2f}",
    "psnr_y": "luma PSNR {:.2f} dB",
}
"""Metrics that papers compare by, with as many digits as they print."""

COLUMNS = (
    "model", "task", "architecture", "parameters", "picture", "MACs", "file", "measured",
    "the paper's", "CPU time", "licence",
)  # fmt: skip

UNKNOWN = "—"

HEAD = """\
# The models

Written by `python -m export readme` from the cards in the files and the recipes in
`export/recipes/`; change those, not this page.
"""

FOOT = """\
MACs are the multiply-accumulates of convolutions and matrix products for one picture of the size
named. Metrics are measured through the server's code, on held-out pictures of the training's own
kind unless the column says otherwise; papers often report others. CPU time is the median of {runs}
runs on a picture of that size, from decoded pixels to the answer:
{machine}.
"""


@dataclass(frozen=True)
class Entry:
    """One model file.

    Attributes:
        card: what it says of itself.
        recipe: what it was made by, if it was made here.
        parameters: learned numbers.
        macs: multiply-accumulates for one picture; `None`: its graph can not be run on one.
        picture: width and height of that picture in pixels.
        bytes: of the file.
        seconds: that a picture takes; `None`: not timed.
    """

    card: ModelCard
    recipe: Recipe | None
    parameters: int
    macs: int | None
    picture: tuple[int, int]
    bytes: int
    seconds: float | None = None

    @property
    def measured(self) -> str:
        """The metric that papers compare by, such as `top-1 0.9203`."""
        held_out = _held_out(self.card, self.recipe)
        value = self.card.metrics.get(f"{held_out.name}/{held_out.headline}")
        if value is None:
            return UNKNOWN
        seen = ", on pictures that its first weights had seen" if held_out.seen else ""
        return METRICS[held_out.headline].format(value) + seen


def read(path: Path) -> Entry:
    """Look into a model file; nothing is timed.

    Raises:
        DensightError: it is not a model.
    """
    card, contents = Model.load(path).card, onnx.load(path)
    recipe = RECIPES.get(card.name)
    if recipe is not None and recipe.source != card.source:
        recipe = None  # only the name is the same
    width, height = _held_out(card, recipe).picture
    given = fit(noise(width, height), card.fit, card.multiple)
    return Entry(
        card=card,
        recipe=recipe,
        parameters=parameters(path),
        macs=_macs(contents, (1, *given.shape)),
        picture=(width, height),
        bytes=path.stat().st_size,
    )


def _macs(model: onnx.ModelProto, shape: tuple[int, ...]) -> int | None:
    try:
        return macs(model, shape)
    except ExportError:
        return None


def write(models: Path, say: Say) -> Path:
    """Write `README.md` into a folder of models, with what each of them takes on this machine.

    Raises:
        DensightError: a file is not a model.
        ExportError: there are none.
    """
    entries = []
    for path in sorted(models.glob("*.onnx")):
        say(f"{path.stem}: timing")
        entry = read(path)
        entries.append(replace(entry, seconds=seconds(path, *entry.picture)))
    if not entries:
        raise ExportError(f"there are no models in {models}")
    target = models / "README.md"
    target.write_text(page(entries, machine()), encoding="utf-8")
    return target


def page(entries: Sequence[Entry], timed_on: str) -> str:
    """The whole page in Markdown, models in the order given."""
    table = [_row(COLUMNS), _row(["---"] * len(COLUMNS)), *(_row(_cells(e)) for e in entries)]
    parts = [HEAD, "\n".join(table) + "\n", FOOT.format(runs=RUNS, machine=timed_on)]
    return "\n".join([*parts, *(_section(entry) for entry in entries)])


def _cells(entry: Entry) -> list[str]:
    card, recipe = entry.card, entry.recipe
    return [
        f"[`{card.name}`](#{card.name.replace('.', '')})",
        card.task,
        f"`{recipe.architecture}`" if recipe else UNKNOWN,
        f"{entry.parameters:,}",
        "{}x{}".format(*entry.picture),
        UNKNOWN if entry.macs is None else _short(entry.macs),
        f"{entry.bytes / 1e6:.1f} MB",
        entry.measured,
        (recipe.paper if recipe else "") or UNKNOWN,
        UNKNOWN if entry.seconds is None else f"{float(f'{entry.seconds * 1e3:.3g}'):g} ms",
        card.model_license or UNKNOWN,
    ]


def _section(entry: Entry) -> str:
    card, recipe = entry.card, entry.recipe
    labels = f" into {len(card.labels)} labels" if card.labels else ""
    told = {
        "Good for": recipe.good_for if recipe else "",
        "Not good for": recipe.not_good_for if recipe else "",
        "Trained on": card.training_data,
        "Licence": ", ".join(filter(None, (card.model_license, card.model_author))),
        "Source of the weights": card.source and f"`{card.source}`",
    }
    metrics = [_row(("metric", "value")), _row(("---", "---"))]
    metrics += [_row((f"`{name}`", f"{value:g}")) for name, value in card.metrics.items()]
    lines = [f"## {card.name}\n\n{card.title}. A {card.task}{labels}; {_geometry(card)}\n"]
    lines += [f"- **{what}:** {text}" for what, text in told.items() if text]
    if card.metrics:
        lines += ["", *metrics]
    if card.evaluation:
        lines += ["", f"Measure it again: `{card.evaluation}`"]
    return "\n".join(lines) + "\n"


def _geometry(card: ModelCard) -> str:
    """How a picture comes to the network."""
    how = card.fit
    if how is None:
        larger = f", the answer is {card.scale} times as large" if card.scale > 1 else ""
        return f"pictures keep their size{larger}."
    if how.size:
        return f"pictures are stretched to {how.size[1]}x{how.size[0]}."
    if how.longest:
        return f"pictures are resized to a longest side of {how.longest}."
    return f"pictures are resized to a shortest side of {how.resize}, cut to {how.crop}x{how.crop}."


def _held_out(card: ModelCard, recipe: Recipe | None) -> HeldOut:
    """The recipe's set, else the first one for the task."""
    if recipe is not None and recipe.held_out:
        return HELD_OUT[recipe.held_out]
    return next(one for one in HELD_OUT.values() if one.task == card.task)


def _short(count: int) -> str:
    """Such as `40.6 M`."""
    unit, name = (1e9, "G") if count >= 1e9 else (1e6, "M")
    return f"{count / unit:.3g} {name}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
