"""What ships, by what the cards in `models/` say: which tasks are answered, and by which files."""

from functools import cache
from pathlib import Path

from app.card import ModelCard
from app.runtime.metadata import metadata_of
from app.settings import MODELS, Settings


@cache
def cards() -> dict[str, ModelCard]:
    """The card of every shipped file by the file's name without suffix, in that order."""
    return {
        path.stem: ModelCard.of(metadata_of(path), path.stem)
        for path in sorted(MODELS.glob("*.onnx"))
    }


def tasks_of(card: ModelCard) -> set[str]:
    """The tasks whose routes a model answers."""
    return {task for task in (card.task, *(card.tasks or ())) if task}


@cache
def answered() -> frozenset[str]:
    """The tasks that a shipped model answers."""
    return frozenset(task for card in cards().values() for task in tasks_of(card))


def answering() -> list[Path]:
    """The files that answer requests which name no model: the defaults, and of a task that none of
    them answers the first by name.
    """
    chosen = {name for name in Settings().default_models.values() if name in cards()}
    for task in answered():
        if not any(task in tasks_of(cards()[name]) for name in chosen):
            chosen.add(min(name for name, card in cards().items() if task in tasks_of(card)))
    return [MODELS / f"{name}.onnx" for name in sorted(chosen)]
