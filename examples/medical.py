"""A DICOM file to an overlay and a sidecar that says what which model made of it.

No medical device: nothing here has been tested, certified or approved for diagnosis or treatment.

python examples/medical.py [IMAGE.dcm] -o reading --window 1500,2200
"""

import argparse
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx

NOTICE = (
    "No medical device. Not tested, certified or approved for diagnosis, treatment or any other "
    "medical use; for research on methods only."
)
MODEL = "resnet-cxr"


def ask(client: httpx.Client, task: str, image: bytes, accept: str, **params: str) -> Any:
    """One task's answer to the image."""
    headers = {"content-type": "application/dicom", "accept": accept}
    answer = client.post(f"/v1/{task}", params=params, content=image, headers=headers)
    answer.raise_for_status()
    return answer.json() if accept == "application/json" else answer.content


def main(arguments: list[str] | None = None) -> None:
    """Write `overlay.png`, `evidence.png` and `reading.json` into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", nargs="?", type=Path, help="else a phantom is drawn")
    parser.add_argument("-o", "--output", type=Path, default=Path("reading"))
    parser.add_argument("--window", help="center,width; the file's own when absent")
    parser.add_argument("--frame", default="0")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    chosen = parser.parse_args(arguments)

    chosen.output.mkdir(parents=True, exist_ok=True)
    path = chosen.image
    if path is None:
        from drawn import chest, dicom

        path = chosen.output / "phantom.dcm"
        path.write_bytes(dicom(chest()))
    data = path.read_bytes()
    shown = {"frame": chosen.frame}
    if chosen.window:
        shown["window"] = chosen.window
    with httpx.Client(base_url=chosen.url, timeout=300) as client:
        labels = {"model": chosen.model, "explain": "true", **shown}
        findings = ask(client, "classification", data, "application/json", **labels)
        saliency = ask(client, "saliency", data, "application/json", **shown)
        overlay = ask(client, "saliency", data, "image/png", render="overlay", **shown)
        cards = {
            name: client.get(f"/v1/models/{name}").raise_for_status().json()["card"]
            for name in (findings["model"], saliency["model"])
        }
    evidence = base64.b64decode(findings.pop("explanation").partition(",")[2])
    (chosen.output / "evidence.png").write_bytes(evidence)
    (chosen.output / "overlay.png").write_bytes(overlay)
    sidecar = {
        "notice": NOTICE,
        # The hash, and nothing else of the file: a sidecar travels further than a patient's name.
        "image": {"sha256": hashlib.sha256(data).hexdigest(), **shown},
        "classification": findings,
        "saliency": saliency,
        "models": {
            name: {"title": card["title"], "license": card["model_license"]}
            for name, card in cards.items()
        },
    }
    (chosen.output / "reading.json").write_text(json.dumps(sidecar, indent=2) + "\n")
    best = findings["predictions"][0]
    print(NOTICE)
    print(f"{findings['model']}: {best['label']} {best['score']:.1%}; {chosen.output}/")


if __name__ == "__main__":
    main()
