"""A real HTTP server that answers as it is told, one answer after the other."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Says:
    """One answer.

    Attributes:
        body: sent as it is.
        cut: whether the connection breaks after it, in the middle of the answer; with an empty
            body, before any answer.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """What is left to say, and what was heard."""

    url: str
    answers: list[Says]
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def scripted(answers: Sequence[Says]) -> Iterator[Script]:
    """Serve these answers from threads of this process."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.heard.append(Heard(self.command, self.path, headers, body))
            says = script.answers.pop(0)
            self.close_connection = says.cut
            if says.cut and not says.body:
                return
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(says.body) + says.cut))
            self.end_headers()
            self.wfile.write(says.body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script = Script(f"http://127.0.0.1:{server.server_port}", list(answers))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
