"""The rows of jobs: in order, once for each key, and never out of a state that is final."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.errors import DiskFull, IdempotencyKeyReused, JobsUnavailable, QueueFull
from app.jobs.job import Job, new_id
from app.jobs.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "jobs.sqlite")
    yield made
    made.close()


def job(**given: Any) -> Job:
    values: dict[str, Any] = {
        "id": new_id(),
        "owner": "",
        "task": "classification",
        "model": "colors@1",
        "options": "{}",
        "accept": "*/*",
        "fingerprint": "one",
        "created": 1.0,
    }
    return Job(**values | given)


def test_what_is_kept_is_found(store: Store, tmp_path: Path) -> None:
    kept = store.add(job(key="a", webhook="https://example.org"), 10)
    assert store.find(kept.id) == kept
    assert store.find("nobody") is None
    store.close()
    again = Store(tmp_path / "jobs.sqlite")
    assert again.find(kept.id) == kept
    again.close()


def test_it_is_written_through(store: Store) -> None:
    (mode,) = store._connection.execute("PRAGMA journal_mode").fetchone()
    (level,) = store._connection.execute("PRAGMA synchronous").fetchone()
    assert (mode, level) == ("wal", 2)  # 2 is FULL


def test_the_oldest_is_taken_first(store: Store) -> None:
    second, first = store.add(job(created=2.0), 10), store.add(job(created=1.0), 10)
    taken = [store.take(5.0), store.take(6.0), store.take(7.0)]
    assert [one and one.id for one in taken] == [first.id, second.id, None]
    assert taken[0] == replace(first, state="running", attempts=1, started=5.0)


def test_a_key_is_one_job_of_each_owner(store: Store) -> None:
    first = store.add(job(key="a"), 10)
    assert store.add(job(key="a"), 10) == first
    assert store.add(job(key="a", owner="other"), 10) != first
    assert store.add(job(), 10) != store.add(job(), 10)
    with pytest.raises(IdempotencyKeyReused):
        store.add(job(key="a", fingerprint="two"), 10)
    store.remove(first.id)
    assert store.add(job(key="a", fingerprint="two"), 10).fingerprint == "two"


def test_so_many_may_be_queued(store: Store) -> None:
    known = store.add(job(key="a"), 1)
    with pytest.raises(QueueFull) as caught:
        store.add(job(), 1)
    assert caught.value.facts["limit"] == 1
    assert store.add(job(key="a"), 1) == known  # it is accepted already
    store.take(2.0)
    assert store.add(job(), 1)


def test_an_end_is_final(store: Store) -> None:
    kept = store.add(job(), 10)
    assert not store.finish(kept.id, "done", 3.0)  # it has not begun
    store.take(2.0)
    assert store.finish(kept.id, "done", 3.0, media_type="image/png")
    assert not store.finish(kept.id, "cancelled", 4.0)
    assert not store.finish(kept.id, "failed", 4.0)
    store.put_back(counted=True)
    found = store.find(kept.id)
    assert found is not None
    assert (found.state, found.finished, found.media_type) == ("done", 3.0, "image/png")
    assert store.finished(until=3.0) == [found]
    assert store.finished(until=2.9) == []


@pytest.mark.parametrize(("counted", "attempts"), [(True, 1), (False, 0)])
def test_put_back(store: Store, counted: bool, attempts: int) -> None:
    kept = store.add(job(), 10)
    store.take(2.0)
    store.put_back(counted=counted)
    assert store.find(kept.id) == replace(kept, attempts=attempts)
    assert store.unfinished() == [replace(kept, attempts=attempts)]


def test_counts(store: Store) -> None:
    for _ in range(3):
        store.add(job(), 10)
    store.take(2.0)
    wanted = {"queued": 2, "running": 1, "done": 0, "failed": 0, "cancelled": 0}
    assert store.counts() == wanted


def test_who_is_to_be_told(store: Store) -> None:
    silent, loud = store.add(job(), 10), store.add(job(webhook="https://example.org"), 10)
    for _ in range(2):
        store.take(2.0)
    assert store.deliveries() == []
    store.finish(silent.id, "done", 3.0)
    store.finish(loud.id, "failed", 4.0, problem="{}")
    (waiting,) = store.deliveries()
    assert (waiting.id, waiting.next_try, waiting.tries) == (loud.id, 4.0, 0)
    store.update(loud.id, delivery="delivered", next_try=None, tries=1)
    assert store.deliveries() == []


def test_what_fails_changes_nothing(store: Store) -> None:
    kept = store.add(job(), 10)
    with pytest.raises(sqlite3.IntegrityError):
        store.add(replace(kept, created=5.0), 10)
    assert store.find(kept.id) == kept
    assert store.add(job(), 10)


def test_a_full_disk(store: Store) -> None:
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        store.add(job(options="x" * 100_000), 10)
    assert store.unfinished() == []
    assert store.add(job(), 10)


def test_only_its_user_may_read_it(store: Store, tmp_path: Path) -> None:
    store.add(job(), 10)
    files = list(tmp_path.iterdir())
    assert files
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"no database" * 100)
    with pytest.raises(JobsUnavailable):
        Store(tmp_path / "text")
    with sqlite3.connect(tmp_path / "newer") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JobsUnavailable, match="newer version"):
        Store(tmp_path / "newer")
