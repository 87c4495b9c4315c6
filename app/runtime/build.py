"""Which onnxruntime is installed, and where it put the nodes of a model."""

import contextlib
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import onnxruntime

from app.runtime.execution import Execution
from app.runtime.session import opened


@dataclass(frozen=True)
class Build:
    """An onnxruntime.

    Attributes:
        package: its name on PyPI.
        version: of onnxruntime.
        cuda: the version of CUDA that it was made for, such as `13.0`; empty: for none.
        providers: it was made with; whether they work is another matter.
    """

    package: str
    version: str
    cuda: str
    providers: tuple[str, ...]

    @property
    def cuda_major(self) -> str:
        """The number that the names of CUDA's libraries end with."""
        return self.cuda.partition(".")[0]


def installed() -> Build:
    """The onnxruntime of this process."""
    return Build(
        onnxruntime.package_name,
        onnxruntime.__version__,
        onnxruntime.cuda_version or "",
        tuple(onnxruntime.get_available_providers()),
    )


def preload() -> None:
    """Load the CUDA libraries that lie in packages, so that they are found by their names."""
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does not find
        onnxruntime.preload_dlls()


def nodes_by_provider(path: Path, execution: Execution) -> dict[str, int]:
    """How many nodes of a model's optimised graph each provider runs; empty: it does not say.

    That a provider is in a session does not mean that it runs any of its nodes.

    Raises:
        InvalidModel: the file can not be opened on that device.
    """
    session = opened(path, execution, {"session.record_ep_graph_assignment_info": "1"})
    if not hasattr(session, "get_provider_graph_assignment_info"):  # older than onnxruntime 1.24
        return {}
    nodes: Counter[str] = Counter()
    for part in session.get_provider_graph_assignment_info():
        nodes[part.ep_name] += len(part.get_nodes())
    return dict(nodes)
