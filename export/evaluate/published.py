"""A published model measured, and what was found noted on its card."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

from app.card import ModelCard
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from export.errors import ExportError
from export.evaluate.held_out import HELD_OUT, HeldOut
from export.evaluate.super_resolution import super_resolution
from export.publish import describe, staged
from export.recipe import Recipe, Say
from export.recipes import RECIPES


def evaluate_published(path: Path, data: Path, say: Say, on: str = "") -> dict[str, float]:
    """Measure a model on the pictures its training held out; write them and the command down.

    Only a model of ours, measured on the set that its recipe names, gets its card changed: of
    any other nobody knows that it has not been trained on these very pictures.

    Args:
        path: the model file; its graph stays untouched to the byte.
        data: folder of the training archives.
        say: told what is being measured.
        on: a key of `HELD_OUT`; "": the set that the recipe of the card's name gives.

    Returns:
        `set/metric` -> value, and `set/pictures` -> how many, rounded to 4 digits.

    Raises:
        DensightError: the file can not be loaded.
        ExportError: no such set, no set is known for it, or it can not be measured on it.
        OSError: the archives are not in the folder.
    """
    model = Model.load(path, Execution(threads=cores()))
    recipe = recipe_of(model.card)
    key = on or (recipe.held_out if recipe else "")
    held_out = _held_out(key, model.card)
    metrics = noted(held_out.name, held_out.measure(model, data, say))
    if recipe is not None and key == recipe.held_out:
        command = f"python -m export evaluate {model.card.name} --data DIR"
        card = model.card.model_copy(update={"metrics": metrics, "evaluation": command})
        contents = onnx.load(path)
        describe(contents, card)
        with staged(contents, path) as written:
            Model.load(written)
    return metrics


def evaluate_folder(path: Path, folder: Path, say: Say) -> dict[str, float]:
    """Luma PSNR and SSIM of a super-resolution on a folder of PNG pictures, such as Set5.

    Raises:
        DensightError: the file can not be loaded.
        ExportError: the model does another task, the folder has no PNG, or a picture is tiny.
    """
    model = Model.load(path, Execution(threads=cores()))
    files = sorted(folder.glob("*.png"))
    if model.card.task != "super-resolution" or not files:
        raise ExportError("--folder takes PNG pictures and a super-resolution model")
    pictures = [np.asarray(Image.open(file).convert("RGB")) for file in files]
    return noted(folder.name, super_resolution(model, pictures, say))


def recipe_of(card: ModelCard) -> Recipe | None:
    """The recipe that made the model; the name alone would prove nothing."""
    recipe = RECIPES.get(card.name)
    return recipe if recipe is not None and recipe.source == card.source else None


def _held_out(key: str, card: ModelCard) -> HeldOut:
    keys = ", ".join(key for key, one in HELD_OUT.items() if one.task == card.task)
    if not key:
        raise ExportError(
            f"no recipe says what {card.name} is to be measured on; "
            f"for a {card.task} --on takes {keys or 'nothing yet'}"
        )
    if key not in HELD_OUT:
        raise ExportError(f"no held-out set is called {key!r}; there are {', '.join(HELD_OUT)}")
    if HELD_OUT[key].task != card.task:
        raise ExportError(
            f"{key} is for a {HELD_OUT[key].task}, {card.name} is a {card.task}; "
            f"for it there are {keys or 'none'}"
        )
    return HELD_OUT[key]


def noted(data_set: str, metrics: Mapping[str, float]) -> dict[str, float]:
    """As a card holds them: `set/metric` -> value, rounded to 4 digits."""
    return {f"{data_set}/{name}": round(value, 4) for name, value in metrics.items()}
