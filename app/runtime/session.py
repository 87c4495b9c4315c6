"""Opens the session of a model file on a device, and never on another one."""

from pathlib import Path

import onnxruntime

from app.card import ModelCard
from app.errors import InvalidModel
from app.runtime.contract import ASKED, Tensor
from app.runtime.execution import ON_CPU, Execution, Options
from app.runtime.profile import engines_of, is_fixed, profile
from app.runtime.providers import PROVIDERS, providers, session_options

_DTYPES = {"float": "float32", "double": "float64"}


def opened(
    path: Path, execution: Execution, config: Options | None = None
) -> onnxruntime.InferenceSession:
    """Open a file on the device that `execution` names.

    Args:
        path: of the file.
        execution: how it is run.
        config: further config entries of the session.

    Raises:
        InvalidModel: onnxruntime can not load the file, or not on that device.
        InvalidCard: the file's card can not be read, or it has none and no name that could do.
    """
    options = session_options(execution)
    for name, value in (config or {}).items():
        options.add_session_config_entry(name, value)
    session = _session(path, options, _providers(path, execution))
    wanted, got = PROVIDERS[execution.device][0], session.get_providers()[0]
    if got != wanted:
        raise InvalidModel(f"asked for {execution.device}, got {got}")
    return session


def card_of(session: onnxruntime.InferenceSession, path: Path) -> ModelCard:
    """The card that the file carries.

    Raises:
        InvalidCard: it can not be read, or there is none and no name that could do.
    """
    return ModelCard.of(session.get_modelmeta().custom_metadata_map, path.stem)


def inputs_of(session: onnxruntime.InferenceSession) -> dict[str, Tensor]:
    """What a graph takes, by name."""
    return {node.name: _tensor(node) for node in session.get_inputs()}


def defaulted_of(session: onnxruntime.InferenceSession) -> dict[str, Tensor]:
    """What a graph may be given, and has a default for, by name."""
    return {node.name: _tensor(node) for node in session.get_overridable_initializers()}


def outputs_of(session: onnxruntime.InferenceSession) -> dict[str, Tensor]:
    """What a graph gives, by name."""
    return {node.name: _tensor(node) for node in session.get_outputs()}


def is_fixed_but_batch(session: onnxruntime.InferenceSession) -> bool:
    """Whether every run does the same: nothing is free but the batch, and nothing is left out."""
    inputs = inputs_of(session).values()
    fixed = all(is_fixed(tensor.shape, but_batch=True) for tensor in inputs)
    return fixed and ASKED not in defaulted_of(session)


def _providers(path: Path, execution: Execution) -> list[tuple[str, dict[str, str]]]:
    """The providers for a file; those on a GPU want to know what it takes before it is opened."""
    if execution.device == "cpu":
        return providers(execution)
    glance = onnxruntime.SessionOptions()
    glance.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = _session(path, glance, providers(ON_CPU))
    inputs, card = inputs_of(session), card_of(session, path)
    engines = engines_of(path, execution)
    if engines is not None and execution.device == "tensorrt":
        engines.mkdir(parents=True, exist_ok=True)
    return providers(
        execution,
        fixed=is_fixed_but_batch(session),
        profile=profile(inputs, card, execution),
        engines=engines,
    )


def _session(
    path: Path, options: onnxruntime.SessionOptions, asked: list[tuple[str, dict[str, str]]]
) -> onnxruntime.InferenceSession:
    try:
        # The binding for Python would go on with the CPU, now or when a run fails on the device,
        # and tell nobody but the terminal.
        return onnxruntime.InferenceSession(path, options, asked, enable_fallback=0)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        reason = str(error).strip().partition("\n")[0]
        raise InvalidModel(f"onnxruntime can not load it: {reason}") from error


def _tensor(node: onnxruntime.NodeArg) -> Tensor:
    kind = node.type.removeprefix("tensor(").removesuffix(")")
    shape = tuple(side if isinstance(side, int) else str(side) for side in node.shape)
    return Tensor(_DTYPES.get(kind, kind), shape)
