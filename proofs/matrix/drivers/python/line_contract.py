"""The common part of all drivers: they read calls as lines of JSON, and write their results as lines of JSON."""

import asyncio
import json
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor

# The types of error details. protobuf converts an Any to JSON only if its type is imported.
from google.rpc import error_details_pb2 as error_details_pb2
from google.rpc import status_pb2

Json = dict[str, Any]

_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True)
class Environment:
    """The addresses of the servers, and the credentials for them."""

    addresses: dict[str, str]
    ca: Path | None
    token: str | None

    def address_of(self, service: str) -> str:
        """The address is empty if no server has the service."""
        name = re.search(r"(\w+)\.v\d", service)
        return self.addresses.get(name[1], "") if name else ""


def read_environment() -> Environment:
    ca = os.environ.get("CA_FILE")
    return Environment(
        addresses={
            name.removesuffix("_ADDRESS").lower(): value
            for name, value in os.environ.items()
            if name.endswith("_ADDRESS")
        },
        ca=Path(ca) if ca else None,
        token=os.environ.get("TOKEN"),
    )


@dataclass(frozen=True)
class Call:
    """One line of input."""

    service: str
    method: str
    requests: list[Json]
    metadata: tuple[tuple[str, str], ...]
    timeout_seconds: float | None
    hold_open: bool
    """Whether the sending half stays open until the call has ended."""


@dataclass
class Outcome:
    """The result of a call."""

    responses: list[Json] = field(default_factory=list)
    code: str = "OK"
    message: str = ""
    details: list[Json] = field(default_factory=list)

    def fail(self, code: str, message: str | None, details: Iterable[Json]) -> None:
        """Keeps the responses before the failure."""
        self.code = code
        self.message = message or ""
        self.details = list(details)

    def line(self) -> str:
        result: Json = {"responses": self.responses, "code": self.code}
        if self.code != "OK":
            result |= {"message": self.message, "details": self.details}
        return json.dumps(result)


def serve_lines(environment: Environment, run: Callable[[Call], Outcome]) -> None:
    """Makes the call of each line of stdin, and writes its result as a line to stdout."""
    for line in sys.stdin:
        print(run(_read_call(environment, line)).line(), flush=True)


async def serve_lines_aio(environment: Environment, run: Callable[[Call], Awaitable[Outcome]]) -> None:
    """Make calls that are awaited. Reading must not block the event loop, which the connections need."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        print((await run(_read_call(environment, line))).line(), flush=True)


def parse_request(request: Json, message: Any) -> Any:
    """Fill a message. A mask `{"paths": [...]}` is not ProtoJSON, and may contain any path."""
    mask = request.get("updateMask")
    if not isinstance(mask, dict):
        return json_format.ParseDict(request, message)
    json_format.ParseDict({name: value for name, value in request.items() if name != "updateMask"}, message)
    message.update_mask.SetInParent()
    message.update_mask.paths.extend(mask["paths"])
    return message


@contextmanager
def held_open(call: Call, messages: list[Any]) -> Iterator[Iterator[Any]]:
    """Messages for blocking stubs. With `hold_open` the iterator ends when the context ends."""
    ended = threading.Event()

    def each() -> Iterator[Any]:
        yield from messages
        if call.hold_open:
            ended.wait()

    try:
        yield each()
    finally:
        ended.set()


def held_open_aio(call: Call, messages: list[Any]) -> AsyncIterator[Any]:
    """Messages for asyncio stubs, which cancel the iterator at the end of the call."""

    async def each() -> AsyncIterator[Any]:
        for message in messages:
            yield message
        if call.hold_open:
            await asyncio.Event().wait()

    return each()


def run_blocking(call: Call, method: MethodDescriptor, messages: list[Any], invoke: Any) -> Outcome:
    """Makes a call of any kind by a blocking stub of grpcio."""
    outcome = Outcome()
    try:
        with held_open(call, messages) as sending:
            response = invoke(
                sending if method.client_streaming else messages[0],
                timeout=call.timeout_seconds,
                metadata=call.metadata,
            )
            for message in response if method.server_streaming else [response]:
                outcome.responses.append(json_format.MessageToDict(message))
    except grpc.RpcError as error:
        outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata() or ()))
    return outcome


def open_blocking_channel(environment: Environment, address: str) -> grpc.Channel:
    """Opens a channel of grpcio, with TLS if there is a certificate to trust."""
    if environment.ca is None:
        return grpc.insecure_channel(address)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(environment.ca.read_bytes()))


def details_in(trailers: Iterable[Any]) -> Iterator[Json]:
    """The details of an error, as ProtoJSON. The type of trailers differs between blocking calls and asyncio."""
    for key, value in trailers:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            for detail in status_pb2.Status.FromString(value).details:
                yield json_format.MessageToDict(detail)


def _read_call(environment: Environment, line: str) -> Call:
    fields = json.loads(line)
    service, method = fields["method"].split("/")
    metadata = list(fields.get("metadata", {}).items())
    token = fields.get("token", None if fields.get("withoutToken") else environment.token)
    if token is not None:
        metadata.append(("authorization", f"Bearer {token}"))
    timeout = fields.get("timeoutMs")
    return Call(
        service,
        method,
        requests=fields["requests"],
        metadata=tuple(metadata),
        timeout_seconds=None if timeout is None else timeout / 1_000,
        hold_open=fields.get("holdOpen", False),
    )
