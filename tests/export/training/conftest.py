"""A ResNet-50-thin that is neither 50 layers deep nor wide, for tests that train it."""

import pytest

from export.architectures import resnet_dense, resnet_thin


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """One block a stage and few channels; `from_state` follows."""
    channels = (8, 12, 16, 20)
    monkeypatch.setattr(resnet_thin, "BLOCKS", (1, 1, 1, 1))
    monkeypatch.setattr(resnet_thin, "CHANNELS", channels)
    monkeypatch.setattr(resnet_dense, "CHANNELS", channels)
