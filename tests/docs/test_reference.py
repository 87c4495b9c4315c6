"""The reference says what the code says: settings, errors, cards, contracts, commands."""

import json
import re
from http import HTTPStatus

import typer
from pydantic import SecretStr

from app.card import _TEXT_KEYS, ModelCard
from app.cli import cli
from app.client.methods import Methods
from app.http.problems import STATUS, kind_of
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.settings import MODELS, Settings
from app.tasks import TASKS
from tests.docs.pages import DOCS, ROOT, pages


def rows(name: str, header: str) -> list[list[str]]:
    """The cells of the table on a page whose header begins so, without backquotes."""
    text = (DOCS / name).read_text(encoding="utf-8")
    match = re.search(rf"^\| {re.escape(header)}.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert match, f"{name} has no table of {header}"
    lines = match[1].replace("\\|", "&#124;").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_settings_have_the_defaults_of_the_code() -> None:
    table = {name.strip("`"): default.strip("`") for name, default, _ in rows("settings.md", "var")}
    assert set(table) == {f"DENSIGHT_{name.upper()}" for name in Settings.model_fields}
    told_in_words = {"DENSIGHT_MODELS", "DENSIGHT_DEFAULT_MODELS", "DENSIGHT_DATA"}
    for name, field in Settings.model_fields.items():
        variable = f"DENSIGHT_{name.upper()}"
        if variable not in told_in_words:
            assert table[variable] == written(field.default), variable


def written(default: object) -> str:
    """A default as the page writes it."""
    if default is None or default == SecretStr(""):
        return "none"
    if isinstance(default, bool | dict | tuple):
        return json.dumps(default)
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_every_error_is_documented_with_its_status() -> None:
    table = rows("errors.md", "status")
    told = {kind: int(row[0]) for row in table for kind in re.findall(r"`([a-z-]+)`", row[1])}
    never = {"invalid-card", "invalid-model", "device-unavailable", "traces-unavailable"}
    ours = {kind_of(error("")): status.value for error, status in STATUS.items()}
    http = {
        "bad-parameter": HTTPStatus.UNPROCESSABLE_ENTITY.value,
        "internal-error": HTTPStatus.INTERNAL_SERVER_ERROR.value,
        "not-found": HTTPStatus.NOT_FOUND.value,
        "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED.value,
    }
    assert told == {kind: status for kind, status in ours.items() if kind not in never} | http
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in page for kind in never)


def test_every_key_of_a_card_is_documented() -> None:
    table = {row[0].strip("`"): row[1:3] for row in rows("cards.md", "key")}
    assert table.pop("densight.schema") == ["text", "required"]
    assert list(table) == list(ModelCard.model_fields)
    for key, (kind, default) in table.items():
        field = ModelCard.model_fields[key]
        assert kind == ("text" if key in _TEXT_KEYS else "JSON"), key
        if field.is_required():
            assert default == "required", key
        elif kind == "text":
            assert default.strip("`") == (field.default or "none"), key
        else:
            assert json.loads(default.strip("`")) == field.default, key


def test_every_contract_is_documented() -> None:
    table = {row[0]: row[1:] for row in rows("cards.md", "task |")}
    assert set(table) == set(TASKS), "docs/cards.md, Graphs: a row for each task"
    for name, task in TASKS.items():
        contract = task.contract
        for cell, tensors in zip(
            table[name],
            (contract.inputs | contract.choices, contract.outputs, contract.optional),
            strict=True,
        ):
            # Small letters on the page say that the resolution is another.
            told = re.findall(r"`(\w+): (\w+\[[^]]*\])`", cell.lower())
            assert dict(told) == {key: str(tensor).lower() for key, tensor in tensors.items()}


def test_every_route_is_named() -> None:
    table = {row[0].strip("`"): row[1] for row in rows("api.md", "route | what is asked")}
    assert set(table) == {f"POST /v1/{name}" for name in TASKS}


def test_the_table_of_halos_is_that_of_the_files() -> None:
    cards = [Model.load(path, Execution(threads=1)).card for path in sorted(MODELS.glob("*.onnx"))]
    free = {
        f"`{card.name}`": [str(card.halo), str(card.multiple)]
        for card in cards
        if card.fit is None and card.halo is not None and card.task
    }
    assert {row[0]: row[1:] for row in rows("tiles.md", "model")} == free


def test_every_method_of_the_client_is_named() -> None:
    cells = [cell for row in rows("client.md", "task | document") for cell in row[1:] if cell]
    assert {cell.strip("`") for cell in cells} == {
        name for name, method in vars(Methods).items() if callable(method)
    }


def test_every_room_is_named() -> None:
    rooms = {row[0].strip("`").rstrip("/") for row in rows("architecture.md", "place | what it is")}
    there = {
        f"app/{place.name}"
        for place in (ROOT / "app").iterdir()
        if not place.name.startswith(("_", ".")) and (place.is_dir() or place.suffix == ".py")
    }
    assert there <= rooms


def test_every_command_is_documented() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in pages().values())
    for name in typer.main.get_command(cli).commands:  # type: ignore[attr-defined]
        assert re.search(rf"densight {name}\b", text), name


def test_what_shows_a_guarantee_is_there() -> None:
    page = (DOCS / "reliability.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", page))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []
