"""Heads are trained one by one on features that stay, then all together."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from export.architectures.resnet_dense import ResNetDense
from export.architectures.resnet_thin import Encoder
from export.architectures.ubernet import HEADS, UberNet
from export.sources import open_nsfw
from export.training.__main__ import RECIPES
from export.training.run import train
from export.training.ubernet import recipe
from export.training.ubernet.lesson import Answer, Lesson
from tests.conftest import noise

pytestmark = pytest.mark.usefixtures("narrow")

OUTPUTS = {
    "edges": 1, "normals": 3, "parts": 4, "segmentation": 5, "semantic-boundaries": 5,
    "saliency": 1,
}  # fmt: skip


def lesson(task: str) -> Lesson:
    """Make every answer 1."""

    def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
        pictures = generator.integers(0, 256, (2, 32, 64, 3), np.uint8)
        return (answer(pictures) - 1).square().mean()

    def validate(answer: Answer) -> dict[str, float]:
        return {"mean": float(answer(noise(64, 32)[None]).mean())}

    return Lesson(OUTPUTS[task], loss, validate, steps=3)


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of results, with three encoders that are not alike and lessons without data."""
    torch.manual_seed(0)
    monkeypatch.setattr(open_nsfw, "encoder", lambda _: Encoder().eval())
    monkeypatch.setattr(
        recipe, "LESSONS", {task: lambda _, task=task: lesson(task) for task in HEADS}
    )
    for name, network in (
        ("resnet-camvid", ResNetDense(5)),
        ("resnet-saliency", ResNetDense(1, stages=(1, 2, 3), width=64, prior=True)),
    ):
        (tmp_path / name).mkdir()
        torch.save(network.state_dict(), tmp_path / name / "weights.pth")
    return tmp_path


def weights(path: Path) -> dict[str, Tensor]:
    return torch.load(path / "weights.pth", weights_only=True)


def test_every_head_has_a_lesson_and_a_training() -> None:
    assert set(recipe.LESSONS) == set(HEADS) == set(recipe.TURNS)
    assert {"ubernet", *(f"ubernet-{task}" for task in HEADS)} <= set(RECIPES)


def test_the_encoder_is_the_mean_of_three(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Encoder().eval()
    monkeypatch.setattr(open_nsfw, "encoder", lambda _: first)
    own = first.conv1.weight.detach().clone()
    others = [weights(begun / name)["encoder.conv1.weight"] for name in recipe.AVERAGED]
    mean = recipe.averaged_encoder(begun)
    torch.testing.assert_close(mean.conv1.weight, (own + others[0] + others[1]) / 3)
    assert not mean.training


@pytest.mark.parametrize(
    ("task", "model"), [("segmentation", "resnet-camvid"), ("saliency", "resnet-saliency")]
)
def test_two_heads_begin_as_those_of_shipped_models(begun: Path, task: str, model: str) -> None:
    network = recipe.head_recipe(task, begun, begun).network
    own = network.heads[task].state_dict()
    assert own
    assert all(torch.equal(own[name], weights(begun / model)[name]) for name in own)


def test_only_the_head_learns(begun: Path) -> None:
    training = recipe.head_recipe("parts", begun, begun)
    before = {name: value.clone() for name, value in training.network.state_dict().items()}
    train(training, begun / "ubernet-parts")
    after = training.network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert "heads.parts.join.0.weight" in changed
    assert all(name.startswith("heads.parts.") for name in changed)


def test_boundaries_are_learned_on_a_trained_segmentation(begun: Path) -> None:
    train(recipe.head_recipe("segmentation", begun, begun), begun / "ubernet-segmentation")
    training = recipe.head_recipe("semantic-boundaries", begun, begun)
    train(training, begun / "ubernet-semantic-boundaries")
    trained, kept = (
        weights(begun / f"ubernet-{task}") for task in ("segmentation", "semantic-boundaries")
    )
    for name, value in trained.items():
        if name.startswith("heads.segmentation."):
            assert torch.equal(value, kept[name]), name


def test_all_heads_together_begin_with_each_and_end_as_one(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "STEPS", len(recipe.TURNS))
    for task in HEADS:
        train(recipe.head_recipe(task, begun, begun), begun / f"ubernet-{task}")
    training = recipe.joint_recipe(begun, begun)
    for task in HEADS:
        single = weights(begun / f"ubernet-{task}")
        for name, value in training.network.heads[task].state_dict().items():
            assert torch.equal(value, single[f"heads.{task}.{name}"])

    encoder = training.network.encoder.conv1.weight.detach().clone()
    train(training, begun / "ubernet")

    assert not torch.equal(training.network.encoder.conv1.weight, encoder)
    whole = UberNet(OUTPUTS)
    whole.load_state_dict(weights(begun / "ubernet"))
    assert whole.tasks == tuple(HEADS)
    line = (begun / "ubernet" / "log.jsonl").read_text()
    assert all(f'"{task}/mean"' in line for task in HEADS)


def test_a_step_teaches_one_task(begun: Path) -> None:
    tasks: list[str] = []

    def watching(task: str) -> Callable[[Answer, np.random.Generator], Tensor]:
        def loss(answer: Answer, generator: np.random.Generator) -> Tensor:
            tasks.append(task)
            return lesson(task).loss(answer, generator)

        return loss

    lessons = {
        task: Lesson(OUTPUTS[task], watching(task), lesson(task).validate, steps=1)
        for task in ("edges", "parts")
    }
    network = UberNet({task: OUTPUTS[task] for task in lessons})
    training = recipe.joint_training_of(network, lessons)
    for step in range(6):
        training.loss(step)
    assert tasks == ["edges", "parts", "parts"] * 2
