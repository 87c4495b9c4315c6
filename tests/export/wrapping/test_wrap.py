"""A third party's classifier, wrapped and served, answers what numpy and its own file answer."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.card import Fit
from app.main import create_app
from app.runtime.model import Model
from app.settings import Settings
from export.errors import UnusableGraph, VerificationFailed
from export.wrapping import wrap as module
from export.wrapping.activation import Activation
from export.wrapping.geometry import WantedFit
from export.wrapping.pixels import Color, Layout
from export.wrapping.third_party import read
from export.wrapping.wrap import Wrapped, wrap
from export.wrapping.wrapping import Wrapping
from tests.conftest import noise, serving
from tests.export.wrapping.third import classifier, ran, softmax

LABELS = tuple("abcde")
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def wrapped(path: Path, folder: Path, **said: Any) -> Wrapped:
    values = {"mean": MEAN, "std": STD, "labels": LABELS, **said}
    wrapping = Wrapping(name="wrapped", task="classification", title="Five classes", **values)
    return wrap(read(path), wrapping, folder)


def batch(height: int = 16, width: int = 16) -> NDArray[np.uint8]:
    return np.stack([noise(width, height, seed=seed) // (1 + seed) for seed in range(4)])


def prepared(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Torch's way, channels first."""
    unit = (pictures / 255 - MEAN) / STD
    return unit.transpose(0, 3, 1, 2).astype(np.float32)


def assert_scores(path: Path, pictures: NDArray[np.uint8], expected: NDArray[Any]) -> None:
    model = Model.load(path)
    found = model.run(image=pictures)["scores"]
    np.testing.assert_allclose(found, expected, atol=2e-6)
    assert np.ptp(expected, axis=0).max() > 0.1  # pictures that all score alike would prove nothing
    for index in range(len(pictures)):
        alone = model.run(image=pictures[index : index + 1])["scores"]
        np.testing.assert_allclose(alone[0], expected[index], atol=2e-6)


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize(
    ("opset", "ir", "listed"),
    [(7, 3, True), (9, 3, True), (9, 4, False), (13, 7, True), (17, 8, False), (20, 9, False),
     (21, 10, False)],
)  # fmt: skip
def test_every_opset_and_layout(
    opset: int, ir: int, listed: bool, layout: str, tmp_path: Path
) -> None:
    third = classifier(
        tmp_path / "third.onnx", opset=opset, ir=ir, listed=listed, layout=layout, batch=1
    )
    made = wrapped(third, tmp_path / "models")
    pictures = batch()
    given = prepared(pictures)
    if layout == "nhwc":
        given = given.transpose(0, 2, 3, 1)
    assert_scores(made.path, pictures, softmax(ran(third, given)))

    model = onnx.load(made.path)
    onnx.checker.check_model(model, full_check=True)
    assert [value.name for value in model.graph.input] == ["image"]
    assert model.ir_version == max(ir, 4)
    assert model.opset_import[0].version == max(opset, 8)
    assert made.agreement.error < 1e-6
    assert made.agreement.agreement == 1
    assert made.added == "softmax"


def test_it_is_served(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", layout="nhwc", batch=1, flat=(1, -1))
    folder = tmp_path / "models"
    wrapped(third, folder, color=Color.bgr, fit=WantedFit(resize=20, interpolation="bicubic"))
    picture = Image.fromarray(noise(40, 30, seed=5))
    body = io.BytesIO()
    picture.save(body, "PNG")
    with serving(create_app(Settings(models=folder, device="cpu"))) as client:
        answer = client.post(
            "/v1/classification", params={"model": "wrapped"}, content=body.getvalue(),
            headers={"content-type": "image/png"},
        )  # fmt: skip
    assert answer.status_code == 200, answer.text

    # A shortest side of 20 makes 40x30 to 26x20; of that the 16x16 in the middle are seen.
    resized = np.asarray(picture.resize((26, 20), Image.Resampling.BICUBIC))[2:18, 5:21]
    given = (resized[..., ::-1] / 255 - MEAN) / STD
    scores = softmax(ran(third, given[np.newaxis].astype(np.float32)))[0]
    told = {entry["label"]: entry["score"] for entry in answer.json()["predictions"]}
    assert [*told] == [LABELS[index] for index in np.argsort(-scores)]
    # Pillow resizes a box here and a whole picture there: levels differ by rounding.
    np.testing.assert_allclose([told[label] for label in LABELS], scores, atol=0.01)


def test_the_card(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", metadata={"model_license": "MIT"})
    card = Model.load(wrapped(third, tmp_path / "models").path).card
    assert card.fit == Fit(resize=18, crop=16)
    assert card.labels == LABELS
    assert card.source == "third.onnx"
    assert card.source_sha256 == read(third).sha256
    assert (card.model_license, card.model_author) == ("MIT", "others")
    assert card.tolerance == 1e-4
    assert not card.multilabel

    said = {"license": "BSD-2-Clause", "author": "somebody", "source": "elsewhere"}
    card = Model.load(wrapped(third, tmp_path / "models", **said).path).card
    assert (card.model_license, card.model_author) == ("BSD-2-Clause", "somebody")
    assert card.source == "elsewhere"
    bare = classifier(tmp_path / "bare.onnx")
    assert Model.load(wrapped(bare, tmp_path / "models").path).card.model_license == "NOASSERTION"


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", batch=1, flat=(1, -1))
    first = wrapped(third, tmp_path / "a").path.read_bytes()
    assert wrapped(third, tmp_path / "b").path.read_bytes() == first


def test_names_of_the_third_party_may_be_ours(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", end="Softmax")
    model = onnx.load(third)
    ours = {"given": "image", "answer": "scores", "c": "before.cast0", "r": "after.flatten1"}
    for value in (*model.graph.input, *model.graph.output):
        value.name = ours[value.name]
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.input[:] = [ours.get(name, name) for name in node.input]
        node.output[:] = [ours.get(name, name) for name in node.output]
    onnx.save(model, third)
    pictures = batch()
    made = wrapped(third, tmp_path / "models")
    assert made.added == "nothing"
    assert_scores(made.path, pictures, ran(third, prepared(pictures), "scores"))


def test_half_precision(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", half=True)
    made = wrapped(third, tmp_path / "models")
    card = Model.load(made.path).card
    assert made.agreement.error < card.tolerance == 5e-3
    pictures = batch()
    expected = softmax(ran(third, prepared(pictures).astype(np.float16)).astype(np.float32))
    np.testing.assert_allclose(
        Model.load(made.path).run(image=pictures)["scores"], expected, atol=5e-3
    )


def test_bytes_go_in_as_they_are(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", layout="nhwc", batch=1)
    model = onnx.load(third)
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.UINT8
    model.graph.node[0].input[0] = "unit"
    model.graph.node.insert(0, onnx.helper.make_node("Cast", ["given"], ["float"], to=1))
    model.graph.node.insert(1, onnx.helper.make_node("Div", ["float", "much"], ["unit"]))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(1000), "much"))
    del model.graph.value_info[:]
    onnx.save(model, third)
    levels = {"range": 255.0, "mean": (0.0,), "std": (1.0,)}
    made = wrapped(third, tmp_path / "models", color=Color.bgr, **levels)
    pictures = batch()
    assert_scores(made.path, pictures, softmax(ran(third, pictures[..., ::-1].copy())))
    with pytest.raises(UnusableGraph, match="takes uint8 pixels as they are"):
        wrapped(third, tmp_path / "models")


def test_external_data_are_read_in(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx")
    pictures = batch()
    expected = softmax(ran(third, prepared(pictures)))
    beside = tmp_path / "beside"
    beside.mkdir()
    onnx.save(
        onnx.load(third), beside / "third.onnx",
        save_as_external_data=True, location="weights.bin", size_threshold=0,
    )  # fmt: skip
    made = wrapped(beside / "third.onnx", tmp_path / "models")
    (beside / "weights.bin").unlink()
    assert_scores(made.path, pictures, expected)
    with pytest.raises(UnusableGraph, match=r"the external data of .+third\.onnx can not be read"):
        read(beside / "third.onnx")


def test_labels_must_be_as_many_as_outputs(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx")
    with pytest.raises(UnusableGraph, match="4 labels, but the network has 5 outputs"):
        wrapped(third, tmp_path / "models", labels=LABELS[:4])
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("end", "said", "multilabel", "added"),
    [
        ("", Activation.auto, False, "softmax"),
        ("", Activation.sigmoid, True, "sigmoid"),
        ("Softmax", Activation.auto, False, "nothing"),
        ("Softmax", Activation.none, False, "nothing"),
        ("Sigmoid", Activation.auto, True, "nothing"),
        ("LogSoftmax", Activation.auto, False, "softmax"),
    ],
)
def test_what_is_put_behind(
    end: str, said: Activation, multilabel: bool, added: str, tmp_path: Path
) -> None:
    third = classifier(tmp_path / "third.onnx", end=end)
    made = wrapped(third, tmp_path / "models", activation=said)
    assert made.added == added
    assert Model.load(made.path).card.multilabel == multilabel
    pictures = batch()
    logits = ran(classifier(tmp_path / "logits.onnx"), prepared(pictures))
    expected = 1 / (1 + np.exp(-logits)) if multilabel else softmax(logits)
    assert_scores(made.path, pictures, expected)


def test_logits_are_no_scores(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx")
    with pytest.raises(UnusableGraph, match="no probabilities: --activation none is not enough"):
        wrapped(third, tmp_path / "models", activation=Activation.none)


def test_probabilities_are_told_by_their_values(tmp_path: Path) -> None:
    """A softmax that was written as exponentials over their sum has no name to be told by."""
    third = classifier(tmp_path / "third.onnx")
    model = onnx.load(third)
    model.graph.node[-1].output[0] = "logits"
    model.graph.node.extend(
        [
            onnx.helper.make_node("Exp", ["logits"], ["exp"]),
            onnx.helper.make_node("ReduceL1", ["exp"], ["sum"], axes=[1]),
            onnx.helper.make_node("Div", ["exp", "sum"], ["answer"]),
        ]
    )
    onnx.save(model, third)
    assert wrapped(third, tmp_path / "models").added == "nothing"


@pytest.mark.parametrize(
    ("op", "reason"),
    [("Mul", "'scores' differs from the original by"), ("image", "the network's input")],
)
def test_what_answers_something_else_is_not_published(
    op: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = classifier(tmp_path / "third.onnx")
    models = tmp_path / "models"
    models.mkdir()
    (models / "wrapped.onnx").write_bytes(b"what was there")
    right = module._wrapped

    def wrong(*given: Any, **more: Any) -> onnx.ModelProto:
        model = right(*given, **more)
        for tensor in model.graph.initializer:
            if op == "Mul" and tensor.name == "network.kernel":
                changed = onnx.numpy_helper.to_array(tensor) * np.float32(1.1)
                tensor.CopyFrom(onnx.numpy_helper.from_array(changed, tensor.name))
            if op == "image" and tensor.name == "before.constant0":
                changed = onnx.numpy_helper.to_array(tensor)[::-1].copy()
                tensor.CopyFrom(onnx.numpy_helper.from_array(changed, tensor.name))
        return model

    monkeypatch.setattr(module, "_wrapped", wrong)
    with pytest.raises(VerificationFailed, match=reason):
        wrapped(third, models)
    assert (models / "wrapped.onnx").read_bytes() == b"what was there"
    assert len(list(models.iterdir())) == 1


def test_layouts_that_can_not_be_told(tmp_path: Path) -> None:
    third = classifier(tmp_path / "third.onnx", sides=("H", 3))
    with pytest.raises(UnusableGraph, match=r"its input is \?x3x\?x3: say --layout"):
        wrapped(third, tmp_path / "models", fit=WantedFit(size=(16, 3)))
    wrapped(third, tmp_path / "models", fit=WantedFit(size=(16, 3)), layout=Layout.nchw)
    with pytest.raises(UnusableGraph, match="which is not gray in nchw"):
        wrapped(third, tmp_path / "models", color=Color.gray, layout=Layout.nchw)
