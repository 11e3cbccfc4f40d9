"""`python -m example_services.client`: every kind of call with blocking stubs."""

import sys
import uuid
from collections.abc import Iterator

import grpc

from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc

from .channel import open_channel
from .client_options import ClientOptions, parse_client_options
from .error_details import error_reason, fields_at_fault

# The timeout of a call. Without a timeout, a call to a server that hangs would wait for ever.
_SECONDS = 5


def run(options: ClientOptions) -> None:
    with open_channel(options.user_address, options.ca, options.token) as channel:
        call_users(user_pb2_grpc.UserServiceStub(channel))
    with open_channel(options.order_address, options.ca, options.token) as channel:
        call_orders(order_pb2_grpc.OrderServiceStub(channel))


def call_users(users: user_pb2_grpc.UserServiceStub) -> None:
    user = users.GetUser(user_pb2.GetUserRequest(id=1), timeout=_SECONDS)
    print("got user:", user.name, user.email)

    maeve = user_pb2.CreateUserRequest(name="Maeve", email="maeve@example.com", request_id=str(uuid.uuid4()))
    print("created id:", users.CreateUser(maeve, timeout=_SECONDS).id)
    print("count:", sum(1 for _ in all_users(users)))

    try:
        users.GetUser(user_pb2.GetUserRequest(id=2**53 + 1), timeout=_SECONDS)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        print("not found:", error_reason(error))


def all_users(users: user_pb2_grpc.UserServiceStub) -> Iterator[user_pb2.User]:
    request = user_pb2.ListUsersRequest()
    while True:
        page = users.ListUsers(request, timeout=_SECONDS)
        yield from page.users
        if page.next_page_token == "":
            return
        request.page_token = page.next_page_token


def call_orders(orders: order_pb2_grpc.OrderServiceStub) -> None:
    tea = order_pb2.LineItem(product_id="tea", quantity=3, unit_price=0.1)
    order = orders.CreateOrder(order_pb2.CreateOrderRequest(customer_id="maeve", items=[tea]), timeout=_SECONDS)
    print("order total:", order.total)

    # A stream of requests is any iterator. gRPC reads it in a separate thread.
    items = (order_pb2.LineItem(product_id=name, quantity=1, unit_price=2.5) for name in ("milk", "sugar"))
    summary = orders.UploadLineItems(items, timeout=_SECONDS)
    print("uploaded:", summary.item_count, "items for", summary.total)

    # A stream of responses is an iterator. The deadline is for the stream as a whole.
    listed = orders.ListOrders(order_pb2.ListOrdersRequest(customer_id="maeve"), timeout=_SECONDS)
    print("the order is listed:", any(each.id == order.id for each in listed))

    said = [
        order_pb2.ChatMessage(order_id=order.id, sender="maeve", text="When does it leave?"),
        order_pb2.ChatMessage(text="And when does it arrive?"),
    ]
    # The end of the iterator half-closes the stream; the server then sends the remaining messages, and ends the stream.
    for message in orders.OrderChat(iter(said), timeout=_SECONDS):
        print("heard:", message.sequence, message.text)

    bad = order_pb2.CreateOrderRequest(
        customer_id="maeve", items=[order_pb2.LineItem(product_id="tea", quantity=0, unit_price=-1)]
    )
    try:
        orders.CreateOrder(bad, timeout=_SECONDS)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
            raise
        print("invalid:", ", ".join(fields_at_fault(error)))


if __name__ == "__main__":
    try:
        run(parse_client_options("example_services.client"))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
