"""order.v1.OrderService on the domain: one RPC of each of gRPC's four kinds."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc

from example_protos.order.v1 import order_pb2, order_pb2_grpc

from .domain.caller import current_caller
from .domain.chat import Chat
from .domain.orders import Orders
from .user_directory import UserDirectory


class OrderServicer(order_pb2_grpc.OrderServiceServicer):
    """Methods raise errors; the interceptors turn them into statuses."""

    def __init__(self, orders: Orders, chat: Chat, directory: UserDirectory | None) -> None:
        """Without a directory the ids of customers are not checked."""
        self._orders = orders
        self._chat = chat
        self._directory = directory

    async def CreateOrder(
        self, request: order_pb2.CreateOrderRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> order_pb2.Order:
        caller = current_caller.get()
        self._orders.check_new(request, caller)
        if self._directory is not None:
            await self._directory.check_customer(request.customer_id, context)
        return self._orders.create(request, caller)

    async def GetOrder(
        self, request: order_pb2.GetOrderRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> order_pb2.Order:
        return self._orders.get(request.id, current_caller.get())

    async def ListOrders(
        self, request: order_pb2.ListOrdersRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[order_pb2.Order]:
        for order in self._orders.of_customer(request.customer_id, current_caller.get()):
            yield order

    async def UpdateOrderStatus(
        self, request: order_pb2.UpdateOrderStatusRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> order_pb2.Order:
        return self._orders.update_status(request, current_caller.get())

    async def UploadLineItems(
        self, request_iterator: AsyncIterator[order_pb2.LineItem], context: grpc.aio.ServicerContext[Any, Any]
    ) -> order_pb2.UploadSummary:
        metadata = context.invocation_metadata() or ()
        # Several keys are joined by commas. The result is not a UUID, so that it is refused.
        idempotency_key = ", ".join(str(value) for name, value in metadata if name == "idempotency-key")
        return await self._orders.upload(request_iterator, idempotency_key, current_caller.get())

    async def OrderChat(
        self, request_iterator: AsyncIterator[order_pb2.ChatMessage], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[order_pb2.ChatMessage]:
        async with aclosing(self._chat.join(request_iterator, current_caller.get())) as messages:
            async for message in messages:
                yield message
