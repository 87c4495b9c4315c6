"""Contracts: a graph that breaks one is named precisely."""

import pytest

from app.errors import InvalidModel
from app.runtime.contract import Contract, Tensor

CONTRACT = Contract(
    inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
    outputs={"scores": Tensor("float32", ("N", "C"))},
    optional={"evidence": Tensor("float32", ("N", "C", "h", "w"))},
    choices={"style": Tensor("float32", ("N", "S"))},
)
IMAGE = {"image": Tensor("uint8", ("batch", 224, 224, 3))}
SCORES = {"scores": Tensor("float32", ("batch", 10))}


def test_a_graph_may_fix_sides_and_add_outputs() -> None:
    CONTRACT.check(IMAGE, {**SCORES, "more": Tensor("int64", (1,))})


def test_a_graph_may_take_a_choice() -> None:
    CONTRACT.check({**IMAGE, "style": Tensor("float32", ("N", 4))}, SCORES)


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [
        ({}, SCORES, r"input 'image' \(uint8\[N,H,W,3\]\) is missing"),
        ({**IMAGE, "x": IMAGE["image"]}, SCORES, "input 'x' is not part"),
        ({"image": Tensor("float32", ("N", "H", "W", 3))}, SCORES, "is float32.*must be uint8"),
        ({"image": Tensor("uint8", ("N", 3, "H", "W"))}, SCORES, "input 'image' is"),
        ({"image": Tensor("uint8", (1, "H", "W", 3))}, SCORES, "fixed batch of 1"),
        ({**IMAGE, "style": Tensor("uint8", ("N", 4))}, SCORES, "input 'style' is uint8"),
        (IMAGE, {}, "output 'scores'.* is missing"),
        (IMAGE, {**SCORES, "evidence": Tensor("float32", ("N",))}, "output 'evidence'"),
    ],
)
def test_what_breaks_it(
    inputs: dict[str, Tensor], outputs: dict[str, Tensor], message: str
) -> None:
    with pytest.raises(InvalidModel, match=message):
        CONTRACT.check(inputs, outputs)
