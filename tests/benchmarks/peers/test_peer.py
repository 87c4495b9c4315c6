"""Peers: what they are asked is what they read, and one that can not be had is named."""

import base64
import email
import json
from pathlib import Path

import pytest

from benchmarks import cases
from benchmarks.cases import Case
from benchmarks.loops import closed
from benchmarks.peers import peer
from benchmarks.peers.peer import PEERS, NotInstallable, Peer, form, oip, raw
from benchmarks.photos import jpegs
from benchmarks.process import HOST
from tests import tiny

PICTURE = b"\xff\xd8 a picture \r\n--with anything in it\xff\xd9"


def test_a_form_holds_the_picture() -> None:
    _, _, message = form(PICTURE).partition(b"\r\n")
    parsed = email.message_from_bytes(message)
    (part,) = parsed.get_payload()
    assert part.get_payload(decode=True) == PICTURE
    assert part.get_param("name", header="content-disposition") == "image"
    assert int(parsed["content-length"]) == len(message.partition(b"\r\n\r\n")[2])


def test_json_holds_the_picture() -> None:
    body = json.loads(oip(PICTURE).partition(b"\r\n\r\n")[2])
    (picture,) = body["inputs"]
    assert [base64.b64decode(one) for one in picture["data"]] == [PICTURE]


def test_a_body_is_the_picture() -> None:
    assert raw(PICTURE).endswith(b"\r\n\r\n" + PICTURE)


def test_every_peer_has_its_module() -> None:
    folder = Path(peer.__file__).parent
    assert all((folder / f"{name}.py").is_file() for name in PEERS)


def test_plain_fastapi_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Needs nothing but this checkout; it shows that servers are started, asked and ended."""
    monkeypatch.setattr(cases, "MODELS", tmp_path)
    tiny.colors(tmp_path)
    plain = PEERS["fastapi_pool"]
    with plain.serving(Case("colors", 20, 10)) as server:
        assert server.alive <= server.ready
        requests = [plain.request(data) for data in jpegs(20, 10, count=2)]
        answers = closed(HOST, server.port, requests, clients=2, count=6)
    assert list(answers.statuses) == [200] * 6
    with pytest.raises(ConnectionRefusedError):
        closed(HOST, server.port, requests, clients=1, count=1)


def test_a_package_that_can_not_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "VENVS", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(NotInstallable, match=r"^nobody: .*no-such-server") as caught:
        Peer("nobody", ("no-such-server",), "/", raw).python()
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "nobody" / "installed.txt").exists()
