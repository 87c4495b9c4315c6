"""Which media type an answer gets: what the client accepts against what can be made (RFC 9110)."""

from collections.abc import Sequence

from app.errors import NotAcceptable


def negotiate(accept: str, offers: Sequence[str]) -> str:
    """Choose the offer the client likes best; among equals the first one.

    Args:
        accept: an `Accept` header; empty means anything.
        offers: media types that can be made, best first.

    Raises:
        NotAcceptable: none of them is accepted.
    """
    ranges = [_parse(item) for item in accept.split(",") if item.strip()] or [("*/*", 1.0)]
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    if _quality(best, ranges) <= 0:
        raise NotAcceptable(
            f"{accept!r} accepts none of {', '.join(offers)}", available=list(offers)
        )
    return best


def _parse(item: str) -> tuple[str, float]:
    media_range, *parameters = (part.strip() for part in item.lower().split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_range, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media_range, 0.0
    return media_range, 1.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that covers the offer (RFC 9110, 12.5.1)."""
    offer = offer.partition(";")[0]  # a boundary is nothing that one may wish
    for covering in (offer, offer.partition("/")[0] + "/*", "*/*"):
        qualities = [quality for media_range, quality in ranges if media_range == covering]
        if qualities:
            return max(qualities)
    return 0.0
