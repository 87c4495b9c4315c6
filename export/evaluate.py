"""How good a published model is, measured through the server's own code and noted on its card."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from PIL import Image

from app.imaging.fit import fit
from app.imaging.picture import Picture
from app.runtime.device import cores
from app.runtime.model import Model
from export.errors import ExportError
from export.publish import describe, staged
from export.recipe import Say
from export.recipes import RECIPES
from export.training.datasets import CIFAR10_CLASSES, cifar10_jpeg, sr_photos

Pixels = NDArray[np.uint8]

BATCH = 250
"""Pictures classified at once."""

# Studio-range luma of R, G, B in 0..255 (ITU-R BT.601; MATLAB's rgb2ycbcr), in which
# super-resolution is reported since Timofte et al., ICCV 2013.
_LUMA = np.array([65.481, 128.553, 24.966]) / 255


def evaluate_published(path: Path, data: Path, say: Say) -> dict[str, float]:
    """Measure a model on the pictures its training held out; write them and the command down.

    Only a model of ours gets its card changed: of any other nobody knows that it has not been
    trained on these very pictures.

    Args:
        path: the model file; its graph stays untouched to the byte.
        data: folder of the training archives.
        say: told what is being measured.

    Returns:
        `set/metric` -> value, and `set/pictures` -> how many, rounded to 4 digits.

    Raises:
        DensightError: the file can not be loaded.
        ExportError: there is no held-out set for it.
        OSError: the archives are not in the folder.
    """
    model = Model.load(path, threads=cores())
    measure = {"classification": _cifar10, "super-resolution": _photos}.get(model.card.task)
    if measure is None:
        raise ExportError(f"there is no held-out set for {model.card.task}")
    metrics = _rounded(measure(model, data, say))
    recipe = RECIPES.get(model.card.name)
    if recipe is not None and recipe.source == model.card.source:
        command = f"python -m export evaluate {model.card.name} --data DIR"
        card = model.card.model_copy(update={"metrics": metrics, "evaluation": command})
        contents = onnx.load(path)
        describe(contents, card)
        with staged(contents, path) as written:
            Model.load(written)
    return metrics


def evaluate_folder(path: Path, folder: Path, say: Say) -> dict[str, float]:
    """Luma PSNR of a super-resolution model on a folder of PNG pictures, such as Set5.

    Raises:
        DensightError: the file can not be loaded.
        ExportError: the model does another task, or the folder has no PNG.
    """
    model = Model.load(path, threads=cores())
    files = sorted(folder.glob("*.png"))
    if model.card.task != "super-resolution" or not files:
        raise ExportError("--folder takes PNG pictures and a super-resolution model")
    say(f"{len(files)} pictures of {folder}")
    pictures = (np.asarray(Image.open(file).convert("RGB")) for file in files)
    return _rounded(_named(folder.name, super_resolution(model, pictures)))


def top1(model: Model, pictures: Pixels, labels: NDArray[np.int64]) -> float:
    """Share of pictures whose best label is the right one, each fitted as the card says.

    Args:
        model: a classification.
        pictures: uint8 `[N, H, W, 3]`, RGB.
        labels: `[N]`, index of the right label of each.
    """
    found: list[NDArray[np.intp]] = []
    for start in range(0, len(pictures), BATCH):
        batch = [fit(Picture(p), model.card.fit) for p in pictures[start : start + BATCH]]
        found.append(model.run(image=np.stack(batch))["scores"].argmax(1))
    return float((np.concatenate(found) == labels).mean())


def super_resolution(model: Model, pictures: Iterable[Pixels]) -> dict[str, float]:
    """Mean luma PSNR of pictures made small by Pillow's `BICUBIC` and large again by the model.

    Sides are cut to multiples of the scale first, and answers are rounded to 8 bits; a border as
    wide as the scale is not counted.

    Args:
        model: a super-resolution.
        pictures: uint8 `[H, W, 3]` each, RGB.

    Returns:
        `psnr_y` of the model and `psnr_y_bicubic` of Pillow's enlargement in dB, and `pictures`.
    """
    scale = model.card.scale
    ours, bicubic = [], []
    for picture in pictures:
        high, wide = (side // scale * scale for side in picture.shape[:2])
        whole = picture[:high, :wide]
        small = Image.fromarray(whole).resize((wide // scale, high // scale), _BICUBIC)
        unit = np.asarray(small, np.float32)[np.newaxis] / np.float32(255)
        upscaled = np.rint(model.run(image=unit)["upscaled"][0] * 255)
        ours.append(psnr_y(whole, upscaled, border=scale))
        bicubic.append(psnr_y(whole, np.asarray(small.resize((wide, high), _BICUBIC)), scale))
    return {
        "psnr_y": float(np.mean(ours)),
        "psnr_y_bicubic": float(np.mean(bicubic)),
        "pictures": len(ours),
    }


_BICUBIC = Image.Resampling.BICUBIC


def psnr_y(expected: NDArray[Any], found: NDArray[Any], border: int) -> float:
    """Peak signal-to-noise ratio in dB of studio-range luma, peak 255.

    Args:
        expected: `[H, W, 3]`, RGB in 0..255.
        found: the same.
        border: pixels left out along each edge.
    """
    inside = slice(border, -border or None)
    difference = ((expected.astype(np.float64) - found) @ _LUMA)[inside, inside]
    return float(10 * np.log10(255**2 / np.mean(difference**2)))


def _cifar10(model: Model, data: Path, say: Say) -> dict[str, float]:
    if model.card.labels != CIFAR10_CLASSES:
        raise ExportError("the held-out pictures are CIFAR-10's, the model has other labels")
    say("reading the pictures")
    _, held_out = cifar10_jpeg(data)
    say(f"classifying {len(held_out.labels)} pictures")
    right = top1(model, held_out.pictures, held_out.labels)
    return _named("cifar10-jpeg-validation", {"top1": right, "pictures": len(held_out.labels)})


def _photos(model: Model, data: Path, say: Say) -> dict[str, float]:
    say("reading the photos")
    _, held_out = sr_photos(data)
    say(f"enlarging {len(held_out)} photos")
    return _named("sr-validation", super_resolution(model, held_out))


def _named(data_set: str, metrics: Mapping[str, float]) -> dict[str, float]:
    return {f"{data_set}/{name}": value for name, value in metrics.items()}


def _rounded(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in metrics.items()}
