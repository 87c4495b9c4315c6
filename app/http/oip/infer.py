"""`POST .../infer`: tensors of a client through a graph, as they are."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from app.errors import (
    BodyTooLarge,
    DeadlineExceeded,
    InvalidModel,
    MalformedRequest,
    ModelNotFound,
    NoRoom,
    NotReady,
    QueueFull,
    Unauthorized,
    UnsupportedMedia,
)
from app.http.headers import DEADLINE, REQUEST_ID, WORK, header, parameter
from app.http.oip.bodies import body_of
from app.http.oip.encoding import decompress
from app.http.oip.failures import documented
from app.http.oip.request import HEADER_LENGTH, Asked, read_request
from app.http.oip.response import write_response
from app.http.oip.schemas import InferRequest, InferResponse
from app.http.oip.served import Served
from app.http.oip.tensors import Array
from app.http.service import service_of
from app.http.upload import expected_size, read_body
from app.http.waiting import deadline_of, while_connected, within
from app.runtime.contract import task_of
from app.runtime.model import Model
from app.runtime.work_item import Ticket

router = APIRouter(
    responses=documented(
        MalformedRequest,
        Unauthorized,
        ModelNotFound,
        BodyTooLarge,
        UnsupportedMedia,
        InvalidModel,
        NotReady,
        QueueFull,
        NoRoom,
        DeadlineExceeded,
    )
)

_BYTES = {
    "schema": {
        "type": "string",
        "format": "binary",
        "description": "JSON, and behind it the bytes of tensors.",
    }
}
_BODY = body_of(InferRequest)
_BODY["content"]["application/octet-stream"] = _BYTES
_BODY |= {
    "required": True,
    "description": f"JSON, or with the header `{HEADER_LENGTH}` JSON and bytes behind it.",
}
_BODY["content"]["application/json"]["example"] = {
    "inputs": [
        {
            "name": "image",
            "shape": [1, 1, 2, 3],
            "datatype": "FP32",
            "data": [0.5, 0.5, 0.5, 1, 1, 1],
        }
    ],
    "outputs": [{"name": "upscaled"}],
}
_PARAMETERS = [
    parameter(
        HEADER_LENGTH,
        "Bytes of the JSON, where those of tensors come behind it.",
        214,
        type="integer",
        minimum=0,
    ),
    parameter("Content-Encoding", "How the body is compressed: `gzip` or `deflate`.", "gzip"),
    DEADLINE,
    REQUEST_ID,
]
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The outputs.",
        "headers": {
            HEADER_LENGTH: header(
                "Bytes of the JSON, where those of tensors come behind it.", "214", type="integer"
            ),
            **WORK,
        },
        "model": InferResponse,
        "content": {"application/octet-stream": _BYTES},
    }
}


@router.post(
    "/infer",
    response_class=Response,
    responses=_ANSWER,
    openapi_extra={"requestBody": _BODY, "parameters": _PARAMETERS},
)
async def infer(request: Request, model: Served) -> Response:
    """Run a model on tensors.

    They go through the graph as they are, and its outputs come back, all or those that are asked
    for. Tensors are JSON, or bytes behind the JSON as the
    [binary tensor data extension](https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md)
    has them, which cost far less.
    """
    request.state.trace.task = "infer"
    statistics = service_of(request).statistics.of(model)
    started = time.perf_counter()
    try:
        response = await _answer(request, model)
    except Exception:
        statistics.fail(time.perf_counter() - started)
        raise
    statistics.succeed(time.perf_counter() - started, request.state.trace.stages)
    return response


async def _answer(request: Request, model: Model) -> Response:
    service, trace, headers = service_of(request), request.state.trace, request.headers
    limit = service.settings.max_bytes
    deadline = deadline_of(request, service.settings.deadline)

    def work(body: bytes, ticket: Ticket) -> Response:
        trace.stages["queue"] = ticket.waited
        with trace.measure("decode"):
            plain = decompress(body, headers.get("content-encoding", ""), limit)
            asked = read_request(plain, headers.get(HEADER_LENGTH), model)
        ticket.check()
        with trace.measure("infer"):
            results = _run(model, asked)
        with trace.measure("encode"):
            return _response(*write_response(asked, results, model))

    scheduler = service.schedulers.of(model)
    scheduler.check_room()
    with service.bytes.room_for(expected_size(request, limit)):
        body, left = await within(deadline, "body", read_body(request, limit))
        async with while_connected(request):
            return await scheduler.run(partial(work, body), left)


def _run(model: Model, asked: Asked) -> Mapping[str, Array]:
    tasks = {task_of(name) for name in asked.outputs}
    try:
        return model.answering(tasks).run(**asked.inputs)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        reason = str(error).strip().partition("\n")[0]
        raise MalformedRequest(f"the model can not run on these tensors: {reason}") from error


def _response(body: bytes, json_length: int | None) -> Response:
    if json_length is None:
        return Response(body, media_type="application/json")
    headers = {HEADER_LENGTH: str(json_length)}
    return Response(body, headers=headers, media_type="application/octet-stream")
