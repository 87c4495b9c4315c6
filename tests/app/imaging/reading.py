"""Decodes files under limits of time and memory and tells how each ended; run as a program.

Its arguments are the limit of pixels and the files. For each it prints a line of JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

from app.errors import DensightError
from app.imaging.decode import decode

ADDRESS_SPACE = 4 * 2**30
SECONDS = 60


def read(path: str, max_pixels: int) -> dict[str, object]:
    """What became of a file, in how many seconds and kilobytes."""
    data = Path(path).read_bytes()
    began, before = time.process_time(), _most()
    try:
        picture = decode(data, max_pixels=max_pixels)
        ended: dict[str, object] = {"size": [picture.width, picture.height]}
    except DensightError as error:
        ended = {"refused": type(error).__name__, "reason": str(error)}
    except BaseException as error:
        ended = {"raised": repr(error)}
    return {"path": path, "s": time.process_time() - began, "kB": _most() - before, **ended}


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for path in sys.argv[2:]:
        sys.stdout.write(json.dumps(read(path, int(sys.argv[1]))) + "\n")
        sys.stdout.flush()
