"""Decodes and checks requests before a handler gets them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from ..domain.errors import UndecodableMessageError
from .around import Context, Continuation, Handler, behavior_of, invoke, replaced
from .field_limit import check_fields


class Requests(grpc.aio.ServerInterceptor):
    """Decodes requests. As the last interceptor, it does so inside all others.

    By itself gRPC decodes before any interceptor runs, and responds UNKNOWN with the exception's text if that fails.
    """

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(handler_call_details)
        if handler is None or handler.request_deserializer is None:
            return handler
        behavior = behavior_of(handler)
        deserializer = handler.request_deserializer

        def decode(data: bytes) -> Any:
            check_fields(data)
            try:
                return deserializer(data)
            except DecodeError as error:
                raise UndecodableMessageError("the request cannot be decoded") from error

        async def decode_each(messages: AsyncIterator[bytes], context: Context) -> AsyncIterator[Any]:
            async for data in messages:
                yield decode(data)
            if not handler.response_streaming:
                await _check_open(context)

        async def run(request: Any, context: Context) -> Any:
            decoded = decode_each(request, context) if handler.request_streaming else decode(request)
            return await invoke(behavior, decoded, context)

        return replaced(handler, run, None)


async def _check_open(context: Context) -> None:
    """Raises CancelledError when the call was cancelled, or its deadline has passed.

    grpc.aio ends a broken stream of requests like a half-closed one, and cancels the handler a moment later: the
    handler would treat the requests received so far as complete. Sending anything on such a call fails.
    """
    await context.send_initial_metadata(())
