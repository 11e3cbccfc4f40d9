"""Servers on free ports, and stubs for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import grpc
import pytest

from example_protos.order.v1 import order_pb2_grpc
from example_protos.order.v1.order_pb2 import CreateOrderRequest
from example_protos.user.v1 import user_pb2_grpc
from example_protos.user.v2 import user_pb2_grpc as user_v2_pb2_grpc

from example_services.server.options import Options
from example_services.server.serve import Servers

if TYPE_CHECKING:
    from example_protos.order.v1.order_pb2 import ChatMessage, LineItem, UploadSummary
    from example_protos.order.v1.order_pb2_grpc import OrderServiceAsyncStub
    from example_protos.user.v1.user_pb2_grpc import UserServiceAsyncStub
    from example_protos.user.v2.user_pb2_grpc import UserServiceAsyncStub as UserServiceV2AsyncStub

Metadata: TypeAlias = tuple[tuple[str, str], ...]

ANY_PORT = Options(user_address="127.0.0.1:0", order_address="127.0.0.1:0", calls_per_second=10_000)


@dataclass
class Running:
    """Servers and their callers.

    Tests of calls that fail while requests are still being sent use blocking stubs. Asyncio stubs may hide the server's
    status in this case (grpc/grpc#36066).
    """

    order_address: str
    user_channel: grpc.aio.Channel
    order_channel: grpc.aio.Channel
    users: UserServiceAsyncStub
    users_v2: UserServiceV2AsyncStub
    orders: OrderServiceAsyncStub
    blocking_user_channel: grpc.Channel
    blocking_orders: order_pb2_grpc.OrderServiceStub

    async def upload(self, *items: LineItem, metadata: Metadata = ()) -> UploadSummary:
        return await asyncio.to_thread(self.blocking_orders.UploadLineItems, iter(items), timeout=30, metadata=metadata)

    async def chat(self, *messages: ChatMessage, metadata: Metadata = ()) -> list[ChatMessage]:
        """Sends all messages, and leaves."""
        stream = self.blocking_orders.OrderChat(iter(messages), timeout=30, metadata=metadata)
        return await asyncio.to_thread(list, stream)


async def run(options: Options) -> AsyncIterator[Running]:
    servers = Servers(options)
    user_address, order_address = await servers.start()

    async with grpc.aio.insecure_channel(user_address) as users, grpc.aio.insecure_channel(order_address) as orders:
        with grpc.insecure_channel(user_address) as blocking_users, grpc.insecure_channel(order_address) as blocking:
            yield Running(
                order_address,
                users,
                orders,
                user_pb2_grpc.UserServiceStub(users),
                user_v2_pb2_grpc.UserServiceStub(users),
                order_pb2_grpc.OrderServiceStub(orders),
                blocking_users,
                order_pb2_grpc.OrderServiceStub(blocking),
            )
    await servers.stop(0)


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async for each in run(ANY_PORT):
        yield each


@pytest.fixture
def users(running: Running) -> UserServiceAsyncStub:
    return running.users


@pytest.fixture
def users_v2(running: Running) -> UserServiceV2AsyncStub:
    return running.users_v2


@pytest.fixture
def orders(running: Running) -> OrderServiceAsyncStub:
    return running.orders


@pytest.fixture
async def order_id(running: Running) -> str:
    return (await running.orders.CreateOrder(CreateOrderRequest(customer_id="c"))).id
