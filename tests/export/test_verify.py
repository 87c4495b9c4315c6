"""Verification: what computes something else is not published, and what was there stays."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from app.card import ModelCard
from app.errors import InvalidModel
from export import making as module
from export.errors import VerificationFailed
from export.graphs.gap import GapHead
from export.graphs.graph import Graph
from export.graphs.recognition import Classifier, SaliencyMapper, Scorer, Segmenter
from export.graphs.upscaling import Upscaler
from export.making import build, card, export
from export.publish import describe
from export.verify import TOLERANCE, verify
from tests.export.networks import CLASSIFIER, MAPPER, SEGMENTER, UPSCALER, resnet, weights_of

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def converted() -> bytes:
    return module.convert(build(UPSCALER, weights_of(UPSCALER))).SerializeToString()


def brightened(output: onnx.ModelProto) -> onnx.ModelProto:
    """The model with 0.01 added to what it answers."""
    for node in output.graph.node:
        node.output[:] = ["dark" if name == "upscaled" else name for name in node.output]
    output.graph.initializer.append(numpy_helper.from_array(np.float32(0.01), "light"))
    output.graph.node.append(helper.make_node("Add", ["dark", "light"], ["upscaled"]))
    return output


@pytest.mark.parametrize(
    "recipe", [CLASSIFIER, UPSCALER, SEGMENTER, MAPPER], ids=lambda recipe: recipe.name
)
def test_a_faithful_file_is_published(recipe: module.Recipe, tmp_path: Path) -> None:
    steps: list[str] = []
    path, parity = export(recipe, weights_of(recipe), tmp_path / "new", say=steps.append)
    assert [file.name for file in (tmp_path / "new").iterdir()] == [f"{recipe.name}.onnx"]
    assert path.name == f"{recipe.name}.onnx"
    assert parity.error < TOLERANCE
    assert parity.agreement == 1
    assert parity.error <= parity.absolute
    assert parity.relative <= parity.absolute or parity.relative < TOLERANCE
    assert len(steps) == 4


def test_a_broken_graph_is_not_published(
    converted: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / f"{UPSCALER.name}.onnx"
    old.write_bytes(b"what was there")
    broken = brightened(onnx.load_from_string(converted))
    monkeypatch.setattr(module, "convert", lambda _: broken)
    with pytest.raises(VerificationFailed, match=r"'upscaled' differs from the network by 0\.01"):
        export(UPSCALER, weights_of(UPSCALER), tmp_path)
    assert old.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [old]


def test_a_graph_that_breaks_its_contract_is_not_published(
    converted: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misnamed = onnx.load_from_string(converted)
    misnamed.graph.output[0].name = "larger"
    misnamed.graph.node[-1].output[0] = "larger"
    monkeypatch.setattr(module, "convert", lambda _: misnamed)
    with pytest.raises(InvalidModel, match="output 'upscaled'"):
        export(UPSCALER, weights_of(UPSCALER), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def classification() -> bytes:
    graph = build(CLASSIFIER, weights_of(CLASSIFIER))
    model = module.convert(graph)
    describe(model, card(CLASSIFIER, graph, ""))
    return model.SerializeToString()


def altered(model: bytes, folder: Path, change: Callable[[onnx.GraphProto], object]) -> Path:
    """A file of the model whose graph has been changed."""
    changed = onnx.load_from_string(model)
    change(changed.graph)
    onnx.save(changed, folder / "model.onnx")
    return folder / "model.onnx"


def test_weights_that_an_input_could_replace_are_refused(
    classification: bytes, tmp_path: Path
) -> None:
    def list_as_input(graph: onnx.GraphProto) -> None:
        (bias,) = (one for one in graph.initializer if one.name == "network.linear.bias")
        graph.input.append(helper.make_tensor_value_info(bias.name, bias.data_type, bias.dims))

    path = altered(classification, tmp_path, list_as_input)
    graph = build(CLASSIFIER, weights_of(CLASSIFIER))
    with pytest.raises(VerificationFailed, match=r"'network\.linear\.bias' is listed as an input"):
        verify(path, graph)


def test_what_is_not_valid_onnx_is_refused(classification: bytes, tmp_path: Path) -> None:
    def lie_about_features(graph: onnx.GraphProto) -> None:
        (features,) = (one for one in graph.output if one.name == "features")
        features.type.tensor_type.shape.dim[1].dim_value = 63

    path = altered(classification, tmp_path, lie_about_features)
    with pytest.raises(VerificationFailed, match="not valid ONNX: "):
        verify(path, build(CLASSIFIER, weights_of(CLASSIFIER)))


def test_another_best_label_is_refused(tmp_path: Path) -> None:
    # All scores are equal but for a billionth: less than what may differ, but another label.
    def constant(first: float) -> Scorer:
        network = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 10))
        nn.init.zeros_(network[2].weight)
        nn.init.zeros_(network[2].bias)
        network[2].bias.data[:2] = torch.tensor([first, 2e-6])
        mean, std = (0.5, 0.5, 0.5), (0.2, 0.2, 0.2)
        return Scorer(network, mean=mean, std=std, sides=(8, 8)).eval()

    path = written(tmp_path, constant(0), CLASSIFIER)
    assert verify(path, constant(0)).agreement == 1
    with pytest.raises(VerificationFailed, match=r"only 0\.0% of the best labels are the same"):
        verify(path, constant(4e-6))


def test_evidence_must_add_up_to_what_the_network_itself_says(tmp_path: Path) -> None:
    # Not the maps that the network pools: graph and file agree on it, the network does not.
    wrong = GapHead(lambda network, x: 1.1 * network.features(x), lambda network: network.head)
    graph = Classifier(resnet(), head=wrong, mean=(0.5,) * 3, std=(0.2,) * 3, sides=(32, 32)).eval()
    path = written(tmp_path, graph, CLASSIFIER)
    with pytest.raises(VerificationFailed, match="'evidence' does not follow from the logits: it"):
        verify(path, graph)


class Sociable(nn.Module):
    """Compares each picture with the others of its batch."""

    scale = 1

    def forward(self, luma: Tensor) -> Tensor:
        return luma - 0.1 * luma.mean(0, keepdim=True)


def test_neighbours_in_a_batch_must_not_matter(tmp_path: Path) -> None:
    graph = Upscaler(Sociable(), scale=1)
    model = module.convert(graph)
    describe(model, card(UPSCALER, graph, ""))
    onnx.save(model, tmp_path / "model.onnx")
    with pytest.raises(VerificationFailed, match="depends on its neighbours"):
        verify(tmp_path / "model.onnx", graph)


def written(folder: Path, graph: Graph, recipe: module.Recipe) -> Path:
    """A file of the graph, described as the recipe's model."""
    model = module.convert(graph)
    described = ModelCard(
        task=recipe.task,
        name=recipe.name,
        title=recipe.title,
        labels=recipe.labels,
        multiple=graph.multiple,
        tolerance=TOLERANCE,
    )
    describe(model, described)
    onnx.save(model, folder / "model.onnx")
    return folder / "model.onnx"


class Coarse(nn.Module):
    """The means of squares of four pixels, none below `dark`, times a factor."""

    def __init__(self, factor: float = 1, dark: float = 0) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(float(factor)))
        self.dark = nn.Parameter(torch.tensor(float(dark)))

    def forward(self, x: Tensor) -> Tensor:
        pooled = functional.avg_pool2d(x, 2)
        return self.factor * pooled.clamp(min=self.dark)


class Squared(Coarse):
    """Takes the height for the width, too."""

    def forward(self, x: Tensor) -> Tensor:
        enlarged = functional.interpolate(super().forward(x), size=(x.shape[2], x.shape[2]))
        return functional.interpolate(enlarged, size=(x.shape[2] // 2, x.shape[3] // 2))


def segmenter(network: nn.Module) -> Segmenter:
    mean, std = (0.5, 0.5, 0.5), (0.2, 0.2, 0.2)
    return Segmenter(network, mean=mean, std=std, sides=None, multiple=2)


@pytest.fixture(scope="module")
def segmentation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("models"), segmenter(Coarse()), SEGMENTER)


def test_other_classes_are_not_published(segmentation: Path) -> None:
    assert verify(segmentation, segmenter(Coarse())).error < TOLERANCE
    with pytest.raises(
        VerificationFailed, match=r"'classes' differs from the network at \d+\.\d+% of"
    ):
        verify(segmentation, segmenter(Coarse(factor=-1)))


def test_the_same_classes_but_another_confidence_are_not_published(segmentation: Path) -> None:
    with pytest.raises(VerificationFailed, match=r"'confidence' differs from the network by 0\."):
        verify(segmentation, segmenter(Coarse(factor=1.2)))


def test_pictures_that_are_not_square_are_tried(tmp_path: Path) -> None:
    path = written(tmp_path, segmenter(Squared()), SEGMENTER)
    with pytest.raises(VerificationFailed, match="differs from the network"):
        verify(path, segmenter(Coarse()))


def test_another_saliency_is_not_published(tmp_path: Path) -> None:
    def mapper(network: nn.Module) -> SaliencyMapper:
        mean, std = (0.5, 0.5, 0.5), (0.2, 0.2, 0.2)
        return SaliencyMapper(network, mean=mean, std=std, sides=None, multiple=2)

    path = written(tmp_path, mapper(Coarse()), MAPPER)
    assert verify(path, mapper(Coarse())).output == "saliency"
    with pytest.raises(VerificationFailed, match=r"'saliency' differs from the network by 0\."):
        verify(path, mapper(Coarse(dark=0.1)))
