"""The interceptors."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import grpc
import pytest
from google.rpc import error_details_pb2

from example_protos.user.v1.user_pb2 import CreateUserRequest, GetUserRequest

from example_services.error_details import details_of
from example_services.server.domain.users import Users

from .conftest import ANY_PORT, Running, run
from .failures import failure_of


async def test_of_a_bug_the_caller_gets_an_id_that_the_log_has(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(users: Users, number: int) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Users, "find", broken)
    error = await failure_of(running.users.GetUser(GetUserRequest(id=1)))
    assert error.code() is grpc.StatusCode.INTERNAL
    match = re.fullmatch(r"internal error \(error ([0-9a-f-]{36})\)", str(error.details()))
    assert match
    assert match[1] in caplog.text
    assert "a secret" in caplog.text


async def test_a_caller_that_has_gone_is_no_bug(
    running: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def write_to_nobody(users: Users, number: int) -> None:
        raise grpc.aio.InternalError("what gRPC raises when the caller leaves during a write")

    monkeypatch.setattr(Users, "find", write_to_nobody)
    with caplog.at_level(logging.INFO):
        await failure_of(running.users.GetUser(GetUserRequest(id=1), timeout=1))
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "GetUser CANCELLED" in caplog.text


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("/user.v1.UserService/GetUser", b"\xff"),
        ("/user.v1.UserService/CreateUser", b"\x0a\x01\xff"),  # a text that is not UTF-8
        ("/order.v1.OrderService/ListOrders", b"\xff"),
        ("/order.v1.OrderService/UploadLineItems", b"\xff"),
        ("/order.v1.OrderService/OrderChat", b"\xff"),
    ],
)
async def test_bytes_that_are_no_message_are_the_callers_fault(running: Running, method: str, message: bytes) -> None:
    channel = running.user_channel if "user" in method else running.order_channel
    call: grpc.aio.StreamStreamCall[bytes, bytes] = channel.stream_stream(method)()
    await call.write(message)
    error = await failure_of(call.read())
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert list(details_of(error)) == []


async def test_a_message_over_4_mib_is_refused(running: Running) -> None:
    error = await failure_of(running.users.CreateUser(CreateUserRequest(name="x" * (4 * 1024 * 1024))))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize(
    "fields",
    [
        b"\x12\x00" * 2_000_000,  # Items of an order.
        b"\x78\x00" * 2_000_000,  # Unknown varints.
        b"\x7b\x7c" * 2_000_000,  # Unknown groups.
        b"\xfd\xff\x7f\0\0\0\0" * 500_000,  # Unknown fixed32.
        b"\xf9\xff\x7f" + bytes(8) + b"\xfa\xff\x7f\x80\x00" * 500_000,  # An unknown fixed64, and empty texts.
    ],
)
async def test_millions_of_fields_are_refused_before_they_are_decoded(running: Running, fields: bytes) -> None:
    create: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
    create = running.order_channel.unary_unary("/order.v1.OrderService/CreateOrder")
    error = await failure_of(create(fields))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert error.details() == "the message has more than 20000 fields: send fewer at once"


async def test_each_call_is_one_line_in_the_log(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "example_services")
    await running.users.CreateUser(CreateUserRequest(name="Secret", email="secret@example.com"))
    await failure_of(running.users.GetUser(GetUserRequest(id=9)))
    # A refused call ends for its caller before it ends in the server.
    for _ in range(1_000):
        if len(caplog.records) >= 2:
            break
        await asyncio.sleep(0.01)
    lines = [record.getMessage() for record in caplog.records]
    expected = [
        r"/user\.v1\.UserService/CreateUser OK \d+\.\dms ipv4:127\.0\.0\.1:\d+",
        r"/user\.v1\.UserService/GetUser NOT_FOUND \d+\.\dms ipv4:127\.0\.0\.1:\d+",
    ]
    for line, pattern in zip(lines, expected, strict=True):
        assert re.fullmatch(pattern, line)


@pytest.fixture
async def slow() -> AsyncIterator[Running]:
    async for each in run(replace(ANY_PORT, calls_per_second=1)):
        yield each


async def test_a_caller_over_the_rate_hears_when_to_come_back(slow: Running) -> None:
    for _ in range(2):
        await slow.users.GetUser(GetUserRequest(id=1))
    error = await failure_of(slow.users.GetUser(GetUserRequest(id=1)))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    retry = error_details_pb2.RetryInfo()
    (detail,) = details_of(error)
    assert detail.Unpack(retry)
    assert 0 < retry.retry_delay.ToSeconds() + retry.retry_delay.nanos / 1e9 <= 1
