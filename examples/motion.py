"""Make the example of optical flow, and ask a service about it and about styles for the docs.

`python examples/motion.py` makes two pictures of a pavilion in front of which an astronaut flies
by; with the address of a running service, such as `http://127.0.0.1:8000`, also the pictures in
`docs/tasks/` of what it answers.
"""

import io
import sys
from pathlib import Path

import httpx
from PIL import Image, ImageDraw

EXAMPLES = Path(__file__).parent
DOCS = EXAMPLES.parent / "docs" / "tasks"
PAIR = ("flying-1.jpg", "flying-2.jpg")
SIZE = (400, 256)
GAP = 8


def make_pair() -> None:
    """The camera pans by 6 and 3 pixels; the astronaut flies 14 to the right and 8 up."""
    behind = Image.open(EXAMPLES / "pavilion-480.jpg").convert("RGB")
    flying = Image.open(EXAMPLES / "astronaut-128.png").convert("RGB").crop((20, 0, 116, 96))
    mask = Image.new("L", flying.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, flying.width - 1, flying.height - 1), fill=255)
    for name, corner, place in zip(PAIR, ((10, 20), (4, 17)), ((90, 90), (104, 82)), strict=True):
        picture = behind.crop((*corner, corner[0] + SIZE[0], corner[1] + SIZE[1]))
        picture.paste(flying, place, mask)
        picture.save(EXAMPLES / name, quality=95)


def flow(client: httpx.Client) -> None:
    """The first picture, the colours of the flow and its arrows."""
    drawn = [Image.open(EXAMPLES / PAIR[0])]
    for render in ("wheel", "arrows"):
        files = {
            part: (EXAMPLES / name).read_bytes() for part, name in zip(PARTS, PAIR, strict=True)
        }
        answer = client.post("/v1/flow", params={"render": render}, files=files)
        drawn.append(Image.open(io.BytesIO(answer.raise_for_status().content)).convert("RGB"))
    _beside(drawn).save(DOCS / "flow.png")


def styles(client: httpx.Client) -> None:
    """The cat, and as each of the painters would have painted it."""
    labels = client.get("/v1/models/resnet-style").raise_for_status().json()["card"]["labels"]
    content = (EXAMPLES / "cat.jpg").read_bytes()
    drawn = [Image.open(io.BytesIO(content))]
    for label in labels:
        params, headers = {"style": label}, {"content-type": "image/jpeg"}
        answer = client.post("/v1/style", params=params, content=content, headers=headers)
        drawn.append(Image.open(io.BytesIO(answer.raise_for_status().content)))
    sides = (300, round(300 * drawn[0].height / drawn[0].width))
    _beside([picture.resize(sides) for picture in drawn]).save(DOCS / "style.jpg", quality=90)


PARTS = ("image", "next")


def _beside(pictures: list[Image.Image]) -> Image.Image:
    width = sum(picture.width + GAP for picture in pictures) - GAP
    whole = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + GAP
    return whole


if __name__ == "__main__":
    make_pair()
    for address in sys.argv[1:]:
        with httpx.Client(base_url=address, timeout=120) as asked:
            flow(asked)
            styles(asked)
