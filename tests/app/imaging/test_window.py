"""Windows as they stand in a request."""

import pytest

from app.imaging.window import Window, checked, parsed


def test_two_numbers() -> None:
    assert parsed("40,400") == Window(40, 400)
    assert parsed("-600.5, 1e3") == Window(-600.5, 1000)
    assert parsed(None) is None
    assert checked("40,400") == "40,400"
    assert checked(None) is None


@pytest.mark.parametrize("text", ["", "40", "40,", "a,b", "1,2,3", "1;2"])
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(ValueError, match="such as 40,400"):
        checked(text)


@pytest.mark.parametrize("text", ["40,0", "40,-1", "nan,1", "1,nan", "1,inf"])
def test_windows_that_show_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        checked(text)
