"""OrderService without its chat."""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import time
from typing import TYPE_CHECKING

import grpc
import pytest

from example_protos.order.v1 import order_pb2
from example_protos.order.v1.order_pb2 import (
    CreateOrderRequest,
    GetOrderRequest,
    LineItem,
    ListOrdersRequest,
    OrderStatus,
    UpdateOrderStatusRequest,
)

from example_services.error_details import details_of, fields_at_fault
from example_services.server.domain.errors import InvalidFieldsError
from example_services.server.domain.exact_total import total_of
from example_services.server.domain.upload import Upload

from .failures import collect, error_info, failure_of, precondition, send

if TYPE_CHECKING:
    from example_protos.order.v1.order_pb2_grpc import OrderServiceAsyncStub

UUID = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"


def item(quantity: int = 2, unit_price: float = 29.99, product_id: str = "p-1", order_id: str = "") -> LineItem:
    return LineItem(product_id=product_id, quantity=quantity, unit_price=unit_price, order_id=order_id)


async def test_an_order_is_created_got_and_listed(orders: OrderServiceAsyncStub) -> None:
    before = time.time_ns() // 1_000_000
    order = await orders.CreateOrder(CreateOrderRequest(customer_id="c", items=[item(), item(1)]))
    assert re.fullmatch(r"ord-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", order.id)
    assert (order.customer_id, list(order.items), order.total) == ("c", [item(), item(1)], 89.97)
    assert order.status == order_pb2.ORDER_STATUS_PENDING
    assert before <= order.create_time.ToMilliseconds() <= time.time_ns() // 1_000_000
    await orders.CreateOrder(CreateOrderRequest(customer_id="d"))
    second = await orders.CreateOrder(CreateOrderRequest(customer_id="c"))
    assert await orders.GetOrder(GetOrderRequest(id=order.id)) == order
    assert await collect(orders.ListOrders(ListOrdersRequest(customer_id="c"))) == [order, second]
    assert await collect(orders.ListOrders(ListOrdersRequest(customer_id="nobody"))) == []


async def test_an_unknown_order_is_not_found(orders: OrderServiceAsyncStub) -> None:
    error = await failure_of(orders.GetOrder(GetOrderRequest(id="ord-ü")))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert error_info(error) == ("ORDER_NOT_FOUND", "order.example.com", {"order_id": "ord-ü"})


@pytest.mark.parametrize("bad_id", ["", "é" * 129, "a\nb"])
async def test_bad_ids(orders: OrderServiceAsyncStub, bad_id: str) -> None:
    assert fields_at_fault(await failure_of(orders.GetOrder(GetOrderRequest(id=bad_id)))) == ["id"]
    listing = collect(orders.ListOrders(ListOrdersRequest(customer_id=bad_id)))
    assert fields_at_fault(await failure_of(listing)) == ["customer_id"]


@pytest.mark.parametrize(
    ("customer_id", "items", "fields"),
    [
        ("", [], ["customer_id"]),
        ("é" * 129, [], ["customer_id"]),
        ("c", [LineItem()], ["items[0].product_id", "items[0].quantity"]),
        ("c", [item(-1)], ["items[0].quantity"]),
        ("c", [item(1_000_001)], ["items[0].quantity"]),
        ("c", [item(unit_price=math.nan)], ["items[0].unit_price"]),
        ("c", [item(unit_price=math.inf)], ["items[0].unit_price"]),
        ("c", [item(), item(), item(unit_price=-0.01)], ["items[2].unit_price"]),
        ("c", [item(unit_price=1e9 + 1)], ["items[0].unit_price"]),
        ("c", [item(order_id="ord-1")], ["items[0].order_id"]),
        ("c", [item(0)] * 1_001, ["items"]),
        ("", [item(0), item(product_id="")], ["customer_id", "items[0].quantity", "items[1].product_id"]),
    ],
)
async def test_bad_orders(
    orders: OrderServiceAsyncStub, customer_id: str, items: list[LineItem], fields: list[str]
) -> None:
    error = await failure_of(orders.CreateOrder(CreateOrderRequest(customer_id=customer_id, items=items)))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_at_fault(error) == fields
    assert await collect(orders.ListOrders(ListOrdersRequest(customer_id="c"))) == []


async def test_the_first_20_of_3000_faults_are_named(orders: OrderServiceAsyncStub) -> None:
    items = [item(0, -1, product_id="")] * 1_000
    error = await failure_of(orders.CreateOrder(CreateOrderRequest(customer_id="c", items=items)))
    assert len(fields_at_fault(error)) == 20
    assert "3000" in str(error.details())
    assert sum(detail.ByteSize() for detail in details_of(error)) < 4_096


@pytest.mark.parametrize(
    ("total", "lines"),
    [
        (0.0, []),
        (0.3, [(3, 0.1)]),
        (0.3, [(1, 0.1), (1, 0.2)]),
        (59.98, [(2, 29.99)]),
        (1.0, [(1, 0.1)] * 10),
        (1e18, [(1_000_000, 1e9)] * 1_000),
        (1e9, [(1, 1e9), (1, 5e-324)]),
        (5e-324, [(1, 5e-324)]),
        (5e-318, [(1_000_000, 5e-324)]),
        # 2^53 + 1 lies between two doubles: only a sum that is rounded once comes to 2^53 + 2.
        (2.0**53 + 2, [(2**23, 2.0**29), (2**23, 2.0**29), (1, 1.0), (1, 1.0)]),
    ],
)
def test_totals_are_exact(total: float, lines: list[tuple[int, float]]) -> None:
    assert total_of(item(quantity, price) for quantity, price in lines) == total


async def test_a_negative_zero_becomes_zero(orders: OrderServiceAsyncStub) -> None:
    order = await orders.CreateOrder(CreateOrderRequest(customer_id="c", items=[item(1, -0.0)]))
    assert math.copysign(1, order.items[0].unit_price) == 1
    assert math.copysign(1, order.total) == 1


async def test_a_status_goes_one_step_at_a_time(orders: OrderServiceAsyncStub) -> None:
    order = await orders.CreateOrder(CreateOrderRequest(customer_id="c", items=[item()]))

    def to(status: OrderStatus) -> grpc.aio.UnaryUnaryCall[UpdateOrderStatusRequest, order_pb2.Order]:
        return orders.UpdateOrderStatus(UpdateOrderStatusRequest(id=order.id, status=status))

    assert precondition(await failure_of(to(order_pb2.ORDER_STATUS_SHIPPED))) == ("ORDER_STATUS", order.id)
    for status in (
        order_pb2.ORDER_STATUS_PENDING,
        order_pb2.ORDER_STATUS_CONFIRMED,
        order_pb2.ORDER_STATUS_CONFIRMED,
        order_pb2.ORDER_STATUS_SHIPPED,
    ):
        updated = await to(status)
        assert (updated.status, list(updated.items), updated.total) == (status, [item()], 59.98)
    assert precondition(await failure_of(to(order_pb2.ORDER_STATUS_PENDING))) == ("ORDER_STATUS", order.id)


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (UpdateOrderStatusRequest(id="", status=order_pb2.ORDER_STATUS_CONFIRMED), ["id"]),
        (UpdateOrderStatusRequest(id="ord-1"), ["status"]),
        (UpdateOrderStatusRequest(id="ord-1", status=99), ["status"]),  # type: ignore[arg-type]
        (UpdateOrderStatusRequest(), ["id", "status"]),
    ],
)
async def test_bad_updates(
    orders: OrderServiceAsyncStub, request_: UpdateOrderStatusRequest, fields: list[str]
) -> None:
    assert fields_at_fault(await failure_of(orders.UpdateOrderStatus(request_))) == fields


async def test_an_update_of_an_unknown_order_is_not_found(orders: OrderServiceAsyncStub) -> None:
    request = UpdateOrderStatusRequest(id="ord-1", status=order_pb2.ORDER_STATUS_CONFIRMED)
    assert (await failure_of(orders.UpdateOrderStatus(request))).code() is grpc.StatusCode.NOT_FOUND


async def test_a_request_id_makes_one_order_of_a_hundred_calls(orders: OrderServiceAsyncStub) -> None:
    request = CreateOrderRequest(customer_id="c", items=[item(1, -0.0)], request_id=UUID)
    responses = await asyncio.gather(*(orders.CreateOrder(request) for _ in range(100)))
    first = responses[0]
    update = UpdateOrderStatusRequest(id=first.id, status=order_pb2.ORDER_STATUS_CONFIRMED)
    await orders.UpdateOrderStatus(update)
    request.request_id = UUID.upper()
    request.items[0].unit_price = 0.0
    responses.append(await orders.CreateOrder(request))
    assert all(response == first for response in responses), "every response equals the first"
    assert len(await collect(orders.ListOrders(ListOrdersRequest(customer_id="c")))) == 1

    request.items[0].unit_price = 0.5
    error = await failure_of(orders.CreateOrder(request))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS
    assert error_info(error) == ("REQUEST_ID_REUSED", "order.example.com", {"request_id": UUID.upper()})


async def test_an_upload_is_totalled(orders: OrderServiceAsyncStub) -> None:
    summary = await orders.UploadLineItems(send(item(), item(), item()))
    assert (summary.item_count, summary.total_quantity, summary.total, summary.order_id) == (3, 6, 179.94, "")
    assert (await orders.UploadLineItems(send())).item_count == 0


def test_an_upload_of_100000_items_is_exact_and_one_more_is_refused() -> None:
    one = item(1_000_000, 0.1)
    upload, bad = Upload(""), Upload("")
    for place in range(100_000):
        upload.add(one)
        bad.add(item(0) if place == 7 else one)
    summary = upload.finish()
    assert (summary.item_count, summary.total_quantity, summary.total) == (100_000, 10**11, 1e10)
    with pytest.raises(InvalidFieldsError) as caught:
        bad.add(one)
    assert [violation.field for violation in caught.value.violations] == ["items[7].quantity", "items"]


async def test_bad_uploads(orders: OrderServiceAsyncStub) -> None:
    bad = send(item(), item(0), item(), item(unit_price=math.nan, product_id=""))
    assert fields_at_fault(await failure_of(orders.UploadLineItems(bad))) == [
        "items[1].quantity",
        "items[3].product_id",
        "items[3].unit_price",
    ]
    for late in (send(item(), item(order_id="x")), send(item(order_id="y"), item(order_id="x"))):
        assert fields_at_fault(await failure_of(orders.UploadLineItems(late))) == ["items[1].order_id"]
    unknown = orders.UploadLineItems(send(item(order_id="ord-1")))
    assert (await failure_of(unknown)).code() is grpc.StatusCode.NOT_FOUND
    no_uuid = orders.UploadLineItems(send(item(order_id="x" * 129)), metadata=[("idempotency-key", "key")])
    assert fields_at_fault(await failure_of(no_uuid)) == ["idempotency-key", "items[0].order_id"]
    two_keys = orders.UploadLineItems(send(item()), metadata=[("idempotency-key", UUID), ("idempotency-key", UUID)])
    assert fields_at_fault(await failure_of(two_keys)) == ["idempotency-key"]


async def test_an_upload_to_an_order_is_safe_to_repeat(orders: OrderServiceAsyncStub) -> None:
    order = await orders.CreateOrder(CreateOrderRequest(customer_id="c", items=[item()]))

    def upload(count: int, key: str) -> grpc.aio.StreamUnaryCall[LineItem, order_pb2.UploadSummary]:
        items = send(item(order_id=order.id), *[item()] * (count - 1))
        return orders.UploadLineItems(items, metadata=[("idempotency-key", key)])

    assert precondition(await failure_of(upload(1_000, UUID))) == ("ORDER_SIZE", order.id)
    assert precondition(await failure_of(upload(1_500, UUID))) == ("ORDER_SIZE", order.id)
    first = await upload(2, UUID)
    assert (first.order_id, first.item_count, first.total_quantity, first.total) == (order.id, 2, 4, 119.96)
    assert await upload(2, UUID.upper()) == first
    grown = await orders.GetOrder(GetOrderRequest(id=order.id))
    assert (list(grown.items), grown.total) == ([item()] * 3, 179.94)
    assert (await failure_of(upload(3, UUID))).code() is grpc.StatusCode.ALREADY_EXISTS

    await orders.UpdateOrderStatus(UpdateOrderStatusRequest(id=order.id, status=order_pb2.ORDER_STATUS_CONFIRMED))
    assert await upload(2, UUID) == first
    assert precondition(await failure_of(upload(1, ""))) == ("ORDER_STATUS", order.id)


async def test_an_upload_that_breaks_off_adds_nothing(orders: OrderServiceAsyncStub) -> None:
    order = await orders.CreateOrder(CreateOrderRequest(customer_id="c"))
    for place in range(50):
        upload = orders.UploadLineItems(timeout=0.01 if place % 2 else None)
        with contextlib.suppress(asyncio.CancelledError, grpc.aio.AioRpcError):
            await upload.write(item(order_id=order.id))
            if place % 2 == 0:
                upload.cancel()
            await upload
    # This call uses the same connection, so when it returns, all other calls have ended on the server too.
    await orders.UploadLineItems(send(item()))
    assert list((await orders.GetOrder(GetOrderRequest(id=order.id))).items) == []
