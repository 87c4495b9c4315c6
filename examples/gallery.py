"""Ask a running service about the example pictures and draw `docs/gallery.png` of its answers."""

import base64
import io
import sys
from pathlib import Path

import httpx
from PIL import Image, ImageDraw, ImageFont

EXAMPLES = Path(__file__).parent
TARGET = EXAMPLES.parent / "docs" / "gallery.png"
SIDE = 320
GAP = 12
CAPTION = 26

Panel = tuple[str, Image.Image]


def classified(client: httpx.Client, name: str) -> list[Panel]:
    """The picture with its label, and where the evidence for it lies."""
    answer = _post(client, "classification", name, explain=True).json()
    best = answer["predictions"][0]
    picture = Image.open(EXAMPLES / name).convert("RGB")
    heat = _picture(base64.b64decode(answer["explanation"].partition(",")[2])).convert("RGBA")
    seen = Image.blend(picture, Image.composite(heat, picture, heat.getchannel("A")), 0.5)
    return [(f"{best['label']} {best['score']:.0%}", picture), ("evidence for it", seen)]


def upscaled(client: httpx.Client, name: str) -> list[Panel]:
    """A part of the picture enlarged bicubically and by the network."""
    small = Image.open(EXAMPLES / name).convert("RGB")
    large = _picture(_post(client, "super-resolution", name).content)
    plain = small.resize(large.size, Image.Resampling.BICUBIC)
    left, top = (large.width - SIDE) // 2, (large.height - SIDE) // 4
    box = (left, top, left + SIDE, top + SIDE)
    return [("4x bicubic", plain.crop(box)), ("4x srdensenet-x4", large.crop(box))]


def overlaid(client: httpx.Client, task: str, name: str, caption: str) -> list[Panel]:
    """The picture, and the task's answer over it."""
    picture = Image.open(EXAMPLES / name).convert("RGB")
    seen = _picture(_post(client, task, name, render="overlay").content)
    return [(name, picture), (caption, seen)]


def stacked(rows: list[Image.Image]) -> Image.Image:
    """Rows of one width, one below the other."""
    drawn = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    for index, row in enumerate(rows):
        drawn.paste(row, (0, sum(above.height for above in rows[:index])))
    return drawn


def sheet(panels: list[Panel]) -> Image.Image:
    """The panels side by side, each with its caption below."""
    font = ImageFont.load_default(16)
    width = len(panels) * (SIDE + GAP) - GAP
    drawn = Image.new("RGB", (width, SIDE + CAPTION), "white")
    pen = ImageDraw.Draw(drawn)
    for index, (caption, picture) in enumerate(panels):
        left = index * (SIDE + GAP)
        side = min(picture.size)
        x, y = (picture.width - side) // 2, (picture.height - side) // 2
        square = picture.crop((x, y, x + side, y + side)).resize((SIDE, SIDE))
        drawn.paste(square.convert("RGB"), (left, 0))
        pen.text((left + SIDE // 2, SIDE + CAPTION // 2), caption, "black", font, anchor="mm")
    return drawn


def _post(client: httpx.Client, task: str, name: str, **params: bool | str) -> httpx.Response:
    content = (EXAMPLES / name).read_bytes()
    headers = {"content-type": "application/octet-stream"}
    answer = client.post(f"/v1/{task}", params=params, content=content, headers=headers)
    return answer.raise_for_status()


def _picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with httpx.Client(base_url=address, timeout=120) as client:
        first = classified(client, "cat.jpg") + upscaled(client, "astronaut-128.png")
        second = overlaid(client, "saliency", "coffee-150.png", "where people look first")
        second += overlaid(client, "segmentation", "pavilion-480.jpg", "what every pixel shows")
        stacked([sheet(first), sheet(second)]).save(TARGET)
