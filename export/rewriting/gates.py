"""Gates in a graph that answers several tasks: what nobody asks for is not computed.

Fetching fewer outputs skips nothing in onnxruntime. An `If` does: what only some of the tasks need
lies in its branch, and a picture that is asked for another task goes past it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import prod

import onnx
from onnx import NodeProto, TensorProto, helper, shape_inference

from app.runtime.contract import ASKED
from export.rewriting.needs import Tasks, leaving, moving, needed_by

PREFIX = f"{ASKED}."
"""Of the names of what is added."""


def gated(model: onnx.ModelProto, tasks: Sequence[str]) -> onnx.ModelProto:
    """Put what only some tasks need behind gates, which an input opens.

    The input `asked`, `bool[N,T]`, has a default that opens all, so the graph runs as before. A
    gate is open if any picture of the batch is asked for one of its tasks. Outputs behind a closed
    one are empty: every side that is free is 0.

    Args:
        model: its outputs are named `task/output`, and none of its nodes has a branch or a body; it
            is not changed. Weights stay in its graph itself, which the branches see.
        tasks: all of them, in the order of the input's columns.
    """
    graph = model.graph
    types = _types(model)
    needed = needed_by(graph)
    inside = {
        place: needed[place]
        for place in moving(graph)
        if needed[place] and len(needed[place]) < len(tasks)
    }
    groups: dict[Tasks, list[NodeProto]] = defaultdict(list)
    for place, group in inside.items():
        groups[group].append(graph.node[place])
    left = leaving(graph, inside)
    sizes = _sizes(graph)
    nodes = [node for place, node in enumerate(graph.node) if place not in inside]
    columns = {task: column for column, task in enumerate(tasks)}
    # A value is never needed by more tasks than what it is made of, so wide gates come first.
    for group in sorted(groups, key=lambda group: (-len(group), min(columns[t] for t in group))):
        nodes += _gate(
            "+".join(sorted(group, key=columns.__getitem__)),
            sorted(columns[task] for task in group),
            groups[group],
            [types[name] for node in groups[group] for name in node.output if name in left],
            sizes,
        )
    opened = helper.make_tensor(ASKED, TensorProto.BOOL, [1, len(tasks)], [True] * len(tasks))
    return _with(model, nodes, default=opened)


def ungated(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph that was `gated`, all of its nodes at one level again; another as it is.

    Args:
        model: it is not changed.
    """
    if not any(map(_is_gate, model.graph.node)):
        return _copied(model)
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if _is_gate(node):
            branch = next(part.g for part in node.attribute if part.name == "then_branch")
            inside = (*branch.initializer, *branch.output)
            own = {value.name: value.name.removeprefix(f"{node.name}.") for value in inside}
            nodes += (_renamed(inner, own) for inner in branch.node)
        elif not node.output[0].startswith(PREFIX):
            nodes.append(node)
    return _with(model, nodes, default=None)


def _is_gate(node: NodeProto) -> bool:
    return bool(node.op_type == "If" and node.name.startswith(PREFIX))


def _types(model: onnx.ModelProto) -> Mapping[str, onnx.ValueInfoProto]:
    """Element type and sides of every value, as far as ONNX can tell them."""
    graph = shape_inference.infer_shapes(model, data_prop=True).graph
    return {value.name: value for value in (*graph.value_info, *graph.output)}


def _sizes(graph: onnx.GraphProto) -> Mapping[str, TensorProto]:
    """Constants that are whole numbers, by name."""
    constants = {each.name: each for each in graph.initializer}
    constants |= {node.output[0]: node.attribute[0].t for node in graph.node if _is_constant(node)}
    return {name: each for name, each in constants.items() if each.data_type == TensorProto.INT64}


def _is_constant(node: NodeProto) -> bool:
    return node.op_type == "Constant" and node.attribute[0].name == "value"


def _gate(
    name: str,
    columns: Sequence[int],
    nodes: Sequence[NodeProto],
    leaving: Sequence[onnx.ValueInfoProto],
    sizes: Mapping[str, TensorProto],
) -> Iterator[NodeProto]:
    """Nodes behind an `If`, and before it those that see whether any picture needs them."""
    when = f"{PREFIX}when.{name}"
    places = helper.make_tensor("places", TensorProto.INT64, [len(columns)], columns)
    yield helper.make_node("Constant", [], [f"{when}.places"], value=places)
    yield helper.make_node("Gather", [ASKED, f"{when}.places"], [f"{when}.asked"], axis=1)
    yield helper.make_node("Cast", [f"{when}.asked"], [f"{when}.count"], to=TensorProto.INT32)
    yield helper.make_node("ReduceMax", [f"{when}.count"], [f"{when}.any"], keepdims=0)
    yield helper.make_node("Cast", [f"{when}.any"], [f"{when}.open"], to=TensorProto.BOOL)
    yield helper.make_node(
        "If",
        [f"{when}.open"],
        [value.name for value in leaving],
        name=f"{PREFIX}{name}",
        then_branch=_open(f"{PREFIX}{name}", nodes, leaving, sizes),
        else_branch=_closed(f"{PREFIX}{name}.no", leaving),
    )


def _open(
    gate: str,
    nodes: Sequence[NodeProto],
    leaving: Sequence[onnx.ValueInfoProto],
    sizes: Mapping[str, TensorProto],
) -> onnx.GraphProto:
    """The branch that computes.

    Of values around it ONNX's inference of shapes knows nothing but their types, so that it has
    its own copies of whole numbers. A name may not mean one thing here and another around it.
    """
    copied = [name for name in sizes if any(name in node.input for node in nodes)]
    own = {name: f"{gate}.{name}" for name in (*copied, *(value.name for value in leaving))}
    copies = []
    for name in copied:
        copies.append(TensorProto())
        copies[-1].CopyFrom(sizes[name])
        copies[-1].name = own[name]
    outputs = [_value(own[value.name], value, free=None) for value in leaving]
    return helper.make_graph([_renamed(node, own) for node in nodes], "open", [], outputs, copies)


def _closed(gate: str, leaving: Sequence[onnx.ValueInfoProto]) -> onnx.GraphProto:
    """The branch that computes nothing."""
    nodes, outputs = [], []
    for value in leaving:
        nothing = _value(f"{gate}.{value.name}", value, free=0)
        sides = [side.dim_value for side in nothing.type.tensor_type.shape.dim]
        kind = nothing.type.tensor_type.elem_type
        empty = helper.make_tensor(nothing.name, kind, sides, [0] * prod(sides))
        nodes.append(helper.make_node("Constant", [], [nothing.name], value=empty))
        outputs.append(nothing)
    return helper.make_graph(nodes, "closed", [], outputs)


def _value(name: str, like: onnx.ValueInfoProto, free: int | None) -> onnx.ValueInfoProto:
    """What a branch gives: of the type of a value, with its sides that are free set."""
    tensor = like.type.tensor_type
    sides = [side.dim_value if side.HasField("dim_value") else free for side in tensor.shape.dim]
    return helper.make_tensor_value_info(name, tensor.elem_type, sides)


def _renamed(node: NodeProto, names: Mapping[str, str]) -> NodeProto:
    """A copy that takes and gives values by other names."""
    made = NodeProto()
    made.CopyFrom(node)
    for values in (made.input, made.output):
        values[:] = [names.get(value, value) for value in values]
    return made


def _with(
    model: onnx.ModelProto, nodes: Sequence[NodeProto], default: TensorProto | None
) -> onnx.ModelProto:
    """A copy with other nodes, and with the input that opens gates only if it has a default."""
    made = _copied(model)
    graph = made.graph
    for values in (graph.input, graph.initializer):
        kept = [value for value in values if value.name != ASKED]
        del values[:]
        values.extend(kept)
    if default is not None:
        sides = ["N", *default.dims[1:]]
        graph.input.append(helper.make_tensor_value_info(ASKED, default.data_type, sides))
        graph.initializer.append(default)
    del graph.node[:]
    graph.node.extend(nodes)
    return made


def _copied(model: onnx.ModelProto) -> onnx.ModelProto:
    made = onnx.ModelProto()
    made.CopyFrom(model)
    return made
