"""One kind of interceptor for unary and streaming calls: it runs around the whole call."""

from __future__ import annotations

import inspect
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, TypeAlias, cast

import grpc

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Behavior: TypeAlias = Callable[[Any, Context], Any]
# In quotes, because only its type stub accepts type parameters.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Continuation: TypeAlias = Callable[[grpc.HandlerCallDetails], Awaitable["Handler | None"]]

_FACTORIES: dict[tuple[bool, bool], Callable[..., Handler]] = {
    (False, False): grpc.unary_unary_rpc_method_handler,
    (False, True): grpc.unary_stream_rpc_method_handler,
    (True, False): grpc.stream_unary_rpc_method_handler,
    (True, True): grpc.stream_stream_rpc_method_handler,
}


class AroundInterceptor(grpc.aio.ServerInterceptor):
    """Runs every call inside `around`."""

    @abstractmethod
    def around(self, call: grpc.HandlerCallDetails, context: Context) -> AbstractAsyncContextManager[None]:
        """An exception that the context manager raises, or does not catch, ends the call."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(handler_call_details)
        if handler is None:  # No such method: gRPC responds UNIMPLEMENTED.
            return None
        behavior = behavior_of(handler)

        async def run(request: Any, context: Context) -> Any:
            async with self.around(handler_call_details, context):
                return await invoke(behavior, request, context)

        return replaced(handler, run, handler.request_deserializer)


def behavior_of(handler: Handler) -> Behavior:
    """The function that handles the calls of a handler."""
    behavior = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    return cast(Behavior, behavior)


async def invoke(behavior: Behavior, request: Any, context: Context) -> Any:
    """Runs a handler. Messages of a generator are written to the context; a coroutine writes them itself."""
    response = behavior(request, context)
    if inspect.isawaitable(response):
        return await response
    async with aclosing(response):
        async for message in response:
            await context.write(message)


def replaced(handler: Handler, behavior: Behavior, request_deserializer: Callable[[bytes], Any] | None) -> Handler:
    """The handler with another function. Without a deserializer, the function gets bytes."""
    return _FACTORIES[handler.request_streaming, handler.response_streaming](
        behavior,
        request_deserializer=request_deserializer,
        response_serializer=handler.response_serializer,
    )
