"""A DICOM file and a picture of blood: overlays, a table of cells, and what which model made of it.

No medical device: nothing here has been tested, certified or approved for diagnosis or treatment.

python examples/medical.py [IMAGE.dcm] [--smear PHOTO] -o reading --window 1500,2200
"""

import argparse
import base64
import csv
import hashlib
import json
from pathlib import Path
from statistics import fmean
from typing import Any

from app.client import Client
from app.client.documents import Detection

NOTICE = (
    "No medical device. Not tested, certified or approved for diagnosis, treatment or any other "
    "medical use; for research on methods only."
)
MODEL = "resnet-cxr"
CELLS = "resnet-bloodcells"
COLUMNS = ("cell", "count", "share", "mean_score")
SMEAR = Path(__file__).parent / "smear.jpg"


def sidecar(
    client: Client, path: Path, image: Path, shown: dict[str, Any], **answers: dict[str, Any]
) -> None:
    """Write what was answered, by which models, and what all of it is not.

    The hash of the image, and nothing else of it: a sidecar travels further than a patient's name.
    """
    models = {}
    for name in sorted({answer["model"] for answer in answers.values()}):
        if (card := client.model(name).card) is not None:
            models[name] = {"title": card.title, "license": card.model_license}
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    written = {"notice": NOTICE, "image": {"sha256": digest, **shown}, **answers, "models": models}
    path.write_text(json.dumps(written, indent=2) + "\n")


def chest(client: Client, image: Path, chosen: argparse.Namespace) -> None:
    """Write `overlay.png`, `evidence.png` and `reading.json`."""
    folder = chosen.output
    shown: dict[str, Any] = {"frame": chosen.frame}
    if chosen.window:
        shown["window"] = chosen.window
    client.saliency_image(image, render="overlay", format="png", **shown).save(
        folder / "overlay.png"
    )
    saliency = client.saliency(image, **shown).answer.json()
    findings = client.classify(image, model=chosen.model, explain=True, **shown).answer.json()
    evidence = base64.b64decode(findings.pop("explanation").partition(",")[2])
    (folder / "evidence.png").write_bytes(evidence)
    answers = {"classification": findings, "saliency": saliency}
    sidecar(client, folder / "reading.json", image, shown, **answers)
    best = findings["predictions"][0]
    print(f"{findings['model']}: {best['label']} {best['score']:.1%}; {folder}/")


def rows_of(found: Detection, labels: list[str]) -> list[tuple[str, int, float, float | None]]:
    """A row for each kind of cell: how many, their share of all cells, and their mean score."""
    rows = []
    for label in labels:
        scores = [one.score for one in found.objects if one.label == label]
        share = len(scores) / max(1, len(found.objects))
        rows.append(
            (label, len(scores), round(share, 3), round(fmean(scores), 3) if scores else None)
        )
    return rows


def blood(client: Client, photo: Path, chosen: argparse.Namespace) -> None:
    """Write `cells.png`, `cells.csv` and `cells.json`, and print the table."""
    folder = chosen.output
    asked: dict[str, Any] = {"model": chosen.cells, "min_score": chosen.min_score}
    client.detect_image(photo, **asked, render="overlay", format="png").save(folder / "cells.png")
    found = client.detect(photo, **asked)
    card = client.model(found.model).card
    rows = rows_of(found, (card and card.labels) or sorted({one.label for one in found.objects}))
    with (folder / "cells.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    shown = {"min_score": chosen.min_score}
    sidecar(client, folder / "cells.json", photo, shown, detection=found.answer.json())
    print(f"{found.model}: {len(found.objects)} cells; {folder}/")
    for label, count, share, _ in rows:
        print(f"{label:<12}{count:>4}{share:>8.1%}")


def main(arguments: list[str] | None = None) -> None:
    """Look at what is given, or if nothing is at a drawn chest and the smear beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?", type=Path, help="DICOM file of a chest")
    parser.add_argument("--smear", type=Path, help="picture of a blood smear")
    parser.add_argument("-o", "--output", type=Path, default=Path("reading"))
    parser.add_argument("--window", help="center,width; the file's own when absent")
    parser.add_argument("--frame", type=int, default=0)
    parser.add_argument("--model", default=MODEL, help="that labels chests")
    parser.add_argument("--cells", default=CELLS, help="model that puts boxes around cells")
    parser.add_argument("--min-score", type=float, default=0.3, help="of a cell, 0 to 1")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    image, smear = chosen.image, chosen.smear
    if image is None and smear is None:
        import drawn

        image, smear = chosen.output / "phantom.dcm", SMEAR
        image.write_bytes(drawn.dicom(drawn.chest()))
    print(NOTICE)
    with Client(chosen.url, deadline=300) as client:
        if image is not None:
            chest(client, image, chosen)
        if smear is not None:
            blood(client, smear, chosen)


if __name__ == "__main__":
    main()
