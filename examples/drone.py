"""An orthomosaic to its cracks, as a raster and as outlines, and a part of it four times larger.

python examples/drone.py [ORTHO.tif] -o survey --enlarge 700,500,200,150
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import httpx
import rasterio
from rasterio import Affine
from rasterio.io import MemoryFile
from rasterio.windows import Window

MODEL = "fc-densenet-cracks"
TIFF = {"content-type": "image/tiff"}


def later(client: httpx.Client, task: str, ortho: bytes, **params: str) -> httpx.Response:
    """Ask a task as a job, and say how far it is until its result is there.

    A large raster takes longer than a connection should be kept open; the job survives both a
    lost connection and a restart of the service.
    """
    accepted = client.post(
        f"/v1/{task}", params=params, content=ortho, headers={**TIFF, "prefer": "respond-async"}
    )
    accepted.raise_for_status()
    links = accepted.json()["links"]
    while (job := client.get(links["self"]).raise_for_status().json())["state"] in (
        "queued",
        "running",
    ):
        if progress := job.get("progress"):
            print(f"{task}: tile {progress['done']} of {progress['total']}", end="\r")
        time.sleep(0.2)
    result = client.get(links["result"])
    client.delete(links["self"])
    result.raise_for_status()
    tiles = result.headers.get("x-tiles", "one tile")
    print(f"{task}: {job['state']} by {job['model']}, tiles: {tiles}")
    return result


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


def main(arguments: list[str] | None = None) -> None:
    """Write `classes.tif`, `cracks.geojson` and `part-4x.tif` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ortho", nargs="?", type=Path, help="GeoTIFF; else pavement is drawn")
    parser.add_argument("-o", "--output", type=Path, default=Path("survey"))
    parser.add_argument("--enlarge", default="700,500,200,150", help="column,row,width,height")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    path = chosen.ortho
    if path is None:
        from drawn import geotiff, pavement

        path = chosen.output / "ortho.tif"
        path.write_bytes(geotiff(pavement(), 392_000.0, 5_820_000.0, 0.005, 32633))
    data = path.read_bytes()
    with httpx.Client(base_url=chosen.url, timeout=300) as client:
        raster = later(client, "segmentation", data, model=chosen.model, format="tiff")
        (chosen.output / "classes.tif").write_bytes(raster.content)
        shapes = later(client, "segmentation", data, model=chosen.model, shapes="geojson").json()
        part = part_of(path, Window(*map(int, chosen.enlarge.split(","))))
        enlarged = later(client, "super-resolution", part, format="tiff")
        (chosen.output / "part-4x.tif").write_bytes(enlarged.content)
    shapes["features"] = [f for f in shapes["features"] if f["properties"]["label"] == "crack"]
    (chosen.output / "cracks.geojson").write_text(json.dumps(shapes))
    print(f"{len(shapes['features'])} cracks, {area_of(shapes):.3f} m²; {chosen.output}/")


def area_of(collection: dict[str, Any]) -> float:
    """Square metres of all features, where the raster is in metres."""
    return sum(feature["properties"].get("area", 0.0) for feature in collection["features"])


if __name__ == "__main__":
    main()
