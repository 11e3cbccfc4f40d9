"""OrderService asks UserService about customers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from example_protos.order.v1 import order_pb2_grpc
from example_protos.order.v1.order_pb2 import CreateOrderRequest
from example_protos.user.v2 import user_pb2, user_pb2_grpc

from example_services.channel import open_aio_channel
from example_services.server.options import Options
from example_services.server.serve import Servers

from .conftest import ANY_PORT
from .failures import failure_of, precondition
from .token_issuer import TokenIssuer, write_certificate


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[tuple[str, str]]:
    """The addresses of UserService and OrderService."""
    servers = Servers(options)
    try:
        yield await servers.start()
    finally:
        await servers.stop(0)


@asynccontextmanager
async def asking(users: str) -> AsyncIterator[order_pb2_grpc.OrderServiceAsyncStub]:
    """An OrderService that asks the UserService at an address."""
    async with (
        running(replace(ANY_PORT, users=users)) as (_, address),
        grpc.aio.insecure_channel(address) as channel,
    ):
        yield order_pb2_grpc.OrderServiceStub(channel)


async def test_only_users_who_exist_may_order() -> None:
    servers = Servers(ANY_PORT)
    users, _ = await servers.start()
    async with asking(users) as orders:
        for customer in ("usr-1", "aoife", "usr-", "usr-x", "usr-01"):
            order = await orders.CreateOrder(CreateOrderRequest(customer_id=customer))
            assert order.customer_id == customer
        for customer in ("usr-999", "usr-99999999999999999999"):
            error = await failure_of(orders.CreateOrder(CreateOrderRequest(customer_id=customer)))
            assert precondition(error) == ("CUSTOMER", customer)
        await servers.stop(0)
        error = await failure_of(orders.CreateOrder(CreateOrderRequest(customer_id="usr-1")))
        assert error.code() is grpc.StatusCode.UNAVAILABLE


async def test_the_token_is_passed_on(tmp_path: Path) -> None:
    issuer, certificate = TokenIssuer(), write_certificate(tmp_path)
    secure = Options(
        user_address="localhost:0",
        order_address="localhost:0",
        tls_cert=certificate.cert,
        tls_key=certificate.key,
        jwks=issuer.write_jwks(tmp_path / "jwks.json"),
    )
    async with (
        running(secure) as (users, _),
        running(replace(secure, users=users, users_ca=certificate.cert)) as (_, address),
    ):
        for scope, code in (("orders.write users.read", None), ("orders.write", grpc.StatusCode.PERMISSION_DENIED)):
            async with open_aio_channel(address, certificate.cert, issuer.issue("usr-1", scope)) as channel:
                orders: order_pb2_grpc.OrderServiceAsyncStub = order_pb2_grpc.OrderServiceStub(channel)
                call = orders.CreateOrder(CreateOrderRequest(customer_id="usr-1"))
                if code is None:
                    assert (await call).customer_id == "usr-1"
                else:
                    error = await failure_of(call)
                    assert (error.code(), "users.read" in str(error.details())) == (code, True)


class SlowUsers(user_pb2_grpc.UserServiceServicer):
    """A UserService that works on a call until it is cancelled."""

    def __init__(self) -> None:
        self.seconds_left: asyncio.Future[float | None] = asyncio.get_running_loop().create_future()
        self.cancelled = asyncio.Event()

    async def GetUser(  # noqa: N802
        self, request: user_pb2.GetUserRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> user_pb2.GetUserResponse:
        self.seconds_left.set_result(context.time_remaining())
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()
        raise AssertionError


@pytest.mark.parametrize("timeout", [None, 10])
async def test_the_deadline_and_the_cancellation_are_passed_on(timeout: float | None) -> None:
    slow, server = SlowUsers(), grpc.aio.server()
    user_pb2_grpc.add_UserServiceServicer_to_server(slow, server)
    users = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        async with asking(users) as orders:
            call = orders.CreateOrder(CreateOrderRequest(customer_id="usr-1"), timeout=timeout)
            left = await slow.seconds_left
            assert left is not None
            # gRPC rounds timeouts up by a few per cent. Without a timeout, the timeout of a lookup applies.
            assert 0 < left < 1.1 * (timeout or 30)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await slow.cancelled.wait()
    finally:
        await server.stop(None)
