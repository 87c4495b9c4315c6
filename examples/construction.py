"""Photos of a building site: the cracks in a facade, and who wears no helmet.

python examples/construction.py [FACADE] [--site PHOTO] -o report --millimetres 0.8

Ends with the status 3 if somebody is seen without a helmet.
"""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from app.client import Client

MODEL, LABEL = "fc-densenet-cracks", "crack"
COLUMNS = ("crack", "pixels", "square_millimetres", "left", "top", "right", "bottom")

HELMETS, BARE = "resnet-helmets", "No Safety Helmet"
HEADS = ("head", "label", "score", "left", "top", "right", "bottom")
BAREHEADED = 3
"""What the script ends with; 1 and 2 are Python's and argparse's."""


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


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """A table as CSV."""
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(rows)


def cracks(client: Client, photo: Path, chosen: argparse.Namespace) -> None:
    """Write `cracks.csv`, `cracks.geojson` and `overlay.png`."""
    model, folder = chosen.model, chosen.output
    client.segment_image(photo, model=model, render="overlay", format="png").save(
        folder / "overlay.png"
    )
    collection = client.segment_geojson(photo, model=model)
    found = [one for one in collection["features"] if one["properties"]["label"] == LABEL]
    collection["features"] = [f for f in found if f["properties"]["pixels"] >= chosen.smallest]
    rows = rows_of(collection, chosen.millimetres)
    write(folder / "cracks.csv", COLUMNS, rows)
    (folder / "cracks.geojson").write_text(json.dumps(collection))
    with Image.open(photo) as image:
        share = sum(row["pixels"] for row in rows) / (image.width * image.height)
    area = sum(row["square_millimetres"] for row in rows)
    print(f"{len(rows)} cracks, {area:.0f} mm², {share:.2%} of the photo; {folder}/")
    print(f"{len(found) - len(rows)} regions of less than {chosen.smallest} pixels are left out")


def helmets(client: Client, photo: Path, chosen: argparse.Namespace) -> int:
    """Write `heads.csv` and `heads.png`; how many heads have no helmet."""
    asked: dict[str, Any] = {"model": chosen.helmets, "min_score": chosen.min_score}
    drawn = client.detect_image(photo, **asked, render="overlay", format="png")
    drawn.save(chosen.output / "heads.png")
    heads = client.detect(photo, **asked).objects
    rows = [
        dict(zip(HEADS, (number, one.label, round(one.score, 3), *one.box), strict=True))
        for number, one in enumerate(heads, 1)
    ]
    write(chosen.output / "heads.csv", HEADS, rows)
    bare = sum(one.label == BARE for one in heads)
    print(f"{len(heads)} heads, {bare} without a helmet; {chosen.output}/")
    return bare


def main(arguments: list[str] | None = None) -> int:
    """Look at the photos that are given, or if none is at two that are drawn; the status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facade", nargs="?", type=Path, help="photo of a wall with cracks")
    parser.add_argument("--site", type=Path, help="photo of people at work")
    parser.add_argument("-o", "--output", type=Path, default=Path("report"))
    parser.add_argument("--millimetres", type=float, default=1.0, help="that a pixel covers")
    parser.add_argument("--smallest", type=int, default=20, help="pixels of a crack that counts")
    parser.add_argument("--model", default=MODEL, help=f"of cracks, with a label `{LABEL}`")
    parser.add_argument("--helmets", default=HELMETS, help=f"model with a label `{BARE}`")
    parser.add_argument("--min-score", type=float, default=0.3, help="of a head, 0 to 1")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    facade, site = chosen.facade, chosen.site
    if facade is None and site is None:
        import drawn

        facade, site = chosen.output / "facade.png", chosen.output / "site.png"
        drawn.facade().save(facade)
        drawn.site().save(site)
    bare = 0
    with Client(chosen.url, deadline=300) as client:
        if facade is not None:
            cracks(client, facade, chosen)
        if site is not None:
            bare = helmets(client, site, chosen)
    return BAREHEADED if bare else 0


if __name__ == "__main__":
    sys.exit(main())
