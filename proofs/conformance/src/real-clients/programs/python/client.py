"""Runs checks with grpcio on one connection, as program-client.ts describes. Reflection provides the protos."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

TIMEOUT_SECONDS = 60
SERVICE = "grpc.testing.TestService"
# The delay of the second response of a call that is cancelled.
MUCH_LATER_US = 600_000_000

Check = dict[str, Any]


class Calls:
    """The calls of each kind of check."""

    def __init__(self, channel: grpc.aio.Channel, pool: DescriptorPool) -> None:
        def message(name: str) -> Any:
            return GetMessageClass(pool.FindMessageTypeByName(f"grpc.testing.{name}"))

        self.simple_request = message("SimpleRequest")
        self.request = message("StreamingOutputCallRequest")
        self.unary_call = channel.unary_unary(
            f"/{SERVICE}/UnaryCall",
            request_serializer=self.simple_request.SerializeToString,
            response_deserializer=message("SimpleResponse").FromString,
        )
        self.duplex_call = channel.stream_stream(
            f"/{SERVICE}/FullDuplexCall",
            request_serializer=self.request.SerializeToString,
            response_deserializer=message("StreamingOutputCallResponse").FromString,
        )

    async def unary(self, check: Check) -> None:
        await asyncio.gather(*(self.unary_once(check) for _ in range(check["count"])))

    async def unary_once(self, check: Check) -> None:
        request = self.simple_request(response_size=check["responseBytes"])
        request.payload.body = bytes(check["requestBytes"])
        response = await self.unary_call(
            request, timeout=TIMEOUT_SECONDS, metadata=(("x-barrier", str(check["barrier"])),)
        )
        expect_length(response.payload, check["responseBytes"])

    async def messages(self, check: Check) -> None:
        async def requests() -> AsyncIterator[Any]:
            for i in range(check["count"]):
                yield self.stream_request(check, i)

        received = 0
        async for response in self.duplex_call(requests(), timeout=TIMEOUT_SECONDS):
            expect_length(response.payload, length_of(check, received))
            received += 1
        if received != check["count"]:
            raise ValueError(f"{received} messages were received")

    async def cancel(self, check: Check) -> None:
        calls = [self.duplex_call(timeout=TIMEOUT_SECONDS) for _ in range(check["count"])]
        for call in calls:
            await call.write(self.endless_request())
            await call.read()
        for call in calls:
            call.cancel()
        for call in calls:
            if await call.code() is not grpc.StatusCode.CANCELLED:
                raise ValueError(f"a cancelled call ended with {await call.code()}")
        await self.unary_once(check)

    def stream_request(self, check: Check, i: int) -> Any:
        """Return message i, which requests a response of the same length."""
        length = length_of(check, i)
        request = self.request()
        request.payload.body = bytes(length)
        request.response_parameters.add(size=length)
        return request

    def endless_request(self) -> Any:
        """Request a first response at once, and a second response much later."""
        request = self.request()
        request.response_parameters.add(size=1)
        request.response_parameters.add(size=1, interval_us=MUCH_LATER_US)
        return request


def length_of(check: Check, i: int) -> int:
    """Return different lengths for successive messages."""
    return int(i % check["responseBytes"])


def expect_length(payload: Any, length: int) -> None:
    if len(payload.body) != length:
        raise ValueError(f"expected {length} bytes, got {len(payload.body)}")


def protos_of(address: str) -> DescriptorPool:
    with grpc.insecure_channel(address) as channel:
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        pool.FindServiceByName(SERVICE)
        return pool


async def main(address: str, checks: list[Check]) -> None:
    pool = protos_of(address)
    async with grpc.aio.insecure_channel(address) as channel:
        calls = Calls(channel, pool)
        for check in checks:
            result = {"name": check["name"]}
            try:
                await getattr(calls, check["kind"])(check)
            except (grpc.RpcError, ValueError) as error:
                result["error"] = repr(error)
            print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
