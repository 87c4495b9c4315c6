"""A picture's file to the file that answers it, and what the journal says of it."""

import errno
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.batch.inputs import Input
from app.batch.journal import Journal, Record
from app.batch.position import position_of
from app.batch.room import Room
from app.errors import DensightError, NotAcceptable
from app.files import read, replacing
from app.question import Question, suffix_of
from app.tasks.task import Document

log = logging.getLogger(__name__)

LONGEST = 1024
"""Bytes of JSON up to which the journal repeats members of a document that are there only if they
are asked for: outlines and maps can be large."""

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Answers:
    """Where answers are written, and how; `make` may be called by any number of threads.

    Attributes:
        question: that is asked about every picture.
        media_type: of the answers; `None`: what the task offers first.
        folder: where they are written.
        bases: what they are called there without suffix, by the name of the picture.
        journal: is told of each.
        max_bytes: largest file that is read.
        room: for the pixels of all that are in memory.
        traffic: entered while one is made.
    """

    question: Question
    media_type: str | None
    folder: Path
    bases: Mapping[str, str]
    journal: Journal
    max_bytes: int
    room: Room
    traffic: AbstractContextManager[None]

    def are_there(self, picture: Input) -> bool:
        """Whether this picture, as it is now, has been answered, and by the same question."""
        record = self.journal.latest(picture.name)
        if record is None or "problem" in record:
            return False
        try:
            asked = self._asked(picture)
            written = (self.folder / record["output"]).stat().st_size
        except (OSError, KeyError, TypeError):
            return False
        place = self.bases[picture.name] + os.path.splitext(record["output"])[1]
        same = {**record, **asked} == record and record["output"] == place
        return same and written == record.get("bytes")

    def make(self, picture: Input) -> Record:
        """Answer a picture and note it down; a failure is a `problem` in its record.

        Raises:
            OSError: the disk is full, or the journal can not be written.
        """
        started = time.perf_counter()
        record: Record = {"input": picture.name}
        try:
            record |= self._asked(picture)
            with self.traffic:
                record |= self._made(picture)
        except (DensightError, OSError, MemoryError) as error:
            if isinstance(error, OSError) and error.errno in DISK_FULL:
                raise
            record["problem"] = _reason(error)
        except Exception as error:  # a fault of ours in one picture must not end the night's work
            log.exception("%s: unforeseen", picture.path)
            record["problem"] = f"unforeseen {type(error).__name__}: {error}"
        record["seconds"] = round(time.perf_counter() - started, 3)
        self.journal.append(record)
        return record

    def _asked(self, picture: Input) -> Record:
        """What an answer depends on."""
        status, question = picture.path.stat(), self.question
        return {
            "size": status.st_size,
            "mtime_ns": status.st_mtime_ns,
            "task": question.task.name,
            "model": question.model.card.reference,
            "options": question.options.model_dump(
                mode="json", exclude={"model"}, exclude_defaults=True
            ),
            "format": self.media_type,
        }

    def _made(self, picture: Input) -> Record:
        cuts: list[bool] = []
        bounds = replace(self.question.bounds, cut=cuts.append)
        task, model, options = self.question.task, self.question.model, self.question.options
        with ExitStack() as room:
            with picture.path.open("rb") as opened:
                data = read(opened, self.max_bytes)
            record: Record = {"position": position_of(data)}
            decoded = self.question.picture(data, self._admit(room))
            del data
            record |= {"width": decoded.width, "height": decoded.height}
            media_type = self._chosen(task.offers(decoded, options, model, bounds))
            result = task.infer(model, decoded, options, bounds)
            output = self.bases[picture.name] + suffix_of(media_type)
            target = self.folder / output
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as file:
                task.write(result, media_type, file)
                written = file.seek(0, os.SEEK_END)
            document = task.document_of(result)
            record |= {"output": output, "bytes": written, "text": task.text(result)}
        if cuts:
            record["exact"] = all(cuts)
        if document is not None:
            record["document"] = _short(document)
        return record

    def _admit(self, room: ExitStack) -> Callable[[int], object]:
        """Wait for room for a picture, and for its answer as far as that may be in memory."""
        bounds, scale = self.question.bounds, self.question.model.card.scale

        def admit(pixels: int) -> None:
            made = min(pixels * scale**2, bounds.max_pixels)
            room.enter_context(self.room.taken(pixels + made))

        return admit

    def _chosen(self, offers: tuple[str, ...]) -> str:
        if self.media_type is None:
            return offers[0]
        if self.media_type not in offers:
            told = ", ".join(offers)
            raise NotAcceptable(f"the answer can not be {self.media_type}, but {told}")
        return self.media_type


def _short(document: Document) -> dict[str, Any]:
    """The JSON form without long members that have to be asked for; the answer itself has them."""
    members: dict[str, Any] = json.loads(document.model_dump_json(exclude_none=True))
    fields = type(document).model_fields
    return {
        name: value
        for name, value in members.items()
        if fields[name].is_required() or len(json.dumps(value)) <= LONGEST
    }


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
