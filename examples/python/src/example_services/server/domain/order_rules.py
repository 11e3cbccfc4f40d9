"""The rules for the fields of orders. Every check of a request raises InvalidFieldsError."""

from example_protos.order.v1 import order_pb2

from .field_check import FieldCheck

MAX_ID_LENGTH = 128
MAX_ORDER_ITEMS = 1_000
_MAX_QUANTITY = 1_000_000
_MAX_UNIT_PRICE = 1_000_000_000

_STATUSES = (
    order_pb2.ORDER_STATUS_PENDING,
    order_pb2.ORDER_STATUS_CONFIRMED,
    order_pb2.ORDER_STATUS_SHIPPED,
)


def check_id(field: str, value: str) -> None:
    check = FieldCheck()
    check.text(field, value, MAX_ID_LENGTH)
    check.raise_if_any()


def check_new_order(request: order_pb2.CreateOrderRequest) -> None:
    """Checks a new order. The items of an order with too many of them are not checked."""
    check = FieldCheck()
    check.text("customer_id", request.customer_id, MAX_ID_LENGTH)
    if len(request.items) > MAX_ORDER_ITEMS:
        check.that(False, "items", f"must be at most {MAX_ORDER_ITEMS}")
    else:
        for index, item in enumerate(request.items):
            check_item(check, index, item)
            check.that(item.order_id == "", f"items[{index}].order_id", "must be empty")
    check.optional_uuid("request_id", request.request_id)
    check.raise_if_any()


def check_status_update(request: order_pb2.UpdateOrderStatusRequest) -> None:
    check = FieldCheck()
    check.text("id", request.id, MAX_ID_LENGTH)
    check.that(request.status in _STATUSES, "status", "must be PENDING, CONFIRMED or SHIPPED")
    check.raise_if_any()


def check_item(check: FieldCheck, index: int, item: order_pb2.LineItem) -> None:
    """Records the violations of one item of an order or an upload. `index` starts at 0."""
    path = f"items[{index}]"
    check.text(f"{path}.product_id", item.product_id, MAX_ID_LENGTH)
    check.number(f"{path}.quantity", item.quantity, 1, _MAX_QUANTITY)
    check.number(f"{path}.unit_price", item.unit_price, 0, _MAX_UNIT_PRICE)


def normal_item(item: order_pb2.LineItem) -> order_pb2.LineItem:
    """The item without its order id, and with 0.0 in place of -0.0."""
    return order_pb2.LineItem(product_id=item.product_id, quantity=item.quantity, unit_price=item.unit_price + 0.0)


def fingerprint(items: list[order_pb2.LineItem]) -> tuple[tuple[str, int, float], ...]:
    """The fields of all items. Equal items have equal fingerprints."""
    return tuple((item.product_id, item.quantity, item.unit_price) for item in items)
