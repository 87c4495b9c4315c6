"""What a PromQL query asks for: its series, and the labels that it uses of them."""

from collections.abc import Iterator
from typing import Any

import promql_parser as promql


def selectors(query: str) -> Iterator[tuple[str, set[str]]]:
    """Each series that a query names, with the labels that it, or what is around it, uses.

    Raises:
        ValueError: it is no PromQL.
    """
    # Grafana's variable is no duration before it is replaced.
    yield from _within(promql.parse(query.replace("$__rate_interval", "1m")), set())


def _within(part: Any, used: set[str]) -> Iterator[tuple[str, set[str]]]:
    if isinstance(part, promql.VectorSelector):
        matched = {matcher.name for matcher in part.matchers.matchers}
        yield part.name, used | matched
    elif isinstance(part, promql.MatrixSelector):
        yield from _within(part.vector_selector, used)
    elif isinstance(part, promql.AggregateExpr):
        grouped = set(part.modifier.labels) if part.modifier else set()
        yield from _within(part.expr, used | grouped)
    elif isinstance(part, promql.BinaryExpr):
        yield from _within(part.lhs, used)
        yield from _within(part.rhs, used)
    elif isinstance(part, promql.Call):
        for argument in part.args:
            yield from _within(argument, used)
    elif isinstance(part, promql.ParenExpr | promql.UnaryExpr):
        yield from _within(part.expr, used)
    else:
        assert isinstance(part, promql.NumberLiteral | promql.StringLiteral), part
