"""The card: what export writes is what the app reads."""

import pytest

from app.card import Fit, Head, ModelCard
from app.errors import InvalidCard

CARD = ModelCard(
    task="classification",
    name="colors",
    version="1.2",
    title="Красный? Yes",
    labels=("a, b", '"c"'),
    fit=Fit(resize=256, crop=224, interpolation="bicubic"),
    palette=((0, 0, 0), (255, 255, 255)),
    metrics={"cifar10/top1": 0.93},
    model_license="Apache-2.0",
    model_author="somebody",
)

SEVERAL = ModelCard(
    task="scene",
    tasks=("edges", "parts"),
    heads={"parts": Head(labels=("hair", "bag"), palette=((0, 0, 0), (255, 0, 0)))},
    name="several",
    title="Two answers",
    fit=Fit(longest=480),
)


@pytest.mark.parametrize("card", [CARD, SEVERAL])
def test_round_trip(card: ModelCard) -> None:
    assert ModelCard.from_metadata(card.to_metadata()) == card


def test_a_card_of_one_task_has_no_keys_of_several() -> None:
    assert not {"tasks", "heads"} & set(CARD.to_metadata())


def test_the_card_of_one_of_several_tasks() -> None:
    parts = SEVERAL.for_task("parts")
    assert (parts.task, parts.tasks, parts.heads) == ("parts", None, None)
    assert (parts.labels, parts.palette) == (("hair", "bag"), ((0, 0, 0), (255, 0, 0)))
    assert (parts.reference, parts.fit) == (SEVERAL.reference, SEVERAL.fit)
    assert SEVERAL.for_task("edges").labels is None
    with pytest.raises(KeyError):
        SEVERAL.for_task("scene")


def test_metadata_are_strings_under_the_names_of_the_contract() -> None:
    metadata = CARD.to_metadata()
    assert all(isinstance(value, str) for value in metadata.values())
    assert metadata["model_license"] == "Apache-2.0"
    assert metadata["model_author"] == "somebody"
    assert metadata["title"] == "Красный? Yes"
    assert metadata["densight.schema"] == "1"


def test_other_programs_keys_are_ignored() -> None:
    assert ModelCard.from_metadata({**CARD.to_metadata(), "onnx.infer": "x"}) == CARD


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"densight.schema": "2"}, "densight.schema is '2'"),
        ({"fit": "{"}, "card key fit does not hold JSON"),
        ({"fit": '{"resize": 4}'}, "card key fit: .*one of"),
        ({"fit": '{"resize": 4, "crop": 8}'}, "crop must not be larger"),
        ({"fit": '{"resize": 4, "crop": 4, "longest": 4}'}, "one of"),
        ({"scale": "0"}, "card key scale"),
        ({"name": "../etc"}, "card key name"),
        ({"tasks": "[]"}, "card key tasks"),
        ({"tasks": '["edges", "edges"]'}, "a task is named twice"),
        ({"heads": '{"edges": {}}'}, "a head for 'edges', which is none of the tasks"),
        (
            {"heads": '{"edges": {"colour": 1}}', "tasks": '["edges"]'},
            "card key heads.edges.colour",
        ),
    ],
)
def test_a_bad_card_is_refused_with_its_key(change: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidCard, match=message):
        ModelCard.from_metadata({**CARD.to_metadata(), **change})


def test_no_card() -> None:
    with pytest.raises(InvalidCard, match="carries no model card"):
        ModelCard.from_metadata({})
