"""What is put around an UberNet: every answer as its task promises it, under a name of its own."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from app.card import Head
from export.architectures.resnet_thin import MEAN, STD
from export.architectures.ubernet import HEADS, UberNet
from export.errors import VerificationFailed
from export.graphs.recognition import SaliencyMapper, Segmenter
from export.graphs.several import ENDINGS, Several, Single
from export.making import export_graph
from export.recipe import Recipe
from export.verify import verify

OUTPUTS = {
    "edges": 1, "normals": 3, "parts": 4, "segmentation": 5, "semantic-boundaries": 5,
    "saliency": 1,
}  # fmt: skip
OPTIONS = {"mean": MEAN, "std": STD, "sides": None, "multiple": 32}


pytestmark = pytest.mark.usefixtures("narrow")


def network() -> UberNet:
    torch.manual_seed(0)
    return UberNet(OUTPUTS).eval()


def test_every_head_has_an_ending() -> None:
    assert set(ENDINGS) == set(HEADS)


def test_answers_are_named_by_task_and_are_what_it_promises() -> None:
    graph = Several(network(), **OPTIONS).eval()
    pictures = graph.pictures(2, 64, 96, seed=1)
    with torch.inference_mode():
        found = dict(zip(graph.outputs, graph(pictures), strict=True))

    assert {name: (each.dtype, tuple(each.shape)) for name, each in found.items()} == {
        "edges/edges": (torch.float32, (2, 64, 96)),
        "normals/normals": (torch.float32, (2, 64, 96, 3)),
        "parts/classes": (torch.uint8, (2, 64, 96)),
        "parts/confidence": (torch.float32, (2, 64, 96)),
        "segmentation/classes": (torch.uint8, (2, 64, 96)),
        "segmentation/confidence": (torch.float32, (2, 64, 96)),
        "semantic-boundaries/boundaries": (torch.float32, (2, 5, 64, 96)),
        "saliency/saliency": (torch.float32, (2, 64, 96)),
    }
    for name in ("edges/edges", "semantic-boundaries/boundaries", "saliency/saliency"):
        assert 0 <= float(found[name].min()) <= float(found[name].max()) <= 1
    lengths = found["normals/normals"].square().sum(3)
    torch.testing.assert_close(lengths, torch.ones_like(lengths))
    assert graph.tasks == tuple(HEADS)


def test_free_sides_are_where_each_output_has_them() -> None:
    graph = Several(network(), **OPTIONS)
    assert graph.axes["image"] == graph.axes["edges/edges"] == {0: "N", 1: "H", 2: "W"}
    assert graph.axes["semantic-boundaries/boundaries"] == {0: "N", 2: "H", 3: "W"}
    assert set(graph.axes) == {"image", *graph.outputs}
    fixed = Several(network(), **{**OPTIONS, "sides": (64, 64)})
    assert all(axes == {0: "N"} for axes in fixed.axes.values())


@pytest.mark.parametrize("task", OUTPUTS)
def test_a_single_answer_has_the_names_of_its_task(task: str) -> None:
    several, single = (
        Several(network(), **OPTIONS).eval(),
        Single(network(), task, **OPTIONS).eval(),
    )
    pictures = several.pictures(1, 64, 64, seed=2)
    with torch.inference_mode():
        every = dict(zip(several.outputs, several(pictures), strict=True))
        alone = dict(zip(single.outputs, single(pictures), strict=True))
    assert single.outputs == ENDINGS[task].outputs
    assert single.tasks is None
    assert set(single.axes) == {"image", *alone}
    for name, answer in alone.items():
        assert torch.equal(answer, every[f"{task}/{name}"])


class Fixed(nn.Module):
    """Logits that were given."""

    def __init__(self, logits: torch.Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.logits


def test_classes_and_saliency_are_those_of_single_models() -> None:
    torch.manual_seed(1)
    image = torch.zeros(1, 8, 12, 3, dtype=torch.uint8)
    options = {"mean": (0.0,) * 3, "std": (1.0,) * 3, "sides": None}
    for task, graph, channels in (("parts", Segmenter, 4), ("saliency", SaliencyMapper, 1)):
        logits = torch.randn(1, channels, 4, 6)
        expected = graph(Fixed(logits), **options)(image)
        for one, other in zip(ENDINGS[task].of(logits, image), expected, strict=True):
            assert torch.equal(one, other)


def test_edges_and_normals_by_hand() -> None:
    image = torch.zeros(1, 1, 2, 3, dtype=torch.uint8)
    (edges,) = ENDINGS["edges"].of(torch.tensor([[[[0.0, np.log(3)]]]]), image)
    assert edges.tolist() == [[[0.5, pytest.approx(0.75)]]]
    (normals,) = ENDINGS["normals"].of(torch.tensor([3.0, 0, 0, 2, -4, 0]).view(1, 3, 1, 2), image)
    assert normals[0, 0].tolist() == [[pytest.approx(0.6), 0, pytest.approx(-0.8)], [0, 1, 0]]


@pytest.mark.filterwarnings("ignore")
def test_a_file_answers_what_is_asked_for_as_it_answers_all(tmp_path: Path) -> None:
    heads = {task: Head(labels=tuple("abcde"[:count])) for task, count in OUTPUTS.items()}
    recipe = Recipe(
        name="several", architecture="ubernet", task="scene", title="Six answers", heads=heads
    )
    graph = Several(network(), **OPTIONS).eval()
    path, parity = export_graph(recipe, graph, tmp_path, source_sha256="0")

    assert parity.error < 1e-4
    model = onnx.load(path)
    assert [given.name for given in model.graph.input] == ["image", "asked"]
    assert sum(node.op_type == "If" for node in model.graph.node) >= len(OUTPUTS)

    # A gate that looks at another task's column.
    (places,) = (node for node in model.graph.node if "asked.when.edges.places" in node.output)
    places.attribute[0].t.CopyFrom(helper.make_tensor("places", TensorProto.INT64, [1], [1]))
    onnx.save(model, path)
    with pytest.raises(VerificationFailed, match="'edges' of edges differs when it is asked for"):
        verify(path, graph)
