"""Run the three pipelines against a running service and draw `docs/pipelines/*.jpg` of their files.

python examples/pipelines.py http://127.0.0.1:8000
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import construction
import drone
import medical
import numpy as np
import rasterio
from PIL import Image

PAGES = Path(__file__).parent.parent / "docs" / "pipelines"
HEIGHT = 400
GAP = 8


def beside(*panels: Image.Image) -> Image.Image:
    """Pictures of one height from left to right."""
    scaled = [p.convert("RGB").resize((round(p.width * HEIGHT / p.height), HEIGHT)) for p in panels]
    width = sum(panel.width for panel in scaled) + GAP * (len(scaled) - 1)
    sheet, left = Image.new("RGB", (width, HEIGHT), "white"), 0
    for panel in scaled:
        sheet.paste(panel, (left, 0))
        left += panel.width + GAP
    return sheet


def raster(path: Path) -> Image.Image:
    """A GeoTIFF's colours."""
    with rasterio.open(path) as source:
        return Image.fromarray(np.moveaxis(source.read(), 0, -1))


def opened(*paths: Path) -> Image.Image:
    """Pictures side by side; a single one as it is."""
    panels = [Image.open(path).convert("RGB") for path in paths]
    return panels[0] if len(panels) == 1 else beside(*panels)


def surveyed(folder: Path) -> Image.Image:
    """The orthomosaic with its cracks in red, and the enlarged part."""
    pixels = np.array(raster(folder / "ortho.tif"))
    with rasterio.open(folder / "classes.tif") as classes:
        pixels[classes.read(1) == 1] = (255, 40, 0)
    return beside(Image.fromarray(pixels), raster(folder / "part-4x.tif"))


def main(url: str = "http://127.0.0.1:8000") -> None:
    """Draw what they wrote of the pictures that they take where none is given."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for pipeline in (construction, drone, medical):
            pipeline.main(["-o", str(folder / pipeline.__name__), "--url", url])
        report, survey, reading = (folder / name for name in ("construction", "drone", "medical"))
        sheets = {
            "construction": opened(report / "facade.png", report / "overlay.png"),
            "helmets": opened(report / "heads.png"),
            "drone": surveyed(survey),
            "cars": raster(survey / "cars.tif"),
            "medical": opened(reading / "overlay.png", reading / "evidence.png"),
            "cells": opened(reading / "cells.png"),
        }
        for page, sheet in sheets.items():
            sheet.save(PAGES / f"{page}.jpg", quality=88)


if __name__ == "__main__":
    main(*sys.argv[1:])
