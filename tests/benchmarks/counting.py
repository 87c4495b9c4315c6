"""A real server that counts what it is asked, and answers when it is told to."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counted(ThreadingHTTPServer):
    """Attributes tell what has come; `answer` gives the status, and may wait."""

    def __init__(self, answer: Callable[[bytes], int], keep: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.answer, self.keep = answer, keep
        self.bodies: Counter[bytes] = Counter()
        self.targets: set[str] = set()
        self.connections = 0
        self.changing = threading.Lock()

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Asked(BaseHTTPRequestHandler):
    server: Counted
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        with self.server.changing:
            self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        with self.server.changing:
            self.server.bodies[body] += 1
            self.server.targets.add(self.path)
        status = self.server.answer(body)
        if status == 0:  # hang up
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for chunk in (b"4\r\nwell\r\n", b"0\r\n\r\n"):
            self.wfile.write(chunk)
        self.close_connection = not self.server.keep

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def counting(
    answer: Callable[[bytes], int] = lambda body: 200, *, keep: bool = True
) -> Iterator[Counted]:
    """Serve until the block ends; unless it shall keep connections, one answer is all they get."""
    with Counted(answer, keep) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
