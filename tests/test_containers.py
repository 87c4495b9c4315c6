"""Dockerfile and compose file: without an engine, every path and command in them is checked."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), continuation lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs: list[tuple[str, str]] = []
    for line in lines:
        name, _, arguments = line.strip().partition(" ")
        pairs.append((name.upper(), arguments.strip()))
    return pairs


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_copied_paths_exist_and_are_not_ignored() -> None:
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    sources = [
        source
        for name, arguments in instructions()
        if name == "COPY" and "--from" not in arguments
        for source in shlex.split(arguments)[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert source in allowed


def test_stages_are_used_by_name() -> None:
    stages = [
        arguments.split(" AS ")[1] for name, arguments in instructions() if " AS " in arguments
    ]
    used = re.findall(r"--from=(\S+)", (ROOT / "Dockerfile").read_text())
    assert used == stages


def test_the_command_is_an_installed_script() -> None:
    commands = [arguments for name, arguments in instructions() if name == "CMD"]
    assert commands == ['["densight", "serve"]']
    assert "densight" in PROJECT["scripts"]


def test_it_runs_as_an_ordinary_user() -> None:
    users = [arguments for name, arguments in instructions() if name == "USER"]
    assert users == ["densight"]
    assert any("useradd" in arguments for name, arguments in instructions() if name == "RUN")


def test_the_base_image_has_a_python_that_the_project_admits() -> None:
    for name, arguments in instructions():
        if name == "FROM":
            version = re.match(r"python:(3\.\d+)-slim", arguments)
            assert version is not None
            assert f"Programming Language :: Python :: {version[1]}" in PROJECT["classifiers"]


def test_environment_names_settings() -> None:
    text = " ".join(arguments for name, arguments in instructions() if name == "ENV")
    names = re.findall(r"DENSIGHT_(\w+)=", text)
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_health_is_asked_where_the_service_answers() -> None:
    health = next(arguments for name, arguments in instructions() if name == "HEALTHCHECK")
    port = next(arguments for name, arguments in instructions() if name == "EXPOSE")
    assert f"127.0.0.1:{port}/readyz" in health


def ours(compose: dict[str, Any]) -> list[dict[str, Any]]:
    """The services that run this repository's image."""
    return [service for service in compose["services"].values() if "build" in service]


def test_compose_services(compose: dict[str, Any]) -> None:
    build_arguments = [re.split("=", a)[0] for name, a in instructions() if name == "ARG"]
    for service in ours(compose):
        assert service["read_only"] is True
        folder, jobs = (volume.split(":") for volume in service["volumes"])
        assert (ROOT / folder[0]).is_dir()
        assert folder[2] == "ro"
        assert jobs[0] in compose["volumes"]
        image = (ROOT / "Dockerfile").read_text()
        assert f"DENSIGHT_MODELS={folder[1]}" in image
        assert f"DENSIGHT_DATA={jobs[1]}" in image
        assert ("VOLUME", jobs[1]) in instructions()
        for name in service.get("environment", {}):
            assert name.removeprefix("DENSIGHT_").lower() in Settings.model_fields
        if isinstance(service["build"], dict):
            for name, extra in service["build"]["args"].items():
                assert name in build_arguments
                assert extra in PROJECT["optional-dependencies"]


def test_what_crashes_is_started_again(compose: dict[str, Any]) -> None:
    assert any(name == "HEALTHCHECK" for name, _ in instructions())
    for service in compose["services"].values():
        assert service["restart"] == "unless-stopped"
        assert "disable" not in service.get("healthcheck", {})


def test_it_has_ended_before_it_is_killed(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        patience = int(service["stop_grace_period"].removesuffix("s"))
        assert Settings().grace < patience <= 10  # what `docker stop` waits for without compose


def test_the_gpu_is_reserved_in_a_profile_of_its_own(compose: dict[str, Any]) -> None:
    assert "profiles" not in compose["services"]["densight"]
    gpu = compose["services"]["densight-gpu"]
    assert gpu["profiles"] == ["gpu"]
    devices = gpu["deploy"]["resources"]["reservations"]["devices"]
    assert devices[0]["capabilities"] == ["gpu"]
