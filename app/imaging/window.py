"""The window of a medical picture: which of its values are shown, darkest to brightest."""

import math
from typing import NamedTuple

from pydantic_core import PydanticCustomError


class Window(NamedTuple):
    """A range of values, in the units of the picture, such as Hounsfield units (PS3.3 C.11.2.1.2).

    Attributes:
        center: the value shown half bright.
        width: from the darkest value to the brightest, above 0.
    """

    center: float
    width: float


def parsed(text: str | None) -> Window | None:
    """The window that `center,width` names.

    Raises:
        ValueError: it is not two finite numbers, or the width is not above 0.
    """
    if text is None:
        return None
    try:
        window = Window(*(float(number) for number in text.split(",")))
    except (TypeError, ValueError):
        raise ValueError("a window is `center,width`, such as 40,400") from None
    if not math.isfinite(window.center) or not math.isfinite(window.width) or window.width <= 0:
        raise ValueError("center and width of a window are finite, and the width is above 0")
    return window


def checked(text: str | None) -> str | None:
    """The text itself, if it names a window.

    Raises:
        PydanticCustomError: see `parsed`; of other errors pydantic tells that they are some.
    """
    try:
        parsed(text)
    except ValueError as error:
        raise PydanticCustomError("window", "{reason}", {"reason": str(error)}) from error
    return text
