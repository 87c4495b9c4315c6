"""A recipe decides what its graph takes, and its card says so."""

from dataclasses import replace

import pytest

from app.card import Fit
from export.errors import UnusableWeights
from export.graphs.by_task import classifier, segmenter
from export.graphs.recognition import Classifier, SaliencyMapper, Scorer, Segmenter
from export.graphs.upscaling import Upscaler
from export.making import build, card
from export.recipe import Recipe
from tests.export import networks
from tests.export.networks import CLASSIFIER, MAPPER, SEGMENTER, UPSCALER, weights_of

GRAPHS = {
    CLASSIFIER: Classifier,
    SEGMENTER: Segmenter,
    MAPPER: SaliencyMapper,
    UPSCALER: Upscaler,
}


@pytest.mark.parametrize(("recipe", "graph"), GRAPHS.items(), ids=lambda value: str(value)[:30])
def test_every_task_has_its_graph(recipe: Recipe, graph: type) -> None:
    built = build(recipe, weights_of(recipe))
    assert type(built) is graph
    assert not any(module.training for module in built.modules())


@pytest.mark.parametrize(
    ("fit", "sides"),
    [(Fit(resize=40, crop=32), (32, 32)), (Fit(size=(24, 40)), (24, 40))],
)
@pytest.mark.parametrize("recipe", [CLASSIFIER, SEGMENTER, MAPPER], ids=lambda r: r.name)
def test_a_fit_to_fixed_sides_fixes_them(recipe: Recipe, fit: Fit, sides: tuple[int, int]) -> None:
    recipe = replace(recipe, fit=fit)
    graph = build(recipe, weights_of(recipe))
    assert graph.sides == sides
    described = card(recipe, graph, "")
    assert (described.fit, described.multiple, described.halo) == (fit, 1, None)


def test_a_fit_that_keeps_the_shape_leaves_multiples_free() -> None:
    graph = build(MAPPER, weights_of(MAPPER))
    described = card(MAPPER, graph, "")
    assert graph.sides is None
    assert graph.multiple == described.multiple == 2
    assert described.halo is None


@pytest.mark.parametrize("fit", [None, Fit(longest=64)])
def test_the_halo_of_free_sides_is_measured(fit: Fit | None) -> None:
    recipe = replace(SEGMENTER, fit=fit)
    graph = build(recipe, weights_of(recipe))
    described = card(recipe, graph, "")
    assert graph.sides is None
    assert (described.fit, described.multiple, described.halo) == (fit, 2, 7)


def test_the_card_says_what_the_recipe_knows() -> None:
    colors = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    recipe = replace(SEGMENTER, palette=colors, license="MIT", author="A", version="2", source="S")
    described = card(recipe, build(recipe, weights_of(recipe)), "sha")
    assert described.palette == colors
    assert described.labels == recipe.labels
    assert (described.task, described.name) == ("segmentation", recipe.name)
    assert (described.model_license, described.model_author) == ("MIT", "A")
    assert (described.version, described.source, described.source_sha256) == ("2", "S", "sha")


@pytest.mark.parametrize(("recipe", "outputs"), [(CLASSIFIER, 10), (SEGMENTER, 3)])
def test_other_labels_than_outputs_are_refused(recipe: Recipe, outputs: int) -> None:
    wrong = replace(recipe, labels=("cat", "dog"))
    with pytest.raises(UnusableWeights, match=f"2 labels, but the network has {outputs} outputs"):
        build(wrong, weights_of(recipe))


def test_more_classes_than_a_mask_holds_are_refused() -> None:
    network = networks.fc_densenet(classes=256)
    with pytest.raises(UnusableWeights, match="a mask holds 255 classes, the network has 256"):
        segmenter(replace(SEGMENTER, labels=None), network, 256)


def test_a_classifier_without_a_gap_head_gives_scores_alone() -> None:
    graph = classifier(CLASSIFIER, networks.resnet(), 10, head=None)
    assert type(graph) is Scorer
    assert graph.sides == (32, 32)


def test_weights_of_another_network_are_refused_in_one_line() -> None:
    with pytest.raises(UnusableWeights, match=r"^these are not the weights of an FC-DenseNet.*$"):
        build(SEGMENTER, weights_of(CLASSIFIER))
