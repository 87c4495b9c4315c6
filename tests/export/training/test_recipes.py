"""Every recipe learns, and an interrupted run ends with the weights of an uninterrupted one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from app.card import Fit
from export.architectures import ARCHITECTURES
from export.architectures.resnet_cifar import ResNetCifar
from export.architectures.resnet_dense import ResNetDense
from export.architectures.resnet_thin import ResNet50Thin
from export.datasets import masks
from export.datasets.cifar10 import Split
from export.datasets.classes import Labelled
from export.datasets.fixations import Watched
from export.datasets.masks import Masked
from export.sources import safmn
from export.training import cifar, fine_tune, pictures, run, saliency, segmentation, srdensenet
from export.training.run import Training, train
from tests.conftest import noise
from tests.export import networks

TINY = cifar.Course(lambda _: ResNetCifar(8, classes=2), ((2, 0.1, 0.5), (1, 0.05, 0.5)))


def tiny_resnet() -> Training:
    pictures = np.stack([noise(32, 32, seed=seed) for seed in range(8)])
    split = Split(pictures, np.arange(8) % 2, classes=("cat", "dog"))
    torch.manual_seed(0)
    return cifar.training_of(TINY.network(Path()), TINY, split, split)


def tiny_srdensenet() -> Training:
    pairs = [srdensenet.pair(noise(132, 136, seed=seed)) for seed in range(2)]
    answers = [(large / 255).astype(np.float16) for _, large in pairs]
    course = srdensenet.Course(networks.srdensenet, steps=4, batch=2, peak=1e-3)
    training = srdensenet.training_of(course, pairs, answers, pairs[:1])
    return replace(training, validate_every=2)


def tiny_classifier() -> Training:
    pictures = [noise(40, 36, seed=seed) for seed in range(8)]
    pack = Labelled(pictures, np.arange(8) % 2, classes=("cat", "dog"))
    torch.manual_seed(0)
    model = ResNet50Thin(2)
    course = fine_tune.Course(lambda _: (pack, pack), Fit(resize=32, crop=32), epochs=3, area=0.5)
    return replace(fine_tune.training_of(model, course, pack, pack), validate_every=2)


def tiny_segmenter() -> Training:
    seen = [noise(24, 20, seed=seed) for seed in range(4)]
    pack = Masked(seen, [p[..., 0] % 3 for p in seen], classes=("a", "b", "c"))
    course = segmentation.Course(
        masks.camvid, lambda _: networks.fc_densenet(),
        pictures.IMAGENET_MEAN, pictures.IMAGENET_STD,
        stages=(segmentation.Stage(2, (8, 12), (0.5, 1)), segmentation.Stage(4, (8, 8), (1, 1))),
        batch=4, rate=1e-2, upright=False,
    )  # fmt: skip
    training = segmentation.training_of(course.network(Path()), course, pack, pack)
    return replace(training, validate_every=2)


def tiny_mapper() -> Training:
    pictures = [noise(80, 60, seed=seed) for seed in range(4)]
    densities = [noise(20, 15, 1, seed)[..., 0] for seed in range(4)]
    places = [np.random.default_rng(seed).uniform(0, 60, (9, 2)) for seed in range(4)]
    pack = Watched(pictures, densities, places)
    torch.manual_seed(0)
    model = ResNetDense(1, stages=(1, 2, 3), width=4, inner=4, prior=True)
    return replace(saliency.training_of(model, pack, pack), validate_every=2)


RECIPES = {
    "resnet-cifar": tiny_resnet,
    "srdensenet": tiny_srdensenet,
    "resnet-thin": tiny_classifier,
    "fc-densenet": tiny_segmenter,
    "resnet-thin-decoder": tiny_mapper,
}
recipes = pytest.mark.parametrize(("architecture", "recipe"), RECIPES.items(), ids=RECIPES)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, narrow: None) -> None:
    monkeypatch.setattr(cifar, "BATCH", 4)
    monkeypatch.setattr(fine_tune, "BATCH", 4)
    monkeypatch.setattr(saliency, "BATCH", 2)
    monkeypatch.setattr(saliency, "EPOCHS", 2)
    monkeypatch.setattr(saliency, "WIDTH", 64)
    monkeypatch.setattr(saliency, "HEIGHT", 48)


class Interrupted(Exception):
    pass


def interrupted_at(last: int, training: Training) -> Training:
    def loss(step: int) -> Tensor:
        if step == last:
            raise Interrupted
        return training.loss(step)

    return replace(training, loss=loss)


@recipes
def test_resumed_run_equals_an_uninterrupted_one(
    architecture: str,
    recipe: Callable[[], Training],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "CHECKPOINT_SECONDS", -1)
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"

    train(recipe(), whole)
    with pytest.raises(Interrupted):
        train(interrupted_at(3, recipe()), resumed)
    train(recipe(), resumed)

    expected = torch.load(whole / "weights.pth", weights_only=True)
    found = torch.load(resumed / "weights.pth", weights_only=True)
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert not ARCHITECTURES[architecture](found).training


@recipes
def test_validation_is_logged_and_training_changes_the_weights(
    architecture: str, recipe: Callable[[], Training], tmp_path: Path
) -> None:
    training = recipe()
    before = {name: p.clone() for name, p in training.network.named_parameters()}

    train(training, tmp_path)

    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(2, training.steps + 1, 2))
    assert all(np.isfinite(value) for line in lines for value in line.values())
    assert all(not torch.equal(before[n], p) for n, p in training.network.named_parameters())


def test_bfloat16_computes_in_16_bits_and_keeps_weights_in_32(tmp_path: Path) -> None:
    training = tiny_srdensenet()
    dtypes = []
    hook = training.network.bottleneck.register_forward_hook(
        lambda _, __, output: dtypes.append(output.dtype)
    )
    train(replace(training, average=None), tmp_path, bfloat16=True)
    hook.remove()

    weights = torch.load(tmp_path / "weights.pth", weights_only=True)
    # Validation, whose figure counts, is in 32 bits.
    assert dtypes[:3] == [torch.bfloat16, torch.bfloat16, torch.float32]
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}


def test_finished_run_is_left_as_it_is(tmp_path: Path) -> None:
    train(tiny_srdensenet(), tmp_path)
    log = (tmp_path / "log.jsonl").read_text()

    train(interrupted_at(0, tiny_srdensenet()), tmp_path)

    assert (tmp_path / "log.jsonl").read_text() == log


def test_rate_of_cifar_rises_and_falls_in_every_cycle() -> None:
    course = cifar.Course(TINY.network, ((10, 0.3, 0.25), (5, 0.08, 0.2)))
    assert course.epochs == 15

    def at(epoch: float) -> float:
        return cifar.rate(course, epoch / 15)

    assert at(2.5) == pytest.approx(0.3, abs=1e-4)
    assert at(11) == pytest.approx(0.08, abs=1e-4)
    assert at(1.25) == pytest.approx(0.15, abs=1e-4)  # half way up
    assert at(6.25) == pytest.approx(0.15, abs=1e-4)  # half way down
    assert max(at(0), at(9.999), at(10), at(14.999), at(15)) < 1e-3
    rates = [at(15 * i / 300) for i in range(301)]
    assert min(rates) >= 0
    assert max(rates) <= 0.3 * 1.001


def test_courses_of_cifar_are_named_after_their_depth(data: Path) -> None:
    for name, course in cifar.COURSES.items():
        model = course.network(data)
        convolutions = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
        kind = "resnet" if isinstance(model, ResNetCifar) else "densenet"
        assert name == f"{kind}{len(convolutions) + 1}-cifar10"  # and the linear layer


def test_optimizer_follows_the_rate_of_the_course() -> None:
    training = tiny_resnet()
    assert training.steps == 6
    for step in range(training.steps):
        (rate,) = training.schedule.get_last_lr()
        assert rate == pytest.approx(cifar.rate(TINY, step / 6))
        training.optimizer.step()
        training.schedule.step()


def test_rate_of_srdensenet_warms_up_and_falls() -> None:
    def at(step: int) -> float:
        return srdensenet.rate(step, steps=10_000)

    assert at(0) == pytest.approx(1 / 200, abs=2e-3)
    assert at(200) == pytest.approx(1, rel=0.01)
    assert at(5_000) == pytest.approx(0.5, rel=0.01)
    assert 0 < at(10_000) < 0.01


def test_first_weights_of_the_papers_network_keep_the_strength_of_its_features() -> None:
    torch.manual_seed(0)
    network = srdensenet.paper()
    strengths: list[float] = []
    for layer in (network.first, network.blocks[0].layers[7], network.blocks[7].layers[7]):
        layer.register_forward_hook(lambda _, __, output: strengths.append(output.std().item()))

    with torch.no_grad():
        network(torch.rand(1, 1, 16, 16))

    assert max(strengths) / min(strengths) < 10


def test_srdensenet_learns_from_the_teacher_first_and_from_photos_last() -> None:
    black, gray = np.zeros((32, 32), np.uint8), np.full((128, 128), 51, np.uint8)
    white = np.ones((128, 128), np.float16)
    course = srdensenet.Course(networks.srdensenet, steps=4, batch=2, peak=1e-3)
    training = srdensenet.training_of(course, [(black, gray)], [white], [(black, gray)])
    for parameter in training.network.parameters():
        parameter.data.zero_()  # it answers black

    losses = [training.loss(step).item() for step in (0, 2, 4)]

    assert losses == pytest.approx([1, 0.6, 0.2])


def test_answers_of_the_teacher_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safmn, "teacher", lambda data: safmn.Safmn().eval())
    photos = [noise(32, 36, seed=seed) for seed in range(12)]

    first = srdensenet.taught(photos, tmp_path, tmp_path / "runs" / "kept.npz")
    monkeypatch.setattr(safmn, "teacher", lambda data: pytest.fail("asked again"))
    again = srdensenet.taught(photos, tmp_path, tmp_path / "runs" / "kept.npz")

    assert [answer.shape for answer in first] == [(36, 32)] * 12
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))


def test_augmentation_keeps_shape_and_pixels() -> None:
    pictures = np.full((16, 32, 32, 3), 7, np.uint8)

    augmented = cifar.augment(pictures, np.random.default_rng(0))

    assert augmented.shape == pictures.shape
    assert set(np.unique(augmented)) == {0, 7}
    assert (augmented[:, 8:24, 8:24] == 7).all()


def test_patches_of_both_sizes_show_the_same_place() -> None:
    small = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50).astype(np.uint8)
    large = small.repeat(4, 0).repeat(4, 1)
    taught = large.astype(np.float16)
    generator = np.random.default_rng(0)

    for _ in range(16):
        low, high, answer = srdensenet.patch((small, large, taught), generator)
        assert low.shape == (32, 32)
        assert np.array_equal(low.repeat(4, 0).repeat(4, 1), high)
        assert np.array_equal(high.astype(np.float16), answer)


def test_psnr_of_one_step_is_that_of_studio_range_luma() -> None:
    right = np.full((20, 20), 100, np.uint8)

    assert srdensenet.psnr(right + 1.0, right) == pytest.approx(
        20 * np.log10(255 / (219 / 255)), abs=1e-9
    )


def test_luma_is_full_range() -> None:
    black_and_white = np.repeat(np.array([0, 255], np.uint8), 16).reshape(2, 16)[..., None]
    photo = np.repeat(np.repeat(black_and_white, 8, 0), 3, 2)

    small, large = srdensenet.pair(photo)

    assert (small.shape, large.shape) == ((4, 4), (16, 16))
    assert (large.min(), large.max()) == (0, 255)
    assert Image.fromarray(photo).size == (16, 16)
