"""Orthomosaics: cracks in pavement and a part of it four times larger, and the cars in a street.

python examples/drone.py [ORTHO.tif] [--street ORTHO.tif] -o survey --enlarge 700,500,200,150
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import rasterio
from rasterio import Affine
from rasterio.io import MemoryFile
from rasterio.windows import Window

from app.client import Answer, Client

MODEL, LABEL = "fc-densenet-cracks", "crack"
CARS = "resnet-cars-aerial"
CORNER, ZONE = (392_000.0, 5_820_000.0), 32633
"""Where what is drawn is put to."""


def later(client: Client, task: str, ortho: Path | bytes, **options: str | float) -> Answer:
    """Ask a task as a job, and say how far it is until its result is there.

    A large raster takes longer than a connection should be kept open; the job survives both a
    lost connection and a restart of the service.
    """
    job = client.submit(task, ortho, **options)
    try:
        job.wait(lambda at: print(f"{task}: tile {at.done} of {at.total}", end="\r"))
        answer = job.result()
    finally:
        job.cancel()  # the service need not keep it any longer
    print(f"{task}: done by {answer.model}, tiles: {answer.tiles or 'one tile'}")
    return answer


def part_of(path: Path, window: Window) -> bytes:
    """A window of a raster as a GeoTIFF that lies where the window does."""
    with rasterio.open(path) as source:
        profile = source.profile | {
            "driver": "GTiff",
            "width": window.width,
            "height": window.height,
            "transform": source.transform @ Affine.translation(window.col_off, window.row_off),
        }
        with MemoryFile() as memory:
            with memory.open(**profile) as part:
                part.write(source.read(window=window))
            written: bytes = memory.read()
    return written


def area_of(collection: dict[str, Any]) -> float:
    """Square metres of all features, where the raster is in metres."""
    return sum(feature["properties"].get("area", 0.0) for feature in collection["features"])


def cracks(client: Client, path: Path, chosen: argparse.Namespace) -> None:
    """Write `classes.tif`, `cracks.geojson` and `part-4x.tif`."""
    folder = chosen.output
    raster = later(client, "segmentation", path, model=chosen.model, format="tiff")
    raster.save(folder / "classes.tif")
    shapes = later(client, "segmentation", path, model=chosen.model, shapes="geojson").json()
    part = part_of(path, Window(*map(int, chosen.enlarge.split(","))))
    later(client, "super-resolution", part, format="tiff").save(folder / "part-4x.tif")
    shapes["features"] = [f for f in shapes["features"] if f["properties"]["label"] == LABEL]
    (folder / "cracks.geojson").write_text(json.dumps(shapes))
    print(f"{len(shapes['features'])} cracks, {area_of(shapes):.3f} m²; {folder}/")


def cars(client: Client, path: Path, chosen: argparse.Namespace) -> None:
    """Write `cars.geojson`, with how many there are of each label, and `cars.tif`."""
    asked = {"model": chosen.cars, "min_score": chosen.min_score}
    drawn = later(client, "detection", path, **asked, render="overlay", format="tiff")
    drawn.save(chosen.output / "cars.tif")
    boxes = later(client, "detection", path, **asked, shapes="geojson").json()
    boxes["counts"] = Counter(one["properties"]["label"] for one in boxes["features"])
    (chosen.output / "cars.geojson").write_text(json.dumps(boxes))
    counted = [f"{count} {label}" for label, count in boxes["counts"].most_common()]
    print(f"{', '.join(counted) or 'nothing'}; {chosen.output}/")


def main(arguments: list[str] | None = None) -> None:
    """Look at the rasters that are given, or if none is at two that are drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ortho", nargs="?", type=Path, help="GeoTIFF of pavement with cracks")
    parser.add_argument("--street", type=Path, help="GeoTIFF with cars, about 10 cm a pixel")
    parser.add_argument("-o", "--output", type=Path, default=Path("survey"))
    parser.add_argument("--enlarge", default="700,500,200,150", help="column,row,width,height")
    parser.add_argument("--model", default=MODEL, help=f"of cracks, with a label `{LABEL}`")
    parser.add_argument("--cars", default=CARS, help="model that puts boxes around cars")
    parser.add_argument("--min-score", type=float, default=0.3, help="of a car, 0 to 1")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    ortho, street = chosen.ortho, chosen.street
    if ortho is None and street is None:
        import drawn

        ortho, street = chosen.output / "ortho.tif", chosen.output / "street.tif"
        ortho.write_bytes(drawn.geotiff(drawn.pavement(), *CORNER, 0.005, ZONE))
        street.write_bytes(drawn.geotiff(drawn.street(), *CORNER, 0.1, ZONE))
    with Client(chosen.url, deadline=300) as client:
        if ortho is not None:
            cracks(client, ortho, chosen)
        if street is not None:
            cars(client, street, chosen)


if __name__ == "__main__":
    main()
