"""Ask a running service about the example pictures and draw `docs/tasks/*.jpg` of its answers.

python examples/answers.py http://127.0.0.1:8000
"""

import base64
import io
import sys
from pathlib import Path

import httpx
from gallery import EXAMPLES, GAP, SIDE, Panel, ask, classified, opened, sheet, upscaled
from PIL import Image

PAGES = Path(__file__).parent.parent / "docs" / "tasks"
BYTES = 60_000
"""The most that the picture of a page may have."""

ROWS: dict[str, tuple[str, list[dict[str, bool | float | str]]]] = {
    "edges": ("pavilion-480.jpg", [{}, {"thin": True, "threshold": 0.5}, {"render": "overlay"}]),
    "normals": ("coffee-150.png", [{}, {"render": "relief"}]),
    "parts": ("astronaut-128.png", [{}, {"render": "overlay"}]),
    "saliency": ("coffee-150.png", [{}, {"render": "overlay"}, {"render": "cutout"}]),
    "segmentation": ("pavilion-480.jpg", [{}, {"render": "overlay"}]),
    "semantic-boundaries": (
        "pavilion-480.jpg",
        [{"threshold": 0.3}, {"threshold": 0.3, "render": "overlay"}, {"class": "Sky"}],
    ),
}
"""Of a task the picture that is asked about and the parameters of each question."""


def row(client: httpx.Client, task: str) -> Image.Image:
    """The picture, and the task's answer to each question about it."""
    name, questions = ROWS[task]
    panels: list[Panel] = [(name, Image.open(EXAMPLES / name))]
    for params in questions:
        answer = on_white(opened(ask(client, task, name, **params).content))
        said = (f"{key}={value}" if value is not True else key for key, value in params.items())
        panels.append((", ".join(said) or "without parameters", answer))
    return sheet(panels, shape(panels[0][1]))


def scene(client: httpx.Client) -> Image.Image:
    """The picture in the middle, and around it all that one pass answers."""
    name = "flying-1.jpg"
    answers = ask(client, "scene", name).json()["answers"]
    panels: list[Panel] = [
        (task, opened(base64.b64decode(answer["image"].partition(",")[2])))
        for task, answer in answers.items()
    ]
    picture: Panel = (name, Image.open(EXAMPLES / name))
    size = shape(picture[1])
    sides = [[sheet([panel], size) for panel in panels[side::2]] for side in (0, 1)]
    step = sheet([picture], size).height
    drawn = Image.new("RGB", (3 * size[0] + 2 * GAP, step * len(sides[0])), "white")
    for left, column in zip((0, 2 * (size[0] + GAP)), sides, strict=True):
        for index, panel in enumerate(column):
            drawn.paste(panel, (left, index * step))
    drawn.paste(sheet([picture], size), (size[0] + GAP, (drawn.height - step) // 2))
    return drawn


def shape(picture: Image.Image) -> tuple[int, int]:
    """The size of a panel that shows all of the picture."""
    return SIDE, round(SIDE * picture.height / picture.width)


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without alpha."""
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)


def save(picture: Image.Image, name: str) -> None:
    """Write a page's picture as good as its size allows."""
    for quality in range(92, 40, -4):
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality)
        if written.tell() <= BYTES:
            break
    (PAGES / f"{name}.jpg").write_bytes(written.getvalue())


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with httpx.Client(base_url=address, timeout=120) as asked:
        for task in ROWS:
            save(row(asked, task), task)
        save(sheet(classified(asked, "cat.jpg")), "classification")
        save(sheet(upscaled(asked, "astronaut-128.png")), "super-resolution")
        save(scene(asked), "scene")
