"""Who made the shipped weights, and under what terms they may be used."""

AUTHOR = "The Densight authors"
WITH_ENCODER = f"{AUTHOR}; encoder: Yahoo Inc."

RESEARCH_ONLY = "LicenseRef-research-only"
"""An SPDX reference to terms of one's own: the trained numbers are ours to give away (under
Apache-2.0, as far as there are rights in them), but pictures they were trained on are not free,
so whoever uses them for more than research must ask the owners of the pictures."""

TERMS = (
    " The weights themselves are offered under Apache-2.0 as far as their authors hold rights; "
    "because of the pictures they are to be treated as for research, not for commercial use."
)


def trained_by(name: str) -> str:
    """The command that trains a model anew."""
    return f"python -m export.training {name} --data DIR"
