"""Orders, from PENDING to SHIPPED."""

from collections import defaultdict
from collections.abc import AsyncIterable, Iterator

from example_protos.order.v1 import order_pb2

from .caller import Caller
from .clock import now
from .errors import NotFoundError, PreconditionError
from .exact_total import total_of
from .order_rules import (
    MAX_ORDER_ITEMS,
    check_id,
    check_new_order,
    check_status_update,
    fingerprint,
    normal_item,
)
from .request_ids import RequestIds
from .upload import Upload
from .uuid7 import uuid7

ERROR_DOMAIN = "order.example.com"


class Orders:
    """Orders in memory. Every method raises InvalidFieldsError.

    Callers who are not admins are customers: the orders of other customers do not exist for them.
    """

    def __init__(self) -> None:
        self._orders: dict[str, order_pb2.Order] = {}
        self._ids_of: defaultdict[str, list[str]] = defaultdict(list)
        self._request_ids: RequestIds[order_pb2.Order] = RequestIds(ERROR_DOMAIN)

    def check_new(self, request: order_pb2.CreateOrderRequest, caller: Caller) -> None:
        """Raises PermissionDeniedError when the customer_id is that of another customer."""
        check_new_order(request)
        caller.check_customer(request.customer_id)

    def create(self, request: order_pb2.CreateOrderRequest, caller: Caller) -> order_pb2.Order:
        """Takes a request that has been checked. Raises RequestIdReusedError."""
        items = [normal_item(item) for item in request.items]

        def add() -> order_pb2.Order:
            order = order_pb2.Order(
                id=f"ord-{uuid7()}",
                customer_id=request.customer_id,
                items=items,
                total=total_of(items),
                status=order_pb2.ORDER_STATUS_PENDING,
                create_time=now(),
            )
            self._orders[order.id] = order
            self._ids_of[order.customer_id].append(order.id)
            return order

        asked = (request.customer_id, fingerprint(items))
        return self._request_ids.once(("CreateOrder", caller.subject), request.request_id, asked, add)

    def get(self, order_id: str, caller: Caller) -> order_pb2.Order:
        """Raises NotFoundError (ORDER_NOT_FOUND)."""
        check_id("id", order_id)
        order = self._orders.get(order_id)
        if order is None or not caller.may_see(order.customer_id):
            text = f"there is no order {order_id!r}"
            raise NotFoundError(text, "ORDER_NOT_FOUND", ERROR_DOMAIN, {"order_id": order_id})
        return order

    def of_customer(self, customer_id: str, caller: Caller) -> Iterator[order_pb2.Order]:
        """A customer's orders, oldest first, as they are when the iteration starts.

        Raises PermissionDeniedError when the customer_id is that of another customer.
        """
        check_id("customer_id", customer_id)
        caller.check_customer(customer_id)
        ids = self._ids_of.get(customer_id, [])
        return (self._orders[ids[place]] for place in range(len(ids)))

    def update_status(self, request: order_pb2.UpdateOrderStatusRequest, caller: Caller) -> order_pb2.Order:
        """Raises NotFoundError and PreconditionError (ORDER_STATUS)."""
        check_status_update(request)
        order = self.get(request.id, caller)
        if request.status - order.status not in (0, 1):
            before, after = (order_pb2.OrderStatus.Name(status) for status in (order.status, request.status))
            text = f"the order is {before}, and cannot become {after}"
            raise PreconditionError(text, "ORDER_STATUS", order.id)
        return self._replace(order, order_pb2.Order(status=request.status))

    async def upload(
        self, items: AsyncIterable[order_pb2.LineItem], idempotency_key: str, caller: Caller
    ) -> order_pb2.UploadSummary:
        """Totals items, and adds them to the order that the first item names, if any.

        Raises NotFoundError, PreconditionError (ORDER_STATUS, ORDER_SIZE) and RequestIdReusedError.
        """
        upload = Upload(idempotency_key)
        async for item in items:
            upload.add(item)
        summary = upload.finish()
        if summary.order_id:
            self.get(summary.order_id, caller)
            asked = (summary.order_id, summary.item_count, fingerprint(upload.items))
            self._request_ids.once(
                ("UploadLineItems", caller.subject),
                idempotency_key,
                asked,
                lambda: self._add_items(summary, upload.items),
            )
        return summary

    def _add_items(self, summary: order_pb2.UploadSummary, items: list[order_pb2.LineItem]) -> order_pb2.Order:
        order = self._orders[summary.order_id]
        if order.status != order_pb2.ORDER_STATUS_PENDING:
            raise PreconditionError("the order does not accept more items", "ORDER_STATUS", order.id)
        if len(order.items) + summary.item_count > MAX_ORDER_ITEMS:
            text = f"the order has {len(order.items)} items, and may not get more than {MAX_ORDER_ITEMS}"
            raise PreconditionError(text, "ORDER_SIZE", order.id)
        return self._replace(order, order_pb2.Order(items=items, total=total_of([*order.items, *items])))

    def _replace(self, order: order_pb2.Order, change: order_pb2.Order) -> order_pb2.Order:
        """The changed order. Merging sets the fields of `change`, and appends its items to the existing ones."""
        changed = order_pb2.Order()
        changed.CopyFrom(order)
        changed.MergeFrom(change)
        self._orders[order.id] = changed
        return changed
