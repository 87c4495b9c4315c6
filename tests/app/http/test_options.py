"""The query of a task: described for every option, and read as its types want it."""

import httpx
import pytest

from app.tasks import TASKS
from tests.conftest import Make, png

RAW = {"content-type": "image/png"}


@pytest.mark.parametrize("name", TASKS)
def test_every_option_is_a_described_parameter(make_app: Make, name: str) -> None:
    described = make_app().openapi()["paths"][f"/v1/{name}"]["post"]["parameters"]
    queries = {one["name"] for one in described if one["in"] == "query"}
    fields = TASKS[name].options.model_fields
    assert queries == {field.alias or name for name, field in fields.items()}
    assert all(one["description"] for one in described)
    assert not any(one.get("required") for one in described)


def test_of_a_parameter_that_comes_twice_the_last_counts(client: httpx.Client) -> None:
    answer = client.post("/v1/classification?top_k=x&top_k=1", content=png(), headers=RAW)
    assert len(answer.json()["predictions"]) == 1


@pytest.mark.parametrize(("query", "wrong"), [("top_k=0", "top_k"), ("explain=maybe", "explain")])
def test_a_wrong_parameter_is_named(client: httpx.Client, query: str, wrong: str) -> None:
    answer = client.post(f"/v1/classification?{query}", content=png(), headers=RAW)
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["parameters"]] == [wrong]
