"""Ask a running service about the example pictures and draw `docs/gallery.png` of its answers."""

import base64
import io
import sys
from pathlib import Path

import httpx
from PIL import Image, ImageDraw, ImageFont, ImageOps

EXAMPLES = Path(__file__).parent
TARGET = EXAMPLES.parent / "docs" / "gallery.png"
SIDE = 320
GAP = 12
CAPTION = 26

Panel = tuple[str, Image.Image]


def classified(client: httpx.Client, name: str) -> list[Panel]:
    """The picture with its label, and where the evidence for it lies."""
    answer = ask(client, "classification", name, explain=True).json()
    best = answer["predictions"][0]
    picture = Image.open(EXAMPLES / name).convert("RGB")
    heat = opened(base64.b64decode(answer["explanation"].partition(",")[2])).convert("RGBA")
    seen = Image.blend(picture, Image.composite(heat, picture, heat.getchannel("A")), 0.5)
    return [(f"{best['label']} {best['score']:.0%}", picture), ("evidence for it", seen)]


def upscaled(client: httpx.Client, name: str) -> list[Panel]:
    """A part of the picture enlarged bicubically and by the network."""
    small = Image.open(EXAMPLES / name).convert("RGB")
    large = opened(ask(client, "super-resolution", name).content)
    plain = small.resize(large.size, Image.Resampling.BICUBIC)
    left, top = (large.width - SIDE) // 2, (large.height - SIDE) // 4
    box = (left, top, left + SIDE, top + SIDE)
    return [("4x bicubic", plain.crop(box)), ("4x srdensenet-x4", large.crop(box))]


def overlaid(client: httpx.Client, task: str, name: str, caption: str) -> list[Panel]:
    """The picture, and the task's answer over it."""
    picture = Image.open(EXAMPLES / name).convert("RGB")
    seen = opened(ask(client, task, name, render="overlay").content)
    return [(name, picture), (caption, seen)]


def stacked(rows: list[Image.Image]) -> Image.Image:
    """Rows of one width, one below the other."""
    drawn = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    for index, row in enumerate(rows):
        drawn.paste(row, (0, sum(above.height for above in rows[:index])))
    return drawn


def sheet(panels: list[Panel], size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """The panels side by side, each cut to one shape, with its caption below."""
    font = ImageFont.load_default(16)
    width = len(panels) * (size[0] + GAP) - GAP
    drawn = Image.new("RGB", (width, size[1] + CAPTION), "white")
    pen = ImageDraw.Draw(drawn)
    for index, (caption, picture) in enumerate(panels):
        left = index * (size[0] + GAP)
        drawn.paste(ImageOps.fit(picture.convert("RGB"), size), (left, 0))
        pen.text((left + size[0] // 2, size[1] + CAPTION // 2), caption, "black", font, anchor="mm")
    return drawn


def ask(client: httpx.Client, task: str, name: str, **params: bool | float | str) -> httpx.Response:
    """A task's answer to one of the example pictures."""
    content = (EXAMPLES / name).read_bytes()
    headers = {"content-type": "application/octet-stream"}
    answer = client.post(f"/v1/{task}", params=params, content=content, headers=headers)
    return answer.raise_for_status()


def opened(data: bytes) -> Image.Image:
    """The picture in the bytes of an answer."""
    return Image.open(io.BytesIO(data))


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with httpx.Client(base_url=address, timeout=120) as client:
        first = classified(client, "cat.jpg") + upscaled(client, "astronaut-128.png")
        second = overlaid(client, "saliency", "coffee-150.png", "where people look first")
        second += overlaid(client, "segmentation", "pavilion-480.jpg", "what every pixel shows")
        stacked([sheet(first), sheet(second)]).save(TARGET)
