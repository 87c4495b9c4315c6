"""The folder of models, seen as the protocol's model repository."""

import asyncio

from fastapi import APIRouter, Request

from app.errors import (
    BodyTooLarge,
    DeadlineExceeded,
    InvalidModel,
    MalformedRequest,
    ModelControlOff,
    ModelNotFound,
    NotReady,
    Unauthorized,
)
from app.http.cors import refuse_strangers
from app.http.headers import DEADLINE
from app.http.oip.bodies import body_of
from app.http.oip.failures import documented
from app.http.oip.schemas import IndexEntry, IndexRequest, Loaded, LoadRequest, Unloaded, parse
from app.http.oip.served import Name
from app.http.service import service_of
from app.http.upload import read_body
from app.http.waiting import deadline_of, within
from app.runtime.model_file import ModelFile

router = APIRouter(prefix="/repository")

LARGEST = 2**16
"""Bytes of a body here: it is read on the event loop, and says little."""

OF_BODIES = (MalformedRequest, Unauthorized, BodyTooLarge, DeadlineExceeded)
OF_CONTROL = (ModelControlOff, ModelNotFound, InvalidModel, NotReady)


@router.post(
    "/index",
    response_description="One entry for each file.",
    openapi_extra={"requestBody": body_of(IndexRequest), "parameters": [DEADLINE]},
    responses=documented(*OF_BODIES, NotReady),
)
async def index(request: Request) -> list[IndexEntry]:
    """List the files of the models folder.

    Every model, and every file that is not served with the reason why; with `ready` the former
    only.
    """
    service = service_of(request)
    # Triton's client sends nothing at all when it wants everything.
    body = await _body(request)
    only_ready = parse(IndexRequest, body or b"{}").ready
    files = service.registry.files()
    return [_entry(file) for file in files if file.model is not None or not only_ready]


@router.post(
    "/models/{name}/load",
    openapi_extra={"requestBody": body_of(LoadRequest), "parameters": [DEADLINE]},
    responses=documented(*OF_BODIES, *OF_CONTROL),
)
async def load(request: Request, name: Name) -> Loaded:
    """Load a model.

    Its file is opened anew, also if it had been unloaded; 503 with the reason if it is no good, and
    the old model goes on.
    """
    refuse_strangers(request)
    service = service_of(request)
    body = await _body(request)
    parameters = parse(LoadRequest, body or b"{}").parameters
    if any(parameter == "config" or parameter.startswith("file:") for parameter in parameters):
        raise MalformedRequest("a model is what its file says: no config and no files are taken")
    await asyncio.to_thread(service.registry.load_model, name)
    return Loaded(name=name, load=True)


@router.post("/models/{name}/unload", responses=documented(Unauthorized, *OF_CONTROL))
async def unload(request: Request, name: Name) -> Unloaded:
    """Unload a model.

    It is served no longer and its memory is freed; requests that have begun are answered.
    """
    refuse_strangers(request)
    await asyncio.to_thread(service_of(request).registry.unload_model, name)
    return Unloaded(name=name, unload=True)


async def _body(request: Request) -> bytes:
    deadline = deadline_of(request, service_of(request).settings.deadline)
    return (await within(deadline, "body", read_body(request, LARGEST)))[0]


def _entry(file: ModelFile) -> IndexEntry:
    if file.model is None:
        reason = file.reason or "unloaded"
        return IndexEntry(name=file.name, version="", state="UNAVAILABLE", reason=reason)
    card = file.model.card
    # The reason why a newer content of the file is not served, if there is one.
    return IndexEntry(name=card.name, version=card.version, state="READY", reason=file.reason or "")
