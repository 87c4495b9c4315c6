"""What the nodes of a graph that answers several tasks are needed for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import onnx

from app.runtime.contract import task_of

Tasks = frozenset[str]


def needed_by(graph: onnx.GraphProto) -> list[Tasks]:
    """The tasks that need each node."""
    of_value: dict[str, Tasks] = defaultdict(frozenset)
    of_value |= {output.name: frozenset([task_of(output.name)]) for output in graph.output}
    found = []
    for node in reversed(graph.node):
        tasks = frozenset[str]().union(*(of_value[name] for name in node.output))
        for name in node.input:
            of_value[name] |= tasks
        found.append(tasks)
    return found[::-1]


def moving(graph: onnx.GraphProto) -> Iterator[int]:
    """Places of the nodes whose values depend on the picture; others are computed once, at load."""
    known = {given.name for given in graph.input}
    for place, node in enumerate(graph.node):
        if known.intersection(node.input):
            known.update(node.output)
            yield place


def leaving(graph: onnx.GraphProto, inside: Mapping[int, Tasks]) -> set[str]:
    """Values that others take than those that lie behind the same gate."""
    makers = {
        name: inside.get(place) for place, node in enumerate(graph.node) for name in node.output
    }
    taken = {
        name
        for place, node in enumerate(graph.node)
        for name in node.input
        if name in makers and makers[name] != inside.get(place)
    }
    return taken | {output.name for output in graph.output}
