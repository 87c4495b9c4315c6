"""How models are run: on which device, by how many threads, with how much memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.runtime.traffic import Traffic

Wanted = Literal["auto", "cpu", "cuda", "tensorrt"]
Device = Literal["cpu", "cuda", "tensorrt"]

Options = Mapping[str, str]
"""Names and values as onnxruntime documents them."""


@dataclass(frozen=True)
class Execution:
    """What a session is opened with; the settings of the service that have these names say more.

    Attributes:
        device: where models run.
        threads: intra-op threads of a run on a CPU that has it for itself; in dense traffic runs
            share them.
        max_batch: rows of one run that requests may be put together to; TensorRT's engines are
            built for as many.
        traffic: counts the jobs that run models.
        return_memory: seconds after which a run gives back the memory that it leaves unused;
            0: each does, infinite: none does.
        gpu: number of the CUDA device.
        gpu_mem_limit: bytes that the arena of one model may take on it; 0: no limit.
        cuda_graphs: whether CUDA graphs are captured of models whose sides are fixed.
        tensorrt_cache: where engines and timings are kept; `None`: nowhere.
        tensorrt_fp16: whether TensorRT may compute in half precision.
        tensorrt_profiles: whether the shapes below are told to TensorRT before the first picture.
        tensorrt_side: the largest height and width that it is built for, where they are free.
        session_config: further config entries of a session, over those chosen here.
        provider_options: further options by provider, over those chosen here.
    """

    device: Device = "cpu"
    threads: int = 1
    max_batch: int = 1
    traffic: Traffic = field(default_factory=Traffic, compare=False)
    return_memory: float = 60.0
    gpu: int = 0
    gpu_mem_limit: int = 0
    cuda_graphs: bool = False
    tensorrt_cache: Path | None = None
    tensorrt_fp16: bool = False
    tensorrt_profiles: bool = True
    tensorrt_side: int = 1024
    session_config: Options = field(default_factory=dict)
    provider_options: Mapping[str, Options] = field(default_factory=dict)


ON_CPU = Execution()
"""One thread on the CPU."""
