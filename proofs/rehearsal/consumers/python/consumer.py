"""Usage: python consumer.py USERS_HOST:PORT ORDERS_HOST:PORT"""

import sys
import uuid
from typing import TYPE_CHECKING

import example_protos
import grpc
from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc
from example_protos.user.v2 import user_pb2 as user_v2_pb2
from example_protos.user.v2 import user_pb2_grpc as user_v2_pb2_grpc

TIMEOUT_S = 10


def call_users(channel: grpc.Channel) -> None:
    users = user_pb2_grpc.UserServiceStub(channel)
    v1 = users.GetUser(user_pb2.GetUserRequest(id=1), timeout=TIMEOUT_S)
    users_v2 = user_v2_pb2_grpc.UserServiceStub(channel)
    v2 = users_v2.GetUser(user_v2_pb2.GetUserRequest(id="usr-1"), timeout=TIMEOUT_S).user
    print(f"users: {v1.id} {v1.name}, {v2.id} {v2.name}")
    if TYPE_CHECKING:
        # Checks the types of the package: if mypy did not report this error, it would report the comment `type: ignore`
        # as unused.
        v1.nme  # type: ignore[attr-defined]  # noqa: B018
    try:
        users.GetUser(user_pb2.GetUserRequest(id=999), timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        print(f"error: {error.code().value[0]}")


def call_orders(channel: grpc.Channel) -> None:
    orders = order_pb2_grpc.OrderServiceStub(channel)
    customer_id = f"consumer-{uuid.uuid4()}"
    items = [order_pb2.LineItem(product_id="tea", quantity=3, unit_price=0.1)]
    request = order_pb2.CreateOrderRequest(customer_id=customer_id, items=items)
    order = orders.CreateOrder(request, timeout=TIMEOUT_S)
    listed = list(orders.ListOrders(order_pb2.ListOrdersRequest(customer_id=customer_id), timeout=TIMEOUT_S))
    print(f"order: {order.total}, listed: {len(listed)}")
    summary = orders.UploadLineItems(iter(items), timeout=TIMEOUT_S)
    print(f"upload: {summary.item_count} {summary.total}")
    hello = order_pb2.ChatMessage(order_id=order.id, sender="consumer", text="hello")
    for message in orders.OrderChat(iter([hello]), timeout=TIMEOUT_S):
        print(f"chat: {message.sequence} {message.text}")


def main(users_address: str, orders_address: str) -> None:
    print(f"package: {example_protos.__version__} {example_protos.DESCRIPTORS_SHA256}")
    with grpc.insecure_channel(users_address) as channel:
        call_users(channel)
    with grpc.insecure_channel(orders_address) as channel:
        call_orders(channel)


main(*sys.argv[1:])
