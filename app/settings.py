"""Every setting of the service: environment variables that start with `DENSIGHT_`."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MODELS = Path(__file__).resolve().parent.parent / "models"
"""The folder of shipped models, beside the package in a checkout and in the image."""

_HASHED = "sha256:"


def hashed(key: str) -> str:
    """What stands for an API key in the settings: `sha256:` and 64 hexadecimal digits.

    A slow hash with salt, as passwords need, would bring nothing: keys are random and long.
    """
    return _HASHED + hashlib.sha256(key.encode()).hexdigest()


class Settings(BaseSettings):
    """Read once at the start and never changed after; `densight settings` prints them."""

    model_config = SettingsConfigDict(
        env_prefix="DENSIGHT_", frozen=True, use_attribute_docstrings=True, extra="ignore"
    )

    models: Path = MODELS
    """Folder whose `*.onnx` files are served."""

    watch: bool = True
    """Whether files that come, change or go while the service runs are followed."""

    model_control: bool = True
    """Whether clients may load and unload models by name; off where nothing may change."""

    default_models: dict[str, str] = {
        "classification": "resnet56-cifar10",
        "detection": "resnet-helmets",
        "edges": "ubernet",
        "flow": "densenet-flow",
        "normals": "ubernet",
        "parts": "ubernet",
        "saliency": "resnet-saliency",
        "scene": "ubernet",
        "segmentation": "resnet-camvid",
        "semantic-boundaries": "ubernet",
        "style": "resnet-style",
        "super-resolution": "srdensenet-x4",
    }
    """JSON: task -> model that answers when a request names none."""

    awake: Literal["defaults", "all"] = "defaults"
    """Models that stay in memory before anybody asks: `defaults`, those of the setting before and
    the first of every other task, or `all`. Another one is opened by the request that names it."""

    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` for every network interface."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """Port to listen on; 0 takes a free one."""

    reuse_port: bool = False
    """Whether further services may listen on the same port; the system shares connections among
    them. Worth it for models that cost little, see docs/performance.md."""

    device: Literal["auto", "cpu", "cuda", "tensorrt"] = "auto"
    """Where models run. `auto` takes CUDA if it works and says so if not; the others insist."""

    threads: Annotated[int, Field(ge=0)] = 0
    """CPU threads of a run while requests are few; while there is one for every worker they share
    them. 0 means every core this process may use."""

    return_memory: Annotated[float, Field(ge=0)] = 60.0
    """Seconds after which a run of a model gives back the memory that it leaves unused; `inf`: none
    does."""

    gpu: Annotated[int, Field(ge=0)] = 0
    """Number of the CUDA device, as `densight doctor` lists them."""

    gpu_mem_limit: Annotated[int, Field(ge=0)] = 0
    """Bytes of its memory that the arena of one model may take; 0: no limit."""

    cuda_graphs: bool = False
    """Whether CUDA graphs are captured, on `cuda`, of models whose height and width are fixed."""

    tensorrt_cache: Path | None = None
    """Folder where TensorRT's engines and timings are kept; without it they are made at each start.
    Empty it when TensorRT, its driver or the GPU changes."""

    tensorrt_fp16: bool = False
    """Whether TensorRT may compute in half precision: faster, and the answers differ a little."""

    tensorrt_profiles: bool = True
    """Whether TensorRT is told the largest batch and side; else it builds engines for new ones."""

    tensorrt_side: Annotated[int, Field(ge=1)] = 1024
    """Largest height and width, in pixels, that engines are built for where a model takes any."""

    session_config: dict[str, str] = {}
    """JSON: config entries of onnxruntime's sessions, over those that the service chooses."""

    provider_options: dict[str, dict[str, str]] = {}
    """JSON: execution provider -> its options, over those that the service chooses."""

    workers: Annotated[int, Field(ge=0)] = 0
    """Requests to a model that are worked on at once; 0 means one for each core, and where batches
    are made as many more as a batch has rows."""

    max_batch: Annotated[int, Field(ge=0, le=1024)] = 0
    """Requests that are run together if they wait at the same moment; 0 means 16 on a GPU, and on a
    CPU 1, where batches gain little."""

    queue: Annotated[int, Field(ge=0)] = 64
    """Requests that may wait for a worker; further ones are answered 503."""

    deadline: Annotated[float, Field(gt=0)] = 120.0
    """Seconds after which a request that is still waiting or running is answered 504."""

    grace: Annotated[int, Field(ge=0)] = 8
    """Seconds that requests have to end when the service is stopped (SIGTERM); `docker stop` kills
    after 10, Kubernetes after 30."""

    max_bytes: Annotated[int, Field(ge=1)] = 128 * 2**20
    """Largest request body in bytes; a larger one is answered 413."""

    max_bytes_at_once: Annotated[int, Field(ge=1)] = 2**30
    """Bytes of request bodies that may be in memory at once; what has no room is answered 503."""

    jpeg_scaling: bool = True
    """Whether a large JPEG is decoded at a fraction of its size where a model classifies it by a
    much smaller one."""

    max_pixels: Annotated[int, Field(ge=1)] = 100_000_000
    """Largest picture in pixels that is read, or made in memory; a larger one is answered 413."""

    max_pixels_made: Annotated[int, Field(ge=1)] = 500_000_000
    """Largest picture in pixels that is made where it is written meanwhile (PNG and TIFF); a larger
    one is answered 413."""

    tile_pixels: Annotated[int, Field(ge=0)] = 0
    """Pixels that a network which takes any number is given at once; larger pictures go in tiles.
    0 means 65536 on a CPU and 262144 on a GPU. Where it is too much for the memory, tiles are
    halved."""

    max_pixels_at_once: Annotated[int, Field(ge=1)] = 400_000_000
    """Pixels of pictures, read or made, that may be in memory at once; what has no room is answered
    503."""

    data: Path | None = None
    """Folder of jobs, which belongs to one process. Without it `densight` below the user's folder
    for state, and no jobs where that can not be used."""

    jobs_queue: Annotated[int, Field(ge=0)] = 1000
    """Jobs that may wait for their turn; further ones are answered 503. 0: none are accepted."""

    job_workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Jobs that are done at once, beside the requests that are answered."""

    job_deadline: Annotated[float, Field(gt=0)] = 21600.0
    """Seconds after which a job that is being done fails; `DENSIGHT_DEADLINE` is not for jobs."""

    job_ttl: Annotated[float, Field(gt=0)] = 86400.0
    """Seconds that a job and its result are kept after it has finished."""

    job_disk: Annotated[int, Field(ge=1)] = 10 * 2**30
    """Bytes that uploads and results of jobs may take together; what has no room is answered
    507."""

    webhook_hosts: tuple[str, ...] = ()
    """JSON list of hosts, such as `example.org` or `example.org:8443`, that may be told of jobs by
    https; `http://host:port` for one without TLS. None may by default."""

    webhook_secret: SecretStr = SecretStr("")
    """Key that these messages are signed with: `whsec_` and base64 of 24 to 64 random bytes."""

    api_keys: tuple[SecretStr, ...] = ()
    """JSON list of keys; if there are any, `/v1` and `/v2` want one as `Authorization: Bearer KEY`.
    `sha256:` and its hash may stand for a key; `densight key` makes one."""

    cors_origins: tuple[str, ...] = ()
    """JSON list of origins, such as `https://example.org`, whose pages may ask from a browser;
    `*` for all. None may by default."""

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            # RFC 6454, section 6.2: what a browser sends has no path and no capital letters.
            if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.\[\]:-]+", origin):
                raise ValueError(f"{origin!r} is no origin, such as https://example.org:8080")
        return origins

    @field_validator("webhook_hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            parts = re.fullmatch(r"(https?://)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?", host)
            if not parts or not 0 < int(parts[3] or 1) < 65536:
                raise ValueError(f"{host!r} is no host, such as example.org:8443")
        return hosts

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        text = secret.get_secret_value()
        try:
            key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError as error:
            raise ValueError("it is not base64") from error
        if not 24 <= len(key) <= 64 and (text or info.data.get("webhook_hosts")):
            raise ValueError("it is whsec_ and base64 of 24 to 64 bytes, where hosts are told")
        return secret

    @field_validator("max_bytes_at_once", "max_pixels_at_once")
    @classmethod
    def _one_request_fits(cls, limit: int, info: ValidationInfo) -> int:
        one = str(info.field_name).removesuffix("_at_once")
        if limit < info.data.get(one, 0):
            raise ValueError(f"it is less than DENSIGHT_{one.upper()}, so some never had room")
        return limit

    @field_validator("api_keys")
    @classmethod
    def _keep_hashes_only(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        kept = []
        for key in keys:
            text = key.get_secret_value()
            kept.append(text.lower() if text.startswith(_HASHED) else hashed(text))
            if not text or not re.fullmatch(_HASHED + "[0-9a-f]{64}", kept[-1]):
                raise ValueError("a key is not empty, or sha256: and 64 hexadecimal digits")
        return tuple(SecretStr(text) for text in kept)

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe message that is logged."""

    log_format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object a line."""
