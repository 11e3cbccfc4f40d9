"""The status and details of failed calls."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2

from example_services.error_details import details_of


async def failure_of(call: Awaitable[Any]) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as caught:
        await call
    return caught.value


async def collect(stream: Any) -> list[Any]:
    return [message async for message in stream]


async def send(*messages: Any) -> AsyncIterator[Any]:
    for message in messages:
        yield message


def error_info(error: grpc.RpcError) -> tuple[str, str, dict[str, str]]:
    info = error_details_pb2.ErrorInfo()
    (detail,) = details_of(error)
    assert detail.Unpack(info)
    return info.reason, info.domain, dict(info.metadata)


def precondition(error: grpc.RpcError) -> tuple[str, str]:
    assert error.code() is grpc.StatusCode.FAILED_PRECONDITION
    failure = error_details_pb2.PreconditionFailure()
    (detail,) = details_of(error)
    assert detail.Unpack(failure)
    (violation,) = failure.violations
    return violation.type, violation.subject
