"""Money without rounding errors."""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact

from example_protos.order.v1 import order_pb2


class ExactTotal:
    """The sum of quantity times unit price, where a price counts as its shortest decimal form: 3 times 0.1 is 0.3."""

    def __init__(self) -> None:
        # Sums are between 1e-324 and 1e20, so that 400 digits are enough. Otherwise the context would raise Inexact.
        self._context = Context(prec=400, traps=[Inexact])
        self._sum = Decimal(0)

    def add(self, item: order_pb2.LineItem) -> None:
        # repr(float) is the shortest decimal form; Decimal(float) would be the exact binary value.
        price = Decimal(repr(item.unit_price))
        self._sum = self._context.fma(price, item.quantity, self._sum)

    @property
    def value(self) -> float:
        """The sum, rounded once to the nearest double."""
        return float(self._sum)


def total_of(items: Iterable[order_pb2.LineItem]) -> float:
    total = ExactTotal()
    for item in items:
        total.add(item)
    return total.value
