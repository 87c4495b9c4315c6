"""What all tests of the exporter share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from export.architectures import resnet_dense, resnet_thin, ubernet
from export.errors import UnusableWeights
from export.sources.packages import ESRGAN_THICK


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Tiny networks gain nothing from threads, and wait for each other where cores are busy."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ResNet-50-thin that is neither 50 layers deep nor wide: one block a stage, few channels."""
    channels = (8, 12, 16, 20)
    monkeypatch.setattr(resnet_thin, "BLOCKS", (1, 1, 1, 1))
    for module in (resnet_thin, resnet_dense, ubernet):
        monkeypatch.setattr(module, "CHANNELS", channels)


@pytest.fixture(scope="session")
def esrgan_thick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package's tarball; a skip where npm or its registry is out of reach."""
    folder = tmp_path_factory.mktemp("esrgan-thick")
    try:
        ESRGAN_THICK[4].onnx_file(folder)
    except UnusableWeights as error:
        if not str(error).startswith(("npm can not download", f"{ESRGAN_THICK[4].requirement} is")):
            raise
        pytest.skip(str(error))
    return folder
