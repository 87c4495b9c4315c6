"""PSNR and SSIM of a model that repeats pixels, beside bicubic enlargement."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.runtime.model import Model
from export.errors import ExportError
from export.evaluate.super_resolution import super_resolution
from export.metrics.pictures import psnr_y, ssim_y
from tests import tiny
from tests.conftest import noise

BICUBIC = Image.Resampling.BICUBIC


def test_pictures_are_cut_made_small_and_enlarged(tmp_path: Path) -> None:
    model = Model.load(tiny.doubler(tmp_path))
    picture = noise(31, 24)
    whole = picture[:24, :30]
    small = Image.fromarray(whole).resize((15, 12), BICUBIC)
    repeated = np.asarray(small).repeat(2, axis=0).repeat(2, axis=1)
    bicubic = np.asarray(small.resize((30, 24), BICUBIC))
    assert super_resolution(model, [picture]) == {
        "psnr_y": pytest.approx(psnr_y(whole, repeated, border=2)),
        "ssim_y": pytest.approx(ssim_y(whole, repeated, border=2)),
        "psnr_y_bicubic": pytest.approx(psnr_y(whole, bicubic, border=2)),
        "ssim_y_bicubic": pytest.approx(ssim_y(whole, bicubic, border=2)),
        "pictures": 1,
    }


def test_means_are_over_pictures(tmp_path: Path) -> None:
    model = Model.load(tiny.doubler(tmp_path))
    pictures = [noise(20, 20), np.full((40, 18, 3), 100, np.uint8) + noise(18, 40) // 8]
    each = [super_resolution(model, [picture]) for picture in pictures]
    both = super_resolution(model, pictures)
    assert both["pictures"] == 2
    for name in ("psnr_y", "ssim_y", "psnr_y_bicubic", "ssim_y_bicubic"):
        assert both[name] == pytest.approx((each[0][name] + each[1][name]) / 2)


def test_a_picture_without_a_place_for_the_window(tmp_path: Path) -> None:
    model = Model.load(tiny.doubler(tmp_path))
    super_resolution(model, [noise(16, 40)])
    with pytest.raises(ExportError, match="15x40 pixels is too small"):
        super_resolution(model, [noise(15, 40)])
