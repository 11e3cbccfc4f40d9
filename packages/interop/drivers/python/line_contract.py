"""What every driver of the interop matrix has in common: JSON lines in, JSON lines out."""

import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format

# The types of the details in errors: importing them is what lets protobuf turn an Any into JSON.
from google.rpc import error_details_pb2 as error_details_pb2
from google.rpc import status_pb2

Json = dict[str, Any]

_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True)
class Environment:
    """Where the servers are, and what they ask for."""

    user_address: str
    order_address: str
    ca: Path | None
    token: str | None

    def address_of(self, service: str) -> str:
        return self.user_address if service.startswith("user.") else self.order_address


def read_environment() -> Environment:
    ca = os.environ.get("CA_FILE")
    return Environment(
        user_address=os.environ["USER_ADDRESS"],
        order_address=os.environ["ORDER_ADDRESS"],
        ca=Path(ca) if ca else None,
        token=os.environ.get("TOKEN"),
    )


@dataclass(frozen=True)
class Call:
    """One line of the harness."""

    service: str
    method: str
    requests: list[Json]
    metadata: tuple[tuple[str, str], ...]
    timeout_seconds: float | None


@dataclass
class Outcome:
    """What came of a call."""

    answers: list[Json] = field(default_factory=list)
    code: str = "OK"
    message: str = ""
    details: list[Json] = field(default_factory=list)

    def fail(self, code: str, message: str | None, details: Iterable[Json]) -> None:
        """Keeps the answers that came before."""
        self.code = code
        self.message = message or ""
        self.details = list(details)

    def line(self) -> str:
        answer: Json = {"answers": self.answers, "code": self.code}
        if self.code != "OK":
            answer |= {"message": self.message, "details": self.details}
        return json.dumps(answer)


def serve_lines(environment: Environment, run: Callable[[Call], Outcome]) -> None:
    """Answers every line of stdin with one line on stdout."""
    for line in sys.stdin:
        print(run(_read_call(environment, line)).line(), flush=True)


async def serve_lines_aio(environment: Environment, run: Callable[[Call], Awaitable[Outcome]]) -> None:
    """The same for calls that are awaited. Between two of them nothing is to be done, so that reading may block."""
    for line in sys.stdin:
        print((await run(_read_call(environment, line))).line(), flush=True)


def details_in(trailers: Iterable[Any]) -> Iterator[Json]:
    """The details of an error, as ProtoJSON. The type of trailers differs between blocking calls and asyncio."""
    for key, value in trailers:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            for detail in status_pb2.Status.FromString(value).details:
                yield json_format.MessageToDict(detail)


def _read_call(environment: Environment, line: str) -> Call:
    asked = json.loads(line)
    service, method = asked["method"].split("/")
    metadata = list(asked.get("metadata", {}).items())
    token = asked.get("token", None if asked.get("withoutToken") else environment.token)
    if token is not None:
        metadata.append(("authorization", f"Bearer {token}"))
    timeout = asked.get("timeoutMs")
    return Call(service, method, asked["requests"], tuple(metadata), None if timeout is None else timeout / 1_000)
