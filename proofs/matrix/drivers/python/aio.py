"""The driver of grpcio's asyncio stubs."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

import grpc
from google.protobuf.json_format import MessageToDict

from generated import STUBS, method_of, requests_of
from line_contract import Call, Outcome, details_in, held_open_aio, read_environment, serve_lines_aio

T = TypeVar("T")

# The message of grpcio for a failed write.
FAILED_WRITE = "Internal error from Core"


class FirstStatus:
    """The first status of a call.

    When the server ends a call while the client still writes, the write fails. grpcio may then replace the server's
    status by an INTERNAL of its own, or cancel the call (grpc/grpc#36066). The first status is the server's.
    """

    code: grpc.StatusCode
    message: str | None
    trailers: grpc.aio.Metadata

    def __init__(self, call: grpc.aio.Call) -> None:
        call.add_done_callback(self._keep)

    def _keep(self, call: Any) -> None:
        self.code = _at_once(call.code())
        self.message = _at_once(call.details())
        self.trailers = _at_once(call.trailing_metadata())


def _at_once(result: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that does not wait, such as a coroutine of a call that has ended."""
    try:
        result.send(None)
    except StopIteration as stop:
        return cast(T, stop.value)
    raise RuntimeError("the call has not ended")


async def main() -> None:
    environment = read_environment()

    def open_channel(service: str) -> grpc.aio.Channel:
        address = environment.address_of(service)
        if environment.ca is None:
            return grpc.aio.insecure_channel(address)
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(environment.ca.read_bytes()))

    channels = {service: open_channel(service) for service in STUBS if environment.address_of(service)}
    stubs = {service: STUBS[service](channel) for service, channel in channels.items()}

    async def run(call: Call) -> Outcome:
        method = method_of(call)
        messages = requests_of(call, method)
        invoke = getattr(stubs[call.service], call.method)
        outcome = Outcome()
        response = invoke(
            held_open_aio(call, messages) if method.client_streaming else messages[0],
            timeout=call.timeout_seconds,
            metadata=call.metadata,
        )
        first = FirstStatus(response)
        try:
            if method.server_streaming:
                async for message in response:
                    outcome.responses.append(MessageToDict(message))
            else:
                outcome.responses.append(MessageToDict(await response))
        except grpc.aio.AioRpcError as error:
            if error.details() == FAILED_WRITE:
                outcome.fail(first.code.name, first.message, details_in(first.trailers))
            else:
                outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata()))
        except asyncio.CancelledError:
            if not response.done():
                raise
            outcome.fail(first.code.name, first.message, details_in(first.trailers))
        return outcome

    await serve_lines_aio(environment, run)
    for channel in channels.values():
        await channel.close()


if __name__ == "__main__":
    asyncio.run(main())
