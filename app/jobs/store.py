"""The rows of all jobs, in one SQLite file."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import get_args

from app.errors import DiskFull, IdempotencyKeyReused, JobsUnavailable, QueueFull
from app.jobs.job import FINISHED, Job, State

VERSION = 1
"""Of the table below, kept as SQLite's `user_version`."""

_TABLE = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, task TEXT NOT NULL, model TEXT NOT NULL,
    options TEXT NOT NULL, accept TEXT NOT NULL, fingerprint TEXT NOT NULL, created REAL NOT NULL,
    key TEXT, state TEXT NOT NULL, attempts INTEGER NOT NULL, started REAL, finished REAL,
    steps_done INTEGER, steps INTEGER, media_type TEXT, tiles TEXT, timing TEXT, problem TEXT,
    webhook TEXT, delivery TEXT, tries INTEGER NOT NULL, next_try REAL, refusal TEXT
) STRICT;
CREATE UNIQUE INDEX keys ON jobs (owner, key) WHERE key IS NOT NULL;
CREATE INDEX states ON jobs (state, created);
CREATE INDEX deliveries ON jobs (next_try) WHERE delivery = 'waiting';
"""

_COLUMNS = tuple(field.name for field in fields(Job))
_FINISHED = ", ".join(f"'{state}'" for state in FINISHED)

RETRY_AFTER = 10
"""Seconds after which a client may ask again where too many jobs wait."""


class Store:
    """Reads and writes jobs, from any number of threads of one process.

    What a method has written is on the disk when it returns: the file is in WAL mode with
    `synchronous=FULL`, since `NORMAL` lets a loss of power undo what was committed last
    (sqlite.org/pragma.html#pragma_synchronous), and a job that a client was promised is one such.

    Raises:
        JobsUnavailable: the file can not be used, or was made by a newer version.
        DiskFull: what is to be written has no room; so does every method that writes.
    """

    def __init__(self, path: Path) -> None:
        self._using = threading.RLock()
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except BaseException:
            self.close()
            raise

    def _prepare(self, path: Path) -> None:
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                self._connection.executescript(
                    f"BEGIN; {_TABLE} PRAGMA user_version={VERSION}; COMMIT;"
                )
        except sqlite3.Error as error:
            raise JobsUnavailable(f"{path} can not be used: {error}") from error
        if version > VERSION:
            raise JobsUnavailable(f"{path} was written by a newer version of Densight")

    def close(self) -> None:
        """Write everything into the one file."""
        with self._using:
            self._connection.close()

    def add(self, job: Job, limit: int) -> Job:
        """Keep a new job, or find the one that was asked for under the same key.

        Args:
            job: with an id of its own. Its `key`, if any, is told apart for each owner.
            limit: jobs that may be queued.

        Raises:
            IdempotencyKeyReused: a job of the same key has another fingerprint.
            QueueFull: so many are queued already.
        """
        with self._writing():
            if known := self.of_key(job):
                return known
            queued = self.counts()["queued"]
            if queued >= limit:
                raise QueueFull(f"{limit} jobs wait already", retry_after=RETRY_AFTER, limit=limit)
            marks = ", ".join(f":{column}" for column in _COLUMNS)
            self._connection.execute(
                f"INSERT INTO jobs ({', '.join(_COLUMNS)}) VALUES ({marks})", asdict(job)
            )
        return job

    def of_key(self, job: Job) -> Job | None:
        """The job that was asked for under the key of this one.

        Raises:
            IdempotencyKeyReused: something else was asked for under it.
        """
        if job.key is None:
            return None
        found = self._select("owner = ? AND key = ?", job.owner, job.key)
        if found and found[0].fingerprint != job.fingerprint:
            raise IdempotencyKeyReused("this Idempotency-Key came with another request before")
        return found[0] if found else None

    def find(self, id: str) -> Job | None:
        """The job of this id."""
        found = self._select("id = ?", id)
        return found[0] if found else None

    def unfinished(self) -> list[Job]:
        """Those that are queued or were running, the oldest first."""
        return self._select("state IN ('queued', 'running') ORDER BY created, rowid")

    def take(self, now: float) -> Job | None:
        """Begin the oldest job that is queued."""
        with self._writing():
            waiting = self._select("state = 'queued' ORDER BY created, rowid LIMIT 1")
            if not waiting:
                return None
            id = waiting[0].id
            self._connection.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, started = ?"
                " WHERE id = ?",
                (now, id),
            )
            return self.find(id)

    def put_back(self, *, counted: bool) -> None:
        """Queue again what is running.

        Args:
            counted: the attempt is one of those that a job has; it is not if we end it ourselves.
        """
        with self._writing():
            self._connection.execute(
                "UPDATE jobs SET state = 'queued', started = NULL, attempts = attempts - ?"
                " WHERE state = 'running'",
                (0 if counted else 1,),
            )

    def finish(self, id: str, state: State, now: float, **facts: object) -> bool:
        """Bring a job that has not finished into a state that it does not leave.

        Args:
            id: of the job.
            state: one of `FINISHED`; all but `cancelled` want a running job.
            now: when that is.
            facts: further columns.

        Returns:
            Whether it did; not if another one was first, by cancelling it or putting it back.
        """
        columns = {"state": state, "finished": now, **facts}
        before = "state IN ('queued', 'running')" if state == "cancelled" else "state = 'running'"
        due = (
            "delivery = CASE WHEN webhook IS NULL THEN NULL ELSE 'waiting' END,"
            " next_try = CASE WHEN webhook IS NULL THEN NULL ELSE :finished END"
        )
        with self._writing():
            done = self._connection.execute(
                f"UPDATE jobs SET {_assigned(columns)}, {due} WHERE id = :id AND {before}",
                {**columns, "id": id},
            )
            return done.rowcount == 1

    def update(self, id: str, **facts: object) -> None:
        """Write columns of a job."""
        with self._writing():
            self._connection.execute(
                f"UPDATE jobs SET {_assigned(facts)} WHERE id = :id", {**facts, "id": id}
            )

    def remove(self, id: str) -> None:
        """Forget a job, and its key."""
        with self._writing():
            self._connection.execute("DELETE FROM jobs WHERE id = ?", (id,))

    def finished(self, until: float) -> list[Job]:
        """Those that finished at this time or before."""
        return self._select(f"state IN ({_FINISHED}) AND finished <= ?", until)

    def of_state(self, state: State) -> list[Job]:
        """All of one state."""
        return self._select("state = ?", state)

    def deliveries(self) -> list[Job]:
        """Those whose message has still to be told, the one that is due first before all others."""
        return self._select("delivery = 'waiting' ORDER BY next_try, rowid")

    def counts(self) -> dict[State, int]:
        """How many are in each state."""
        with self._using:
            rows = self._connection.execute("SELECT state, count(*) FROM jobs GROUP BY state")
            return dict.fromkeys(get_args(State), 0) | dict(map(tuple, rows))

    def _select(self, condition: str, *values: object) -> list[Job]:
        with self._using, closing(self._connection.cursor()) as cursor:
            rows = cursor.execute(f"SELECT * FROM jobs WHERE {condition}", values).fetchall()
        return [Job(**dict(row)) for row in rows]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all that is done in the block, or nothing."""
        with self._using:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                with self._connection:  # commits, or rolls back what failed
                    yield
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname == "SQLITE_FULL":
                    raise DiskFull("the disk has no room for jobs") from error
                raise


def _assigned(columns: dict[str, object]) -> str:
    return ", ".join(f"{column} = :{column}" for column in columns)
