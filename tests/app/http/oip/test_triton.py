"""Triton's own Python clients, unmodified, against a real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import tritonclient.http
import tritonclient.http.aio
from numpy.typing import NDArray
from tritonclient.utils import InferenceServerException

from app.runtime.model import Model
from tests.conftest import ROOT, Make, noise, serving

Client = tritonclient.http.InferenceServerClient
PICTURES = np.stack([noise(32, 32, seed=seed) for seed in range(3)])
SHIPPED = ("resnet20-cifar10", "resnet-saliency")


def address(client: httpx.Client) -> str:
    return client.base_url.netloc.decode()


@pytest.fixture
def triton(client: httpx.Client) -> Iterator[Client]:
    with Client(address(client)) as triton:
        yield triton


@pytest.fixture
def shipped(make_app: Make, tmp_path: Path) -> Iterator[httpx.Client]:
    """A server of two of the shipped models."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in SHIPPED:
        (folder / f"{name}.onnx").symlink_to(ROOT / "models" / f"{name}.onnx")
    with serving(make_app(models=folder)) as client:
        yield client


def image(array: NDArray[Any], datatype: str = "UINT8", *, binary: bool = True) -> Any:
    given = tritonclient.http.InferInput("image", list(array.shape), datatype)
    return given.set_data_from_numpy(array, binary_data=binary)


def wanted(name: str, **how: Any) -> Any:
    return tritonclient.http.InferRequestedOutput(name, **how)


def test_what_it_asks_of_a_server(triton: Client) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("colors")
    assert triton.is_model_ready("colors", "1")
    assert not triton.is_model_ready("colors", "2")
    assert not triton.is_model_ready("nobody")
    assert triton.get_server_metadata()["name"] == "densight"
    assert triton.get_model_metadata("colors")["inputs"][0]["datatype"] == "UINT8"
    assert triton.get_model_config("colors")["input"][0]["data_type"] == "TYPE_UINT8"
    assert [model["name"] for model in triton.get_model_repository_index()] == [
        "colors",
        "doubler",
    ]
    (statistics,) = triton.get_inference_statistics("colors")["model_stats"]
    assert statistics["inference_stats"]["success"] == {"count": 0, "ns": 0}
    assert len(triton.get_inference_statistics()["model_stats"]) == 2


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("compression", [None, "gzip", "deflate"])
def test_float_tensors_in_every_form(
    triton: Client, folder: Path, sent: bool, answered: bool, compression: str | None
) -> None:
    pixels = np.random.default_rng(0).random((2, 3, 5, 3), np.float32)
    result = triton.infer(
        "doubler",
        [image(pixels, "FP32", binary=sent)],
        outputs=[wanted("upscaled", binary_data=answered)],
        request_id="mine",
        request_compression_algorithm=compression,
        response_compression_algorithm=compression,
    )
    assert result.get_response()["id"] == "mine"
    assert ("data" in result.get_output("upscaled")) is not answered
    upscaled = Model.load(folder / "doubler.onnx").run(image=pixels)["upscaled"]
    assert np.array_equal(result.as_numpy("upscaled"), upscaled)


def test_loading_and_unloading(triton: Client) -> None:
    triton.unload_model("colors")
    assert not triton.is_model_ready("colors")
    triton.load_model("colors")
    assert triton.is_model_ready("colors")
    with pytest.raises(InferenceServerException, match="no config and no files"):
        triton.load_model("colors", config="{}")


def test_without_waiting(triton: Client) -> None:
    asked = [triton.async_infer("colors", [image(PICTURES)]) for _ in range(3)]
    for one in asked:
        assert one.get_result().as_numpy("scores").shape == (3, 3)


def test_a_mistake_is_told(triton: Client) -> None:
    with pytest.raises(InferenceServerException, match="is FP32, the model takes UINT8") as caught:
        triton.infer("colors", [image(PICTURES.astype(np.float32), "FP32")])
    assert caught.value.status() == "400"
    with pytest.raises(InferenceServerException, match="wanted as classes"):
        triton.infer("colors", [image(PICTURES)], outputs=[wanted("scores", class_count=2)])


def test_the_shipped_network_answers_what_it_computes(shipped: httpx.Client) -> None:
    computed = Model.load(ROOT / "models" / "resnet20-cifar10.onnx").run(image=PICTURES)
    with Client(address(shipped)) as triton:
        result = triton.infer("resnet20-cifar10", [image(PICTURES)])
        for name, array in computed.items():
            np.testing.assert_allclose(result.as_numpy(name), array, rtol=1e-4, atol=1e-6)


def test_a_picture_too_small_for_the_network_does_not_end_the_process(
    shipped: httpx.Client,
) -> None:
    with Client(address(shipped)) as triton:
        with pytest.raises(InferenceServerException, match="must be multiples of 32"):
            triton.infer("resnet-saliency", [image(noise(1, 1)[None])])
        assert triton.infer("resnet-saliency", [image(PICTURES)]).as_numpy("saliency").any()


def test_asyncio(shipped: httpx.Client) -> None:
    async def ask() -> list[Any]:
        async with tritonclient.http.aio.InferenceServerClient(address(shipped)) as triton:
            assert await triton.is_model_ready("resnet20-cifar10")
            assert len(await triton.get_model_repository_index()) == len(SHIPPED)
            asked = [triton.infer("resnet20-cifar10", [image(p[None])]) for p in PICTURES]
            return await asyncio.gather(*asked)

    scores = np.concatenate([result.as_numpy("scores") for result in asyncio.run(ask())])
    computed = Model.load(ROOT / "models" / "resnet20-cifar10.onnx").run(image=PICTURES)
    np.testing.assert_allclose(scores, computed["scores"], rtol=1e-4, atol=1e-6)
