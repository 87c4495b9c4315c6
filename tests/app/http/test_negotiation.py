"""Negotiation as RFC 9110, section 12.5.1, wants it."""

import pytest

from app.errors import NotAcceptable
from app.http.negotiation import negotiate

OFFERS = ("image/png", "image/jpeg", "application/json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "image/png"),
        ("*/*", "image/png"),
        ("image/jpeg", "image/jpeg"),
        ("IMAGE/JPEG", "image/jpeg"),
        ("text/html, image/*;q=0.8, */*;q=0.1", "image/png"),
        ("application/json, image/png;q=0.5", "application/json"),
        ("image/png;q=0.1, image/*", "image/jpeg"),
        ("image/png;q=0, */*", "image/jpeg"),
        ("image/avif,image/webp,*/*;q=0.8", "image/png"),
        ("application/json;charset=utf-8;q=1", "application/json"),
        ("image/jpeg;q=nonsense, application/json;q=0.2", "application/json"),
    ],
)
def test_what_is_chosen(accept: str, chosen: str) -> None:
    assert negotiate(accept, OFFERS) == chosen


@pytest.mark.parametrize("accept", ["text/html", "image/gif", "*/*;q=0"])
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, OFFERS)
    assert caught.value.facts == {"available": list(OFFERS)}
