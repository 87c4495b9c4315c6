"""What is put around recognition networks: exact evidence, densities, classes of pixels."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from export.architectures.resnet_thin import MEAN, STD, ResNet50Thin
from export.graphs.gap import GapHead
from export.graphs.recognition import (
    Classifier,
    Recognition,
    SaliencyMapper,
    Scorer,
    Segmenter,
)
from tests.export import networks


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    mean, std = (0.4, 0.5, 0.6), (0.2, 0.3, 0.4)
    return Classifier(networks.resnet(), sides=(32, 32), mean=mean, std=std)


def test_scores_are_the_networks_softmax(classifier: Classifier) -> None:
    pictures = classifier.pictures(3, 32, 32, seed=1)
    with torch.no_grad():
        scores, features, _ = classifier(pictures)
        unit = pictures.numpy().astype(np.float32) / 255
        normal = (unit - np.float32([0.4, 0.5, 0.6])) / np.float32([0.2, 0.3, 0.4])
        logits = classifier.network(torch.from_numpy(normal).permute(0, 3, 1, 2))
    assert torch.allclose(scores.sum(1), torch.ones(3))
    assert torch.allclose(scores, logits.softmax(1), atol=1e-6)
    assert features.shape == (3, 64)


def test_mean_evidence_and_bias_are_the_logit(classifier: Classifier) -> None:
    with torch.no_grad():
        _, features, evidence = classifier(classifier.pictures(2, 32, 32, seed=2))
        head = classifier.network.head
        assert torch.allclose(evidence.mean((2, 3)) + head.bias, head(features), atol=1e-5)


def test_mean_evidence_and_bias_are_the_logit_of_a_resnet_thin() -> None:
    torch.manual_seed(0)
    network = ResNet50Thin(classes=4).eval()
    graph = Classifier(network, sides=(64, 96), mean=MEAN, std=STD)
    with torch.inference_mode():
        pictures = graph.pictures(2, 64, 96, seed=3)
        scores, features, evidence = graph(pictures)
        logits = network(graph.normalised(pictures))
    assert features.shape == (2, 1024)
    assert evidence.shape == (2, 4, 2, 3)
    assert logits.std() > 0.1
    torch.testing.assert_close(evidence.mean((2, 3)) + network.head.bias, logits)
    torch.testing.assert_close(scores, logits.softmax(1))


class Pointwise(nn.Module):
    """A head that is a convolution, behind maps that have another name."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Conv2d(3, 6, 3, stride=2)
        self.last = nn.Conv2d(6, 4, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.stem(x).mean((2, 3), keepdim=True)).flatten(1)


def test_a_convolution_of_1x1_is_a_linear_layer() -> None:
    head = GapHead(lambda network, x: network.stem(x), lambda network: network.last)
    graph = recognition(Classifier, Pointwise(), head=head)
    pictures = graph.pictures(3, 9, 12, seed=4)
    with torch.no_grad():
        scores, features, evidence = graph(pictures)
        logits = graph.network(graph.normalised(pictures))
        torch.testing.assert_close(graph.logits_of(evidence), logits)
    assert features.shape == (3, 6)
    torch.testing.assert_close(scores, logits.softmax(1))


def test_a_head_without_a_bias_adds_none() -> None:
    network = Pointwise()
    network.last.bias = None
    head = GapHead(lambda network, x: network.stem(x), lambda network: network.last)
    graph = recognition(Classifier, network, head=head)
    pictures = graph.pictures(1, 9, 12, seed=4)
    with torch.no_grad():
        logits = network(graph.normalised(pictures))
        torch.testing.assert_close(graph.logits_of(graph(pictures)[2]), logits)


def test_a_network_of_another_head_gives_scores_alone() -> None:
    graph = recognition(Scorer, nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()))
    pictures = graph.pictures(2, 5, 7, seed=0)
    (scores,) = graph(pictures)
    brightest = pictures.amax((1, 2)).float() / 255
    torch.testing.assert_close(scores, brightest.softmax(1))


def recognition(kind: type[Recognition], network: nn.Module, **options: Any) -> Any:
    """A graph whose network gets levels as they are, in 0..1."""
    return kind(network, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=None, **options).eval()


def test_classes_are_those_of_the_strongest_logit() -> None:
    graph = recognition(Segmenter, nn.Identity())
    pictures = graph.pictures(2, 5, 7, seed=0)

    classes, confidence = graph(pictures)

    assert classes.dtype == torch.uint8
    assert confidence.dtype == torch.float32
    levels = pictures.numpy() / 255
    assert np.array_equal(classes.numpy(), levels.argmax(3))
    odds = np.exp(levels)
    np.testing.assert_allclose(confidence, odds.max(3) / odds.sum(3), rtol=1e-6)


def test_a_coarse_answer_is_enlarged_before_the_class_is_chosen() -> None:
    graph = recognition(Segmenter, nn.AvgPool2d(4), multiple=4)
    picture = torch.zeros(1, 4, 8, 3, dtype=torch.uint8)
    picture[:, :, :4, 0] = 90  # red on the left
    picture[:, :, 4:, 1] = 210  # green, and more of it, on the right

    classes, confidence = graph(picture)

    # Between the cells' centres at 1.5 and 5.5 red falls from 90 to 0 and green rises to 210:
    # at pixels 2 and 3 it is 79 and 26, 56 and 79.
    assert classes[0].tolist() == [[0, 0, 0, 1, 1, 1, 1, 1]] * 4
    assert confidence.shape == (1, 4, 8)
    assert confidence[0, 0].argmin() == 3


class Luminance(nn.Module):
    """Logits that rise with the mean of the channels, of every second pixel each way."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 100 + 5 * nn.functional.avg_pool2d(x, 2).mean(1, keepdim=True)


def test_saliency_is_the_share_of_the_most_looked_at_place() -> None:
    graph = recognition(SaliencyMapper, Luminance(), multiple=2)
    pictures = graph.pictures(3, 6, 8, seed=1)

    (saliency,) = graph(pictures)

    assert saliency.shape == (3, 6, 8)
    assert saliency.dtype == torch.float32
    assert saliency.amax((1, 2)).tolist() == [1, 1, 1]
    assert (saliency > 0).all()
    logits = nn.functional.interpolate(
        graph.network(graph.normalised(pictures)), (6, 8), mode="bilinear"
    )
    density = logits.flatten(1).softmax(1)
    torch.testing.assert_close(saliency.flatten(1), density / density.amax(1, keepdim=True))


def test_far_apart_logits_do_not_overflow() -> None:
    class Steep(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 1e4 * x[:, :1]

    graph = recognition(SaliencyMapper, Steep())
    picture = torch.tensor([[[[255] * 3, [0] * 3]]], dtype=torch.uint8)
    assert graph(picture)[0].tolist() == [[[1, 0]]]


@pytest.mark.parametrize("kind", [Classifier, Scorer, Segmenter, SaliencyMapper])
def test_free_sides_have_names_and_fixed_ones_have_none(kind: type[Recognition]) -> None:
    free = recognition(kind, nn.Identity(), multiple=8)
    fixed = kind(nn.Identity(), mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=(32, 24))

    assert free.axes["image"] == {0: "N", 1: "H", 2: "W"}
    assert set(free.axes) == set(fixed.axes) == {"image", *kind.outputs}
    assert (free.sides, free.multiple) == (None, 8)
    assert all(axes == {0: "N"} for axes in fixed.axes.values())
    assert (fixed.sides, fixed.multiple) == ((32, 24), 1)


def test_graphs_do_not_share_their_axes() -> None:
    free = recognition(Segmenter, nn.Identity())
    Segmenter(nn.Identity(), mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=(32, 24))
    assert free.axes["classes"] == {0: "N", 1: "H", 2: "W"}


def test_random_pictures_follow_from_the_seed() -> None:
    graph = recognition(SaliencyMapper, nn.Identity())
    pictures = graph.pictures(2, 40, 30, seed=5)
    assert pictures.dtype == torch.uint8
    assert pictures.shape == (2, 40, 30, 3)
    assert (int(pictures.min()), int(pictures.max())) == (0, 255)
    assert torch.equal(pictures, graph.pictures(2, 40, 30, seed=5))
    assert not torch.equal(pictures, graph.pictures(2, 40, 30, seed=6))
