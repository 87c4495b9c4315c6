"""What inference cost, for each model, in the words of the protocol's statistics extension."""

import time
from collections.abc import Mapping
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.model import Model


class Duration(BaseModel):
    """How often something happened, and how long it took all together."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    count: int = 0
    """How often."""
    ns: int = 0
    """Nanoseconds."""

    def add(self, seconds: float) -> None:
        """Count it once more."""
        self.count += 1
        self.ns += round(seconds * 1e9)


class InferenceStatistics(BaseModel):
    """Where the time of requests went; `success` has all of it, from a request's arrival on."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    success: Duration = Field(default_factory=Duration)
    """Requests with an answer."""
    fail: Duration = Field(default_factory=Duration)
    """Requests without an answer, for whatever reason; they are in none of the following."""
    queue: Duration = Field(default_factory=Duration)
    """Waiting for a worker."""
    compute_input: Duration = Field(default_factory=Duration)
    """Reading the tensors of requests."""
    compute_infer: Duration = Field(default_factory=Duration)
    """Running the graph."""
    compute_output: Duration = Field(default_factory=Duration)
    """Writing the tensors of answers."""


class ModelStatistics(BaseModel):
    """Of one model since it was loaded; written by the event loop only."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: str
    """Of the model."""
    version: str
    """Of the model."""
    last_inference: int = 0
    """Milliseconds since 1970 of the latest answer; 0 before the first."""
    inference_count: int = 0
    """Requests with an answer; the batch in one is the client's affair."""
    execution_count: int = 0
    """Runs of the graph that they had; one that several shared counts for each."""
    inference_stats: InferenceStatistics = Field(default_factory=InferenceStatistics)
    """Where the time went."""

    def succeed(self, seconds: float, stages: Mapping[str, float]) -> None:
        """Count an answer.

        Args:
            seconds: from the request's arrival to its answer.
            stages: seconds of its `queue`, `decode`, `infer` and `encode`.
        """
        self.last_inference = time.time_ns() // 1_000_000
        self.inference_count += 1
        self.execution_count += 1
        stats = self.inference_stats
        stats.success.add(seconds)
        stats.queue.add(stages["queue"])
        stats.compute_input.add(stages["decode"])
        stats.compute_infer.add(stages["infer"])
        stats.compute_output.add(stages["encode"])

    def fail(self, seconds: float) -> None:
        """Count a request that ended without an answer after so many seconds."""
        self.inference_stats.fail.add(seconds)


class Statistics:
    """Those of every model; they go when the model goes."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Model, ModelStatistics] = WeakKeyDictionary()

    def of(self, model: Model) -> ModelStatistics:
        """Of one model, from nothing on if it was never asked."""
        if model not in self._of:
            name, version = model.card.name, model.card.version
            self._of[model] = ModelStatistics(name=name, version=version)
        return self._of[model]
