"""From settings to how models are run."""

from dataclasses import fields
from pathlib import Path

from app.catalog import bounds_of, execution_of, registry_of
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.settings import Settings
from app.tasks.task import Bounds

UNUSUAL = {
    "threads": 3,
    "return_memory": float("inf"),
    "gpu": 2,
    "gpu_mem_limit": 10**9,
    "cuda_graphs": True,
    "tensorrt_cache": Path("/cache"),
    "tensorrt_fp16": True,
    "tensorrt_profiles": False,
    "max_batch": 3,
    "tensorrt_side": 100,
    "session_config": {"a": "1"},
    "provider_options": {"P": {"b": "2"}},
}


def test_every_field_is_a_setting() -> None:
    names = {field.name for field in fields(Execution)}
    assert names - {"device", "traffic"} == UNUSUAL.keys()
    assert execution_of(Settings(**UNUSUAL), "cuda") == Execution(device="cuda", **UNUSUAL)


def test_defaults_agree() -> None:
    usual, settings = Execution(), Settings()
    for name in UNUSUAL.keys() - {"threads", "max_batch"}:
        assert getattr(usual, name) == getattr(settings, name)


def test_the_bounds_of_an_answer() -> None:
    given = Settings(max_pixels=5, max_pixels_made=7)
    assert (bounds_of(given, "cpu").max_pixels, bounds_of(given, "cpu").max_pixels_made) == (5, 7)
    assert bounds_of(given, "cpu").tile_pixels == Bounds(1).tile_pixels == 2**16
    assert bounds_of(given, "cuda").tile_pixels == 2**18
    assert bounds_of(Settings(tile_pixels=9), "cuda").tile_pixels == 9


def test_the_registry_gets_them(folder: Path) -> None:
    registry = registry_of(Settings(models=folder, device="cpu", threads=2, return_memory=5))
    assert registry.execution == Execution(threads=2, return_memory=5)


def test_a_job_for_every_worker_is_dense_traffic() -> None:
    assert execution_of(Settings(workers=3), "cpu").traffic.lanes == 3
    assert execution_of(Settings(), "cpu").traffic.lanes == cores()


def test_batches_are_made_on_a_gpu() -> None:
    assert execution_of(Settings(), "cpu").max_batch == 1
    assert execution_of(Settings(), "cuda").max_batch == 16
