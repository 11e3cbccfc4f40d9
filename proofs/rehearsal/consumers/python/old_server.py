"""Servers written for 1.0.0, without RPCs that were added later. With every later version, mypy must accept them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc


class Users(user_pb2_grpc.UserServiceServicer):
    def GetUser(self, request: user_pb2.GetUserRequest, context: grpc.ServicerContext) -> user_pb2.User:
        return user_pb2.User(id=request.id, name="Aoife", email="aoife@example.com")

    def CreateUser(self, request: user_pb2.CreateUserRequest, context: grpc.ServicerContext) -> user_pb2.User:
        return user_pb2.User(id=4, name=request.name, email=request.email)

    def ListUsers(
        self, request: user_pb2.ListUsersRequest, context: grpc.ServicerContext
    ) -> user_pb2.ListUsersResponse:
        users = [user_pb2.User(id=id) for id in range(request.page_size)]
        return user_pb2.ListUsersResponse(users=users, next_page_token=request.page_token)


class Orders(order_pb2_grpc.OrderServiceServicer):
    def CreateOrder(self, request: order_pb2.CreateOrderRequest, context: grpc.ServicerContext) -> order_pb2.Order:
        status = order_pb2.ORDER_STATUS_PENDING
        return order_pb2.Order(id="ord-1", customer_id=request.customer_id, items=request.items, status=status)

    def GetOrder(self, request: order_pb2.GetOrderRequest, context: grpc.ServicerContext) -> order_pb2.Order:
        return order_pb2.Order(id=request.id, total=0.3, status=order_pb2.ORDER_STATUS_SHIPPED)

    def ListOrders(
        self, request: order_pb2.ListOrdersRequest, context: grpc.ServicerContext
    ) -> Iterator[order_pb2.Order]:
        yield order_pb2.Order(customer_id=request.customer_id, status=order_pb2.ORDER_STATUS_CONFIRMED)

    def UploadLineItems(
        self, request_iterator: Iterator[order_pb2.LineItem], context: grpc.ServicerContext
    ) -> order_pb2.UploadSummary:
        items = list(request_iterator)
        total = sum(item.quantity * item.unit_price for item in items)
        return order_pb2.UploadSummary(item_count=len(items), total=total)

    def OrderChat(
        self, request_iterator: Iterator[order_pb2.ChatMessage], context: grpc.ServicerContext
    ) -> Iterator[order_pb2.ChatMessage]:
        for message in request_iterator:
            yield order_pb2.ChatMessage(order_id=message.order_id, sender=message.sender, sequence=1)


server = grpc.server(ThreadPoolExecutor(1))
user_pb2_grpc.add_UserServiceServicer_to_server(Users(), server)
order_pb2_grpc.add_OrderServiceServicer_to_server(Orders(), server)
