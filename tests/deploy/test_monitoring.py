"""Prometheus and Grafana: their files fit together, and every query asks for what is exposed."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.main import create_app
from app.settings import Settings
from app.tasks import TASKS
from tests import tiny
from tests.conftest import ROOT, held, png, serving
from tests.deploy.promql import selectors

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROMETHEUS, GRAFANA = COMPOSE["prometheus"], COMPOSE["grafana"]
CONFIG = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
(RULES,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "densight.json").read_text())
TARGETS = [
    pytest.param(target, id=f"{panel['title']}-{target['refId']}")
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
]

SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds to what it reads."""

Exposed = dict[str, set[str]]


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """Path within a container -> path here, of what is only read."""
    volumes = [volume.split(":") for volume in service["volumes"]]
    return {inside: outside for outside, inside, *mode in volumes if mode == ["ro"]}


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> Exposed:
    """Every series of a service that has been asked, refused and left: name -> labels."""
    folder = tmp_path_factory.mktemp("models")
    tiny.colors(folder)
    data = tmp_path_factory.mktemp("jobs")
    settings = {"models": folder, "device": "cpu", "data": data, "max_batch": 2, "workers": 1}
    with serving(create_app(Settings(**settings))) as client:
        _ask(client)
        text = client.get("/metrics").text
    found: Exposed = {"up": set()}  # Prometheus' own
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def _ask(client: httpx.Client) -> None:
    raw = {"headers": {"content-type": "image/png"}, "content": png()}
    assert client.post("/v1/classification", **raw).status_code == 200
    assert client.post("/v1/classification?model=nobody", **raw).status_code == 404
    first = threading.Thread(target=client.post, args=["/v1/classification"], kwargs=raw)
    with held(TASKS["classification"]) as begun:
        first.start()
        begun.wait()
        with pytest.raises(httpx.ReadTimeout):
            client.post("/v1/classification", timeout=0.2, **raw)
        while "densight_cancelled_total{" not in client.get("/metrics").text:
            pass
    first.join()


def asks_for_what_is_exposed(query: str, exposed: Exposed) -> Iterator[set[str]]:
    """The labels of each series in a query, all of which there are."""
    for name, used in selectors(query):
        assert name in exposed, f"{query}: nothing is called {name}"
        labels = exposed[name] | SCRAPED
        assert used <= labels, f"{query}: {name} has no {used - labels}"
        yield labels


@pytest.mark.parametrize("target", TARGETS)
def test_every_panel_asks_for_what_is_exposed(target: dict[str, Any], exposed: Exposed) -> None:
    labels = list(asks_for_what_is_exposed(target["expr"], exposed))
    assert labels
    shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
    assert shown <= set.union(*labels)
    for grouped in re.findall(r"by \(([^)]*)\)", target["expr"]):
        assert shown <= {label.strip() for label in grouped.split(",")}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in RULES["rules"]])
def test_every_alert_asks_for_what_is_exposed(rule: dict[str, Any], exposed: Exposed) -> None:
    assert list(asks_for_what_is_exposed(rule["expr"], exposed))
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"].keys() == {"summary", "description"}


def test_a_query_for_nothing_is_found(exposed: Exposed) -> None:
    for query in ("densight_request_total", "sum by (color) (densight_jobs)", 'up{color="red"}'):
        with pytest.raises(AssertionError):
            list(asks_for_what_is_exposed(query, exposed))
    with pytest.raises(ValueError, match="invalid promql query"):
        list(selectors("sum by"))


def test_everything_of_ours_is_shown_somewhere(exposed: Exposed) -> None:
    asked = {name for target in TARGETS for name, _ in selectors(target.values[0]["expr"])}
    ours = {
        re.sub("_(total|created|bucket|count|sum)$", "", name)
        for name in exposed
        if name.startswith("densight_")
    }
    assert ours == {
        re.sub("_(total|bucket|count|sum)$", "", name)
        for name in asked
        if name.startswith("densight_")
    }


def test_panels_have_names_and_places_of_their_own() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert panel["description"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


def test_prometheus_reads_what_is_mounted_and_asks_the_service() -> None:
    files = mounts(PROMETHEUS)
    (config,) = [a.partition("=")[2] for a in PROMETHEUS["command"] if "config.file" in a]
    assert files[config] == "./deploy/prometheus.yml"
    for rules in CONFIG["rule_files"]:
        assert files[f"{Path(config).parent}/{rules}"] == f"./deploy/{rules}"
    (job,) = CONFIG["scrape_configs"]
    assert job.get("metrics_path", "/metrics") == "/metrics"
    (found,) = job["dns_sd_configs"]
    for name in found["names"]:
        (port,) = COMPOSE[name]["ports"]
        assert port.endswith(f":{found['port']}")
    queried = {
        match
        for query in [*(t.values[0]["expr"] for t in TARGETS), *(r["expr"] for r in RULES["rules"])]
        for match in re.findall(r'job="(\w+)"', query)
    }
    assert queried == {job["job_name"]}


def test_grafana_reads_what_is_mounted() -> None:
    files = mounts(GRAFANA)
    provisioning = ROOT / files["/etc/grafana/provisioning"]
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())[
        "datasources"
    ]
    (port,) = PROMETHEUS["ports"]
    assert source["url"] == f"http://prometheus:{port.rpartition(':')[2]}"
    used = {target.values[0]["datasource"]["uid"] for target in TARGETS}
    assert used == {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {source["uid"]}
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "densight.yml").read_text())[
        "providers"
    ]
    assert list((ROOT / files[provider["options"]["path"]]).glob("*.json"))
    interval = source["jsonData"]["timeInterval"]
    assert interval == CONFIG["global"]["scrape_interval"]


@pytest.mark.parametrize("service", [PROMETHEUS, GRAFANA], ids=["prometheus", "grafana"])
def test_they_are_pinned_and_closed(service: dict[str, Any]) -> None:
    assert service["profiles"] == ["monitoring"]
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for port in service["ports"]:
        assert port.startswith("127.0.0.1:")
    for outside in mounts(service).values():
        assert (ROOT / outside).exists()


def test_grafana_has_no_password_of_its_own() -> None:
    assert GRAFANA["environment"]["GF_SECURITY_ADMIN_PASSWORD"] == "${GRAFANA_PASSWORD-}"
    *shell, script = GRAFANA["entrypoint"]
    assert shell == ["/bin/sh", "-c"]
    assert script.startswith('test -n "$$GF_SECURITY_ADMIN_PASSWORD" || {')
    assert "exit 1" in script
