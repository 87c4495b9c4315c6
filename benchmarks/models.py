"""`python -m benchmarks.models`: a ResNet-50 of random weights, and a model that costs nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper
from torchvision.models import ResNet50_Weights, resnet50

from app.card import Fit, ModelCard
from benchmarks.cases import FREE, MODELS, RESNET
from export.convert import OPSET
from export.graphs.by_task import classifier
from export.making import export_graph
from export.publish import describe, staged
from export.sources.torchvision import recipe_for
from export.weights import digest


def make_resnet50(folder: Path) -> Path:
    """Publish torchvision's ResNet-50, whose speed does not depend on its weights.

    It answers with scores only. Evidence would be one more convolution, which a server may leave
    out where nobody asks for it: then the limit would not be the limit.
    """
    torch.manual_seed(0)
    network = resnet50().eval()
    recipe = recipe_for("resnet50", ResNet50_Weights.IMAGENET1K_V1, dense=False)
    recipe = replace(recipe, name=RESNET, title="ResNet-50 of random weights", source="random")
    graph = classifier(recipe, network, classes=1000, head=None)
    path, _ = export_graph(recipe, graph, folder, source_sha256=digest(network.state_dict()))
    return path


def make_mean(folder: Path) -> Path:
    """Publish a classifier whose scores are the means of red, green and blue, 0 to 255."""
    card = ModelCard(
        task="classification",
        name=FREE,
        title="Mean of each channel",
        fit=Fit(resize=256, crop=224),
    )
    axes = numpy_helper.from_array(np.array([1, 2]), "axes")
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float", "axes"], ["scores"], keepdims=0),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 224, 224, 3])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])
    graph = helper.make_graph(nodes, FREE, [image], [scores], [axes])
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    describe(model, card)
    path = folder / f"{FREE}.onnx"
    with staged(model, path):
        return path


if __name__ == "__main__":
    make_resnet50(MODELS)
    make_mean(MODELS)
