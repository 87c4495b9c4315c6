"""Saliency: the loss by hand, maps that keep their mass, and a network that learns to look."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from export.architectures.resnet_dense import ResNetDense
from export.datasets.fixations import Watched
from export.metrics import saliency as metrics
from export.training import saliency
from export.training.run import Training
from export.training.saliency import GRID, HEIGHT, WIDTH, log_density, loss_of, scenes, validate
from tests.conftest import noise
from tests.export.training.learning import losses_of


def spotted(*spots: tuple[int, int]) -> Watched:
    """Photos of 160x120 with a white spot that everybody looked at, at (x, y) in quarters."""
    pictures, densities, fixations = [], [], []
    for x, y in spots:
        picture, density = np.zeros((120, 160, 3), np.uint8), np.zeros((30, 40), np.uint8)
        picture[30 * y : 30 * y + 30, 40 * x : 40 * x + 40] = 255
        density[8 * y : 8 * y + 6, 10 * x : 10 * x + 10] = 255
        pictures.append(picture)
        densities.append(density)
        fixations.append(np.array([[40 * x + 20, 30 * y + 15]] * 5, float))
    return Watched(pictures, densities, fixations)


def test_loss_is_divergence_less_correlation_and_fixations_in_deviations() -> None:
    density = torch.tensor([[[0.5, 0.25], [0.25, 0.0]]])
    predicted = torch.tensor([[[0.4, 0.3], [0.2, 0.1]]])
    fixations = torch.tensor([[[3.0, 0.0], [1.0, 0.0]]])

    kl = 0.5 * np.log(0.5 / 0.4) + 0.25 * np.log(0.25 / 0.3) + 0.25 * np.log(0.25 / 0.2)
    # Less their mean of 0.25: 0.15, 0.05, -0.05, -0.15 and 0.25, 0, 0, -0.25.
    deviation, other = np.sqrt(0.05 / 4), np.sqrt(0.125 / 4)
    cc = (0.15 * 0.25 + 0.15 * 0.25) / 4 / deviation / other
    nss = (3 * 0.15 - 0.05) / 4 / deviation
    loss = loss_of(predicted.log(), density, fixations)
    assert loss.item() == pytest.approx(kl - 0.5 * cc - 0.1 * nss, abs=1e-5)


def test_loss_of_a_batch_is_the_mean() -> None:
    torch.manual_seed(0)
    found = torch.randn(2, 12).log_softmax(1).reshape(2, 3, 4)
    density = torch.randn(2, 12).softmax(1).reshape(2, 3, 4)
    fixations = torch.randint(0, 3, (2, 3, 4)).float()
    each = [loss_of(found[i, None], density[i, None], fixations[i, None]) for i in range(2)]
    torch.testing.assert_close(loss_of(found, density, fixations), sum(each) / 2)


def test_loss_agrees_with_the_metrics() -> None:
    torch.manual_seed(0)
    found = torch.randn(1, 12).log_softmax(1).reshape(1, 3, 4)
    density = torch.randn(1, 12).softmax(1).reshape(1, 3, 4)
    fixations = torch.zeros(1, 3, 4)
    fixations[0, 2, 1] = 1
    maps, right = found[0].exp().numpy(), density[0].numpy()
    expected = (
        metrics.kld(maps, right)
        - 0.5 * metrics.cc(maps, right)
        - 0.1 * metrics.nss(maps, np.array([[1.5, 2.5]]))
    )
    assert loss_of(found, density, fixations).item() == pytest.approx(expected, abs=1e-4)


def test_a_picture_that_nobody_looked_at_does_not_break_the_loss() -> None:
    flat = torch.full((1, 2, 2), 0.25)
    loss = loss_of(flat.log().requires_grad_(), flat, torch.zeros(1, 2, 2))
    assert loss.item() == pytest.approx(0, abs=1e-6)


def test_scenes_are_smaller_and_keep_what_was_looked_at() -> None:
    watched = spotted((0, 0), (3, 2))
    # Outside of the picture nobody can have looked.
    watched.fixations[1][:2] = [[-3, 5], [50, 120.5]]
    found = scenes(watched)

    assert found.pictures.shape == (2, HEIGHT, WIDTH, 3)
    assert found.pictures.dtype == np.uint8
    assert found.densities.shape == found.fixations.shape == (2, *GRID)
    assert found.densities.dtype == found.fixations.dtype == np.float32
    np.testing.assert_allclose(found.densities.sum((1, 2)), 1, rtol=1e-5)
    assert found.densities.min() >= 0
    assert found.fixations.sum((1, 2)).tolist() == [5, 3]
    # (20, 15) of 160x120 is cell (10, 7.5) of 80x60.
    assert found.fixations[0, 7, 10] == 5
    assert found.densities[0, 7, 10] > 0
    assert found.densities[0, 30:].sum() == found.densities[0, :, 40:].sum() == 0
    assert found.fixations[1, 37, 70] == 3


class Answers(nn.Module):
    """Gives logits that do not depend on the picture, and keeps what it was given."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, x: Tensor) -> Tensor:
        self.given = x
        return self.logits


def test_padding_does_not_enter_the_loss() -> None:
    # 240 rows are padded to 256, which are 64 rows of the grid.
    logits = torch.randn(1, 1, 64, 80)
    pictures = noise(WIDTH, HEIGHT)[None]
    found = log_density(Answers(logits), pictures)

    assert found.shape == (1, *GRID)
    assert found.exp().sum().item() == pytest.approx(1, abs=1e-4)
    other = logits.clone()
    other[:, :, 60:] = 50
    model = Answers(other)
    assert torch.equal(log_density(model, pictures), found)
    assert model.given.shape == (1, 3, 256, 320)
    border = model.given[:, :, 239:240]
    assert torch.equal(model.given[:, :, 240:], border.expand(1, 3, 16, 320))


def test_answers_at_any_stride_lie_on_the_same_grid() -> None:
    model = Answers(torch.zeros(1, 1, 8, 10))
    model.logits[0, 0, 2, 7] = 20  # at stride 32: rows 64 to 95, columns 224 to 255 of the picture
    found = log_density(model, noise(WIDTH, HEIGHT)[None])[0].exp().numpy()
    row, column = np.unravel_index(found.argmax(), GRID)
    assert 64 <= 4 * row < 96
    assert 224 <= 4 * column < 256


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, narrow: None) -> None:
    monkeypatch.setattr(saliency, "BATCH", 2)
    monkeypatch.setattr(saliency, "WIDTH", 128)
    monkeypatch.setattr(saliency, "HEIGHT", 96)
    monkeypatch.setattr(saliency, "GRID", (24, 32))


def training(watched: Watched, epochs: int = 2, seed: int = 0) -> Training:
    torch.manual_seed(0)
    model = ResNetDense(1, stages=(1, 2, 3), width=8, inner=8, prior=True)
    return saliency.training_of(model, watched, watched, epochs / saliency.EPOCHS, seed)


@pytest.mark.usefixtures("tiny")
def test_loss_falls_when_one_batch_is_learned() -> None:
    made = training(spotted((0, 0), (3, 3)), epochs=40)
    assert (made.steps, made.validate_every) == (40, 1)
    losses = losses_of(made)
    assert np.mean(losses[-5:]) < losses[0] - 0.5


@pytest.mark.usefixtures("tiny")
def test_a_batch_depends_on_seed_and_step_only() -> None:
    watched = spotted((0, 0), (1, 3), (3, 1), (2, 2))
    made, other, again = training(watched), training(watched, seed=1), training(watched)
    for one in (made, other, again):
        one.network.eval()
    with torch.no_grad():
        losses = [made.loss(step).item() for step in range(made.steps)]
        assert len(set(losses)) > 1
        assert [again.loss(step).item() for step in (3, 1)] == [losses[3], losses[1]]
        assert [other.loss(step).item() for step in range(made.steps)] != losses


@pytest.mark.usefixtures("tiny")
def test_what_is_mirrored_is_mirrored_in_all_three() -> None:
    # A network that looks at what is bright is as right in the mirror.
    watched = spotted((0, 1), (0, 2))
    made = training(watched, epochs=8)
    seen: list[float] = []

    class Bright(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(float(x[0, 0, :, : x.shape[3] // 2].mean()))
            return nn.functional.avg_pool2d(x[:, :1], 4) / 100

    made.network.forward = Bright().forward
    with torch.no_grad():
        losses = [made.loss(step).item() for step in range(made.steps)]
    assert max(seen) - min(seen) > 1  # some were mirrored, others were not
    assert losses == pytest.approx([losses[0]] * len(losses), abs=1e-4)


def test_validation_is_the_mean_of_the_metrics() -> None:
    watched = spotted((0, 0), (3, 2))
    bright = nn.Sequential(nn.AvgPool2d(4), nn.Conv2d(3, 1, 1, bias=False))
    nn.init.constant_(bright[1].weight, 1 / 60)
    with torch.inference_mode():
        found = validate(bright, scenes(watched), watched)
        dark = validate(nn.Sequential(bright, nn.Threshold(99, 0)), scenes(watched), watched)
    assert set(found) == {"nss", "cc", "kld"}
    assert found["cc"] > 0.7
    assert found["nss"] > 1
    assert found["kld"] < dark["kld"]
    assert dark["cc"] == pytest.approx(0, abs=1e-6)
