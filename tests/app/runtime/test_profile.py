"""What TensorRT engines are built for."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.card import Fit, ModelCard
from app.runtime.contract import Shape, Tensor
from app.runtime.execution import Execution
from app.runtime.profile import engines_of, is_fixed, profile

CARD = ModelCard(task="saliency", name="m", title="M")
EXECUTION = Execution(device="tensorrt", max_batch=4, tensorrt_side=500)


def shapes_of(shape: Shape, card: ModelCard = CARD) -> list[str]:
    made = profile({"image": Tensor("uint8", shape)}, card, EXECUTION)
    return [made[f"trt_profile_{kind}_shapes"] for kind in ("min", "opt", "max")]


def test_free_sides_are_multiples_up_to_the_largest() -> None:
    assert shapes_of(("N", "H", "W", 3), CARD.model_copy(update={"multiple": 32})) == [
        "image:1x32x32x3", "image:1x256x256x3", "image:4x512x512x3",
    ]  # fmt: skip


def test_fixed_sides_stay_and_the_batch_is_free() -> None:
    assert shapes_of(("N", 32, 48, 3)) == [
        "image:1x32x48x3", "image:1x32x48x3", "image:4x32x48x3",
    ]  # fmt: skip


def test_an_engine_is_tuned_for_the_fit() -> None:
    longest = CARD.model_copy(update={"fit": Fit(longest=600), "multiple": 32})
    assert shapes_of(("N", "H", "W", 3), longest) == [
        "image:1x32x32x3", "image:1x608x608x3", "image:4x608x608x3",
    ]  # fmt: skip


def test_several_inputs_and_fixed_ones() -> None:
    inputs = {
        "a": Tensor("uint8", ("N", 2)),
        "b": Tensor("float32", (5,)),
        "c": Tensor("a", ("N",)),
    }
    made = profile(inputs, CARD, EXECUTION)
    assert made["trt_profile_max_shapes"] == "a:4x2,c:4"


@pytest.mark.parametrize(
    ("shape", "card", "execution"),
    [
        ((1, 8, 8, 3), CARD, EXECUTION),
        (("N", 8, 8, 3), CARD.model_copy(update={"task": ""}), EXECUTION),
        (("N", 8, 8, 3), CARD, replace(EXECUTION, tensorrt_profiles=False)),
    ],
)
def test_none_where_nothing_is_free_or_known_or_wanted(
    shape: Shape, card: ModelCard, execution: Execution
) -> None:
    assert profile({"image": Tensor("uint8", shape)}, card, execution) == {}


def test_is_fixed() -> None:
    assert is_fixed((1, 2))
    assert not is_fixed(("N", 2))
    assert is_fixed(("N", 2), but_batch=True)
    assert not is_fixed(("N", "H"), but_batch=True)
    assert is_fixed(())


def test_a_content_has_a_folder_of_engines_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"first")
    cached = replace(EXECUTION, tensorrt_cache=tmp_path / "cache")
    first = engines_of(path, cached)
    assert first == engines_of(path, cached)
    path.write_bytes(b"taught further")
    second = engines_of(path, cached)
    assert first is not None
    assert second is not None
    assert first != second
    assert first.parent == second.parent == tmp_path / "cache"
    assert engines_of(path, EXECUTION) is None
