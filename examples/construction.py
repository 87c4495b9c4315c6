"""A facade photo to its cracks: a table, outlines, and the picture with the cracks in it.

python examples/construction.py [PHOTO] -o report --millimetres 0.8
"""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

MODEL = "fc-densenet-cracks"
COLUMNS = ("crack", "pixels", "square_millimetres", "left", "top", "right", "bottom")


def cracks_of(client: httpx.Client, photo: bytes, model: str) -> dict[str, Any]:
    """Every region of pixels that show a crack, as GeoJSON in pixels of the photo."""
    answer = client.post(
        "/v1/segmentation",
        params={"model": model, "shapes": "geojson"},
        files={"image": photo},
    )
    answer.raise_for_status()
    collection: dict[str, Any] = answer.json()
    regions = collection["features"]
    collection["features"] = [r for r in regions if r["properties"]["label"] == "crack"]
    return collection


def rows_of(collection: dict[str, Any], millimetres: float) -> list[dict[str, Any]]:
    """A row of the report for each crack, the largest first; `id` of its feature is its number."""
    features = sorted(collection["features"], key=lambda one: -one["properties"]["pixels"])
    rows = []
    for number, feature in enumerate(features, 1):
        feature["id"] = number
        pixels = feature["properties"]["pixels"]
        outer = feature["geometry"]["coordinates"][0]
        columns, lines = [x for x, _ in outer], [y for _, y in outer]
        area = round(pixels * millimetres**2, 1)
        box = (min(columns), min(lines), max(columns), max(lines))
        rows.append(dict(zip(COLUMNS, (number, pixels, area, *box), strict=True)))
    return rows


def overlay_of(client: httpx.Client, photo: bytes, model: str) -> bytes:
    """The photo with the cracks in colour, as a PNG."""
    answer = client.post(
        "/v1/segmentation",
        params={"model": model, "render": "overlay", "format": "png"},
        files={"image": photo},
    )
    answer.raise_for_status()
    return answer.content


def main(arguments: list[str] | None = None) -> None:
    """Write `cracks.csv`, `cracks.geojson` and `overlay.png` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, help="else a facade is drawn")
    parser.add_argument("-o", "--output", type=Path, default=Path("report"))
    parser.add_argument("--millimetres", type=float, default=1.0, help="that a pixel covers")
    parser.add_argument("--smallest", type=int, default=20, help="pixels of a crack that counts")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    photo = chosen.photo
    if photo is None:
        from drawn import facade

        photo = chosen.output / "facade.png"
        facade().save(photo)
    data = photo.read_bytes()
    with httpx.Client(base_url=chosen.url, timeout=300) as client:
        collection = cracks_of(client, data, chosen.model)
        (chosen.output / "overlay.png").write_bytes(overlay_of(client, data, chosen.model))
    found = collection["features"]
    collection["features"] = [f for f in found if f["properties"]["pixels"] >= chosen.smallest]
    rows = rows_of(collection, chosen.millimetres)
    with (chosen.output / "cracks.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    (chosen.output / "cracks.geojson").write_text(json.dumps(collection))
    with Image.open(photo) as image:
        share = sum(row["pixels"] for row in rows) / (image.width * image.height)
    area = sum(row["square_millimetres"] for row in rows)
    print(f"{len(rows)} cracks, {area:.0f} mm², {share:.2%} of the photo; {chosen.output}/")
    print(f"{len(found) - len(rows)} regions of less than {chosen.smallest} pixels are left out")


if __name__ == "__main__":
    main()
