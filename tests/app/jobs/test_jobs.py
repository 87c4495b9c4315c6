"""All jobs together: what an earlier process left, what is old, who has the folder."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from app.errors import DeadlineExceeded, DiskFull, JobNotFound, JobsUnavailable
from app.jobs.job import Job, new_id
from app.jobs.jobs import ATTEMPTS, Jobs
from app.jobs.place import Place
from app.jobs.run import Run
from app.jobs.runner import Facts, Work


def job(**given: Any) -> Job:
    return Job(new_id(), "", "echo", "model@1", "{}", "", "print", 1.0, **given)


def describe(error: Exception) -> str:
    return json.dumps({"kind": type(error).__name__})


def echo(run: Run, file: BinaryIO) -> Facts:
    run.report(0, 1)
    file.write(run.upload.read_bytes())
    run.report(1, 1)
    return Facts("text/plain", None, None)


@contextmanager
def opened(folder: Path, work: Work | None = echo, **given: Any) -> Iterator[Jobs]:
    jobs = Jobs(folder, describe, **given)
    if work:
        jobs.start(work)
    try:
        yield jobs
    finally:
        jobs.stop()
        jobs.close()


def until(jobs: Jobs, id: str, true: Callable[[Job], bool]) -> Job:
    """Wait until something is true of a job."""
    changed = threading.Event()
    with jobs.watchers.watching(id, changed.set):
        while not true(found := jobs.find(id, "")):
            changed.wait()
            changed.clear()
    return found


def end(jobs: Jobs, id: str) -> Job:
    return until(jobs, id, lambda job: job.has_finished)


def test_a_job_is_done(tmp_path: Path) -> None:
    with opened(tmp_path) as jobs:
        done = end(jobs, jobs.submit(job(), b"picture").id)
        assert (done.state, done.attempts, done.media_type) == ("done", 1, "text/plain")
        assert (done.steps_done, done.steps) == (1, 1)
        assert jobs.spool.result(done.id).read_bytes() == b"picture"
        assert jobs.run_of(done) is None


def test_a_job_that_fails(tmp_path: Path) -> None:
    def fail(run: Run, file: BinaryIO) -> Facts:
        file.write(b"half")
        raise ValueError

    with opened(tmp_path, fail) as jobs:
        failed = end(jobs, jobs.submit(job(), b"picture").id)
        assert (failed.state, failed.problem) == ("failed", '{"kind": "ValueError"}')
        assert not jobs.spool.result(failed.id).exists()


def test_a_job_that_takes_too_long(tmp_path: Path) -> None:
    with opened(tmp_path, deadline=1e-9) as jobs:
        failed = end(jobs, jobs.submit(job(), b"picture").id)
        assert failed.problem == describe(DeadlineExceeded(""))


def test_what_was_accepted_is_done_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path, work=None) as jobs:
        ids = [jobs.submit(job(), b"%d" % number).id for number in range(3)]
    with opened(tmp_path) as jobs:
        for number, id in enumerate(ids):
            assert end(jobs, id).state == "done"
            assert jobs.spool.result(id).read_bytes() == b"%d" % number


def test_what_is_stopped_is_put_back_and_not_counted(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def long(run: Run, file: BinaryIO) -> Facts:
        begun.set()
        go_on.wait()
        return echo(run, file)

    with opened(tmp_path, long) as jobs:
        id = jobs.submit(job(), b"picture").id
        begun.wait()
        jobs.stop()
        assert jobs.find(id, "").state == "queued"  # before its step has ended
        later = jobs.submit(job(), b"later").id
        go_on.set()
    with opened(tmp_path) as jobs:
        assert (end(jobs, id).state, end(jobs, id).attempts) == ("done", 1)
        assert end(jobs, later).state == "done"


def test_a_job_that_ends_the_process_again_and_again(tmp_path: Path) -> None:
    with opened(tmp_path, work=None) as jobs:
        id = jobs.submit(job(), b"picture").id
    for attempt in range(1, ATTEMPTS + 1):
        with opened(tmp_path, work=None) as jobs:
            taken = jobs._store.take(1.0)
            assert taken is not None
            assert taken.attempts == attempt
            # What a process leaves that is killed now: the rows as they are, half a result.
            jobs._store.put_back = lambda **_: None  # type: ignore[method-assign]
            (tmp_path / "results" / f"{id}.part").write_bytes(b"half")
    with opened(tmp_path) as jobs:
        failed = jobs.find(id, "")
        assert (failed.state, failed.problem) == ("failed", '{"kind": "JobInterrupted"}')
        assert [path for path in tmp_path.glob("*/*") if path.is_file()] == []


def test_a_result_without_its_row_is_made_again(tmp_path: Path) -> None:
    with opened(tmp_path, work=None) as jobs:
        id = jobs.submit(job(), b"picture").id
    (tmp_path / "results" / id).write_bytes(b"of a process that ended before it noted it")
    with opened(tmp_path) as jobs:
        end(jobs, id)
        assert jobs.spool.result(id).read_bytes() == b"picture"


def test_cancelled_while_it_waits(tmp_path: Path) -> None:
    with opened(tmp_path, work=None) as jobs:
        kept = jobs.submit(job(), b"picture")
        assert jobs.cancel(kept)
        assert jobs.find(kept.id, "").state == "cancelled"
        assert jobs.spool.used == 0
        assert not jobs.cancel(kept)


def test_what_is_old_is_gone(tmp_path: Path) -> None:
    now = 1000.0
    with opened(tmp_path, ttl=60.0, clock=lambda: now) as jobs:
        id = jobs.submit(job(key="a"), b"picture").id
        assert jobs.expires(end(jobs, id)) == 1060
        now = 1059.0
        jobs.expire()
        assert jobs.find(id, "").state == "done"
        now = 1060.0
        with pytest.raises(JobNotFound):
            jobs.find(id, "")
        jobs.expire()
        assert jobs.spool.used == 0
        assert jobs.counts()["done"] == 0
        assert jobs.submit(job(key="a"), b"picture").id != id


def test_what_is_old_makes_room(tmp_path: Path) -> None:
    now = 1000.0
    with opened(tmp_path, ttl=60.0, disk=10, clock=lambda: now) as jobs:
        id = jobs.submit(job(), b"12345").id
        end(jobs, id)
        with pytest.raises(DiskFull):
            jobs.submit(job(), b"123456")
        now = 1060.0
        jobs.submit(job(), b"123456")


def test_a_result_without_room(tmp_path: Path) -> None:
    with opened(tmp_path, disk=8) as jobs:
        failed = end(jobs, jobs.submit(job(), b"12345").id)
        assert failed.problem == describe(DiskFull(""))
    assert jobs.spool.used == 0


def test_jobs_of_others_are_not_found(tmp_path: Path) -> None:
    with opened(tmp_path) as jobs:
        id = jobs.submit(job(), b"picture").id
        with pytest.raises(JobNotFound):
            jobs.find(id, "other")


def test_a_folder_is_of_one_process(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(JobsUnavailable, match="another process"):
        Jobs(tmp_path, describe)
    with opened(tmp_path):
        pass


def test_a_folder_that_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    def make() -> Jobs:
        return Jobs(tmp_path / "file" / "jobs", describe)

    with pytest.raises(JobsUnavailable):
        Place(make, insist=True).open()
    place = Place(make, insist=False)
    place.open()
    assert not place.is_open
    with pytest.raises(JobsUnavailable, match="Not a directory"):
        place.require()


def test_the_eta_is_of_steps_that_are_done(tmp_path: Path) -> None:
    run = Run(job(), tmp_path, 60.0, lambda: None)
    assert run.eta is None
    run.report(0, 4)
    assert run.eta is None
    run.report(1, 4)
    assert run.eta is not None
    assert run.eta > 0
    run.report(4, 4)
    assert run.eta == 0
