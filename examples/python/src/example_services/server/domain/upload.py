"""Line items that arrive one by one."""

from example_protos.order.v1 import order_pb2

from .exact_total import ExactTotal
from .field_check import FieldCheck
from .order_rules import MAX_ID_LENGTH, MAX_ORDER_ITEMS, check_item, normal_item

_MAX_UPLOAD_ITEMS = 100_000


class Upload:
    """Collects the items of one upload, and keeps no more items than an order can have."""

    def __init__(self, idempotency_key: str) -> None:
        self._check = FieldCheck()
        self._check.optional_uuid("idempotency-key", idempotency_key)
        self._total = ExactTotal()
        self._summary = order_pb2.UploadSummary()
        self.items: list[order_pb2.LineItem] = []

    def add(self, item: order_pb2.LineItem) -> None:
        """Raises InvalidFieldsError when there are too many; `finish` reports every other fault."""
        index = self._summary.item_count
        if index == _MAX_UPLOAD_ITEMS:
            self._check.that(False, "items", f"must be at most {_MAX_UPLOAD_ITEMS}")
            self._check.raise_if_any()
        if index == 0:
            self._summary.order_id = item.order_id
        check_item(self._check, index, item)
        self._check_order_id(index, item.order_id)
        self._summary.item_count += 1
        if not self._check.ok:
            return
        normal = normal_item(item)
        self._total.add(normal)
        self._summary.total_quantity += item.quantity
        if self._summary.order_id and len(self.items) < MAX_ORDER_ITEMS:
            self.items.append(normal)

    def finish(self) -> order_pb2.UploadSummary:
        """Raises InvalidFieldsError."""
        self._check.raise_if_any()
        self._summary.total = self._total.value
        return self._summary

    def _check_order_id(self, index: int, order_id: str) -> None:
        field = f"items[{index}].order_id"
        if index > 0:
            same = order_id in ("", self._summary.order_id)
            self._check.that(same, field, "must be empty or that of the first item")
        elif order_id:
            self._check.text(field, order_id, MAX_ID_LENGTH)
