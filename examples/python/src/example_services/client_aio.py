"""`python -m example_services.client_aio`: every kind of call with asyncio."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator

import grpc

from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc

from .channel import open_aio_channel
from .client_options import ClientOptions, parse_client_options
from .error_details import error_reason, fields_at_fault

# The timeout of a call. Without a timeout, a call to a server that hangs would wait for ever.
_SECONDS = 5


async def run(options: ClientOptions) -> None:
    async with (
        open_aio_channel(options.user_address, options.ca, options.token) as user_channel,
        open_aio_channel(options.order_address, options.ca, options.token) as order_channel,
    ):
        await call_users(user_pb2_grpc.UserServiceStub(user_channel))
        await call_orders(order_pb2_grpc.OrderServiceStub(order_channel))


async def call_users(users: "user_pb2_grpc.UserServiceAsyncStub") -> None:
    user = await users.GetUser(user_pb2.GetUserRequest(id=1), timeout=_SECONDS)
    print("got user:", user.name, user.email)

    # Two concurrent calls with one request_id create one user.
    request = user_pb2.CreateUserRequest(name="Maeve", email="maeve@example.com", request_id=str(uuid.uuid4()))
    first, second = await asyncio.gather(
        users.CreateUser(request, timeout=_SECONDS),
        users.CreateUser(request, timeout=_SECONDS),
    )
    print("created id:", first.id, "and again:", second.id == first.id)
    print("count:", len([user async for user in all_users(users)]))

    try:
        await users.GetUser(user_pb2.GetUserRequest(id=2**53 + 1), timeout=_SECONDS)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        print("not found:", error_reason(error))


async def all_users(users: "user_pb2_grpc.UserServiceAsyncStub") -> AsyncIterator[user_pb2.User]:
    request = user_pb2.ListUsersRequest()
    while True:
        page = await users.ListUsers(request, timeout=_SECONDS)
        for user in page.users:
            yield user
        if page.next_page_token == "":
            return
        request.page_token = page.next_page_token


async def call_orders(orders: "order_pb2_grpc.OrderServiceAsyncStub") -> None:
    tea = order_pb2.LineItem(product_id="tea", quantity=3, unit_price=0.1)
    order = await orders.CreateOrder(order_pb2.CreateOrderRequest(customer_id="maeve", items=[tea]), timeout=_SECONDS)
    print("order total:", order.total)

    # A stream of requests is an iterator, synchronous or asynchronous.
    items = (order_pb2.LineItem(product_id=name, quantity=1, unit_price=2.5) for name in ("milk", "sugar"))
    summary = await orders.UploadLineItems(items, timeout=_SECONDS)
    print("uploaded:", summary.item_count, "items for", summary.total)

    listed = orders.ListOrders(order_pb2.ListOrdersRequest(customer_id="maeve"), timeout=_SECONDS)
    print("the order is listed:", order.id in [each.id async for each in listed])

    await chat(orders, order.id)

    bad = order_pb2.CreateOrderRequest(
        customer_id="maeve", items=[order_pb2.LineItem(product_id="tea", quantity=0, unit_price=-1)]
    )
    try:
        await orders.CreateOrder(bad, timeout=_SECONDS)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
            raise
        print("invalid:", ", ".join(fields_at_fault(error)))


async def chat(orders: "order_pb2_grpc.OrderServiceAsyncStub", order_id: str) -> None:
    # With read and write, the program can wait for each message before it sends the next one. A stream uses either read
    # and write, or iterators, but not both.
    stream = orders.OrderChat(timeout=_SECONDS)
    await stream.write(order_pb2.ChatMessage(order_id=order_id, sender="maeve"))
    for text in ("When does it leave?", "And when does it arrive?"):
        await stream.write(order_pb2.ChatMessage(text=text))
        echo = await stream.read()
        if isinstance(echo, order_pb2.ChatMessage):
            print("heard:", echo.sequence, echo.text)
    await stream.done_writing()
    if await stream.read() is grpc.aio.EOF:
        print("left the chat:", (await stream.code()).name)


if __name__ == "__main__":
    try:
        asyncio.run(run(parse_client_options("example_services.client_aio")))
    except grpc.aio.AioRpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
