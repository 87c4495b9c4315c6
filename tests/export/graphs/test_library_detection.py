"""A narrow Faster R-CNN: exported for any batch, it answers what torchvision does."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import TwoMLPHead
from torchvision.ops import MultiScaleRoIAlign

from app.runtime.model import Model
from app.tasks import TASKS
from export.eager import MOST
from export.errors import VerificationFailed
from export.graphs.library_detection import LibraryDetector
from export.making import export_graph
from export.parity import TOLERANCE
from export.recipe import Recipe
from export.weights import weights_from_onnx
from tests.conftest import noise

pytestmark = pytest.mark.filterwarnings("ignore")

RECIPE = Recipe(
    name="narrow-rcnn", architecture="torchvision:narrow", task="detection", title="narrow"
)


def narrow() -> FasterRCNN:
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 8, 9, 8, padding=1), nn.ReLU())
    backbone.out_channels = 8
    network = FasterRCNN(
        backbone,
        rpn_anchor_generator=AnchorGenerator(((16, 32),), ((0.5, 2.0),)),
        box_roi_pool=MultiScaleRoIAlign(["0"], 3, 2),
        box_head=TwoMLPHead(8 * 9, 16),
        num_classes=None,
        box_predictor=Predictor(),
        box_detections_per_img=20,
        rpn_post_nms_top_n_test=50,
    )
    return network.eval()


class Predictor(nn.Module):
    """Scores that differ enough, so that rounding does not decide about the order."""

    def __init__(self) -> None:
        super().__init__()
        self.cls_score, self.bbox_pred = nn.Linear(16, 4), nn.Linear(16, 16)
        nn.init.normal_(self.cls_score.weight, std=4)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.cls_score(x), self.bbox_pred(x)


class Rounded(nn.Module):
    """Loses digits of single precision: in torch only, as if a faithful file rounded otherwise, or
    in the file only, which is a fault of it."""

    def __init__(self, large: float, in_file: bool) -> None:
        super().__init__()
        self.large, self.in_file = large, in_file

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        here = torch.jit.is_tracing() == self.in_file
        return (x + self.large) - self.large if here else x


def wrapped(*last: nn.Module) -> LibraryDetector:
    """A narrow detector in its graph, with this at the end of its backbone."""
    network = narrow()
    network.backbone.extend(last)
    return LibraryDetector(
        network, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), sides=None
    ).eval()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    return export_graph(RECIPE, wrapped(), folder, source_sha256="")[0]


@pytest.mark.parametrize(("height", "width"), [(96, 64), (85, 71), (97, 159)])
def test_it_answers_as_torchvision_does(exported: Path, height: int, width: int) -> None:
    model, own = Model.load(exported), narrow()
    model.check(TASKS["detection"].contract)
    assert model.card.multiple == 1  # the server pads nothing: torchvision's padding is not its own
    pictures = np.stack([noise(width, height, seed=seed) for seed in range(3)])
    answers = model.run(image=pictures)
    # It is as large as it wants it.
    own.transform.min_size, own.transform.max_size = (min(height, width),), max(height, width)
    for row, pixels in enumerate(pictures):
        with torch.no_grad():
            (found,) = own([torch.from_numpy(pixels).permute(2, 0, 1) / 255])
        count = len(found["scores"])
        assert 0 < count <= 20
        np.testing.assert_allclose(answers["boxes"][row, :count], found["boxes"], atol=1e-3)
        np.testing.assert_allclose(answers["scores"][row, :count], found["scores"], atol=1e-4)
        assert answers["classes"][row, :count].tolist() == found["labels"].tolist()
        assert not answers["scores"][row, count:].any()


def test_a_tiny_picture_does_not_set_the_scales() -> None:
    graph = wrapped()
    with torch.no_grad():
        graph(graph.pictures(1, 33, 33, seed=0))  # 8 of its 64 padded rows, which is not 8 of 33
    assert graph.network.roi_heads.box_roi_pool.scales == [1 / 8]


def test_weights_keep_their_names(exported: Path) -> None:
    assert set(weights_from_onnx(exported)) == set(narrow().state_dict())
    assert [node.op_type for node in onnx.load(exported).graph.node] == ["Scan"]


def test_what_torch_rounds_itself_is_allowed(exported: Path, tmp_path: Path) -> None:
    graph, steps = wrapped(Rounded(2.0**14, in_file=False)), []
    path, parity = export_graph(RECIPE, graph, tmp_path, source_sha256="", say=steps.append)
    tolerance = Model.load(path).card.tolerance
    assert TOLERANCE < parity.error <= tolerance < MOST
    assert "rounding" in steps[-1]
    assert Model.load(exported).card.tolerance == TOLERANCE


def test_what_the_file_rounds_alone_is_not(tmp_path: Path) -> None:
    graph = wrapped(Rounded(2.0**14, in_file=True))
    with pytest.raises(VerificationFailed, match=r"differs from the network by .*, 0\.0001 is"):
        export_graph(RECIPE, graph, tmp_path, source_sha256="")
    assert not list(tmp_path.iterdir())


def test_where_rounding_decides_nothing_is_published(tmp_path: Path) -> None:
    graph = wrapped(Rounded(2.0**20, in_file=False))
    with pytest.raises(VerificationFailed, match="off its own answers in double"):
        export_graph(RECIPE, graph, tmp_path, source_sha256="")
    assert not list(tmp_path.iterdir())
