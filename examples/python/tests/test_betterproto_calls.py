"""How calls by betterproto2 and grpclib differ from those of grpcio."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from grpclib.client import Channel

from example_betterproto.gen.order.v1 import ChatMessage, LineItem, OrderServiceStub
from example_betterproto.gen.user.v1 import GetUserRequest, UserServiceStub

from .conftest import Running


@pytest.fixture
async def orders(running: Running) -> AsyncIterator[OrderServiceStub]:
    host, _, port = running.order_address.rpartition(":")
    async with Channel(host, int(port)) as channel:
        yield OrderServiceStub(channel, timeout=0.2)


async def test_a_deadline_that_is_over_is_a_timeout_error(orders: OrderServiceStub, order_id: str) -> None:
    async def stay() -> AsyncIterator[ChatMessage]:
        yield ChatMessage(order_id=order_id, sender="a")
        await asyncio.Event().wait()

    with pytest.raises(asyncio.TimeoutError):
        await anext(orders.order_chat(stay()))


async def test_the_deadline_does_not_end_an_upload_that_waits_for_its_next_item(orders: OrderServiceStub) -> None:
    async def items() -> AsyncIterator[LineItem]:
        yield LineItem(product_id="tea", quantity=1, unit_price=1)
        await asyncio.Event().wait()

    upload = asyncio.create_task(orders.upload_line_items(items()))
    _, waiting = await asyncio.wait([upload], timeout=0.6)
    assert waiting == {upload}
    upload.cancel()

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(orders.upload_line_items(items()), 0.2)


async def test_a_server_that_is_not_there_is_an_os_error(unused_tcp_port: int) -> None:
    async with Channel("127.0.0.1", unused_tcp_port) as channel:
        with pytest.raises(OSError, match="Connect call failed"):
            await UserServiceStub(channel).get_user(GetUserRequest(id=1))
