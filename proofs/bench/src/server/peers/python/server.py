"""Both services on grpcio's asyncio server, which the documentation of grpcio recommends for speed."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator

import grpc
from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc

USERS = {1: ("Aoife", "aoife@example.com")}
STREAM_LENGTH = 1_000


class Users(user_pb2_grpc.UserServiceServicer):
    """Serves users from a dictionary."""

    async def GetUser(  # noqa: N802
        self, request: user_pb2.GetUserRequest, context: grpc.aio.ServicerContext
    ) -> user_pb2.User:
        name, email = USERS[request.id]
        return user_pb2.User(id=request.id, name=name, email=email)


class Orders(order_pb2_grpc.OrderServiceServicer):
    """Streams of orders and of line items."""

    async def ListOrders(  # noqa: N802
        self, request: order_pb2.ListOrdersRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[order_pb2.Order]:
        for _ in range(STREAM_LENGTH):
            yield order_pb2.Order(
                id="ord-01a1fc77-8326-7349-b947-52d19761f6a4",
                customer_id=request.customer_id,
                items=[order_pb2.LineItem(product_id="p-1", quantity=2, unit_price=29.99)],
                total=59.98,
                status=order_pb2.ORDER_STATUS_PENDING,
            )

    async def UploadLineItems(  # noqa: N802
        self, items: AsyncIterator[order_pb2.LineItem], context: grpc.aio.ServicerContext
    ) -> order_pb2.UploadSummary:
        count = 0
        quantity = 0
        async for item in items:
            count += 1
            quantity += item.quantity
        return order_pb2.UploadSummary(item_count=count, total_quantity=quantity)


async def serve() -> None:
    """Serves until the process is ended."""
    server = grpc.aio.server()
    user_pb2_grpc.add_UserServiceServicer_to_server(Users(), server)
    order_pb2_grpc.add_OrderServiceServicer_to_server(Orders(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stderr.write(json.dumps({"url": f"http://127.0.0.1:{port}"}) + "\n")
    sys.stderr.flush()
    await server.wait_for_termination()


asyncio.run(serve())
