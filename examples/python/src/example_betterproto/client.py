"""`python -m example_betterproto.client`."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from google.rpc import error_details_pb2
from grpclib import GRPCError, Status
from grpclib.client import Channel

from example_services.client_options import ClientOptions, parse_client_options

from .gen.order.v1 import ChatMessage, CreateOrderRequest, LineItem, ListOrdersRequest, OrderServiceStub
from .gen.user.v1 import CreateUserRequest, GetUserRequest, ListUsersRequest, UserServiceStub

# The timeout of all calls of a stub.
_SECONDS = 5


async def run(options: ClientOptions) -> None:
    async with open_channel(options.user_address, options) as channel:
        await call_users(UserServiceStub(channel, timeout=_SECONDS, metadata=options.metadata))
    async with open_channel(options.order_address, options) as channel:
        await call_orders(OrderServiceStub(channel, timeout=_SECONDS, metadata=options.metadata))


@asynccontextmanager
async def open_channel(address: str, options: ClientOptions) -> AsyncIterator[Channel]:
    host, _, port = address.rpartition(":")
    async with Channel(host, int(port), ssl=_trust(options)) as channel:
        yield channel


def _trust(options: ClientOptions) -> ssl.SSLContext | None:
    if options.ca is None:
        return None
    context = ssl.create_default_context(cafile=options.ca)
    context.set_alpn_protocols(["h2"])
    return context


async def call_users(users: UserServiceStub) -> None:
    user = await users.get_user(GetUserRequest(id=1))
    print("got user:", user.name, user.email)
    created = await users.create_user(CreateUserRequest(name="Oisin", email="oisin@example.com"))
    print("created id:", created.id)
    print("on the first page:", len((await users.list_users(ListUsersRequest())).users))
    try:
        await users.get_user(GetUserRequest(id=2**53 + 1))
    except GRPCError as error:
        if error.status is not Status.NOT_FOUND:
            raise
        # grpclib decodes the details whose types are imported: here those of google.rpc.
        print(
            "not found:",
            *(each.reason for each in error.details or () if isinstance(each, error_details_pb2.ErrorInfo)),
        )


async def call_orders(orders: OrderServiceStub) -> None:
    tea = LineItem(product_id="tea", quantity=3, unit_price=0.1)
    order = await orders.create_order(CreateOrderRequest(customer_id="maeve", items=[tea]))
    print("order total:", order.total, order.status.name)

    items = [LineItem(product_id=name, quantity=1, unit_price=2.5) for name in ("milk", "sugar")]
    print("uploaded:", (await orders.upload_line_items(items)).item_count)

    # A stream of responses is an asynchronous generator. The call starts when the generator is first read.
    ids = [each.id async for each in orders.list_orders(ListOrdersRequest(customer_id="maeve"))]
    print("the order is listed:", order.id in ids)

    said = [ChatMessage(order_id=order.id, sender="maeve", text="hello"), ChatMessage(text="goodbye")]
    async for message in orders.order_chat(said):
        print("heard:", message.sequence, message.text)


if __name__ == "__main__":
    try:
        asyncio.run(run(parse_client_options("example_betterproto.client")))
    except GRPCError as error:
        sys.exit(f"{error.status.name}: {error.message}")
