"""Which frame of an animation, or page of a TIFF, is decoded."""

from PIL import Image

from app.errors import FrameNotFound, PictureTooLarge

LEAST_WORK = 2**14
"""Pixels that a frame counts for at least: the smallest takes its reader some time."""

SEVERAL = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
"""Formats of which a file may hold several; of others it is one picture."""


def check_frame(frame: int, frames: int) -> None:
    """See that a file has a frame.

    Args:
        frame: the first is 0.
        frames: how many there are.

    Raises:
        FrameNotFound: it is beyond the end.
    """
    if frame >= frames:
        what = "1 frame" if frames == 1 else f"{frames} frames"
        raise FrameNotFound(
            f"there is no frame {frame}: the picture has {what}, counted from 0",
            frame=frame,
            frames=frames,
        )


def seek(image: Image.Image, frame: int, max_pixels: int) -> None:
    """Go to a frame of an opened file.

    Args:
        image: opened, not loaded.
        frame: the first is 0.
        max_pixels: most that may be decoded on the way; frames of animations are made of those
            before them.

    Raises:
        FrameNotFound: it is beyond the end.
        PictureTooLarge: too much has to be decoded before it.
    """
    if not frame:
        return
    check_frame(frame, getattr(image, "n_frames", 1) if image.format in SEVERAL else 1)
    if image.format == "TIFF":
        image.seek(frame)
        return
    pixels = (frame + 1) * max(LEAST_WORK, image.width * image.height)
    if pixels > max_pixels:
        raise PictureTooLarge(
            f"{pixels} pixels have to be decoded for frame {frame}, {max_pixels} are allowed",
            limit=max_pixels,
            pixels=pixels,
        )
    for place in range(1, frame + 1):
        try:
            image.seek(place)
        except EOFError:  # the file announces more than it has
            check_frame(frame, place)
