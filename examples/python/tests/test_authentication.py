"""Authentication and scopes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import jwt
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from example_protos.order.v1 import order_pb2
from example_protos.order.v1.order_pb2 import (
    ChatMessage,
    CreateOrderRequest,
    GetOrderRequest,
    LineItem,
    ListOrdersRequest,
    UpdateOrderStatusRequest,
)
from example_protos.user.v1.user_pb2 import CreateUserRequest, GetUserRequest, ListUsersRequest
from example_protos.user.v2 import user_pb2 as v2

from example_services.error_details import details_of
from example_services.server.interceptors.authentication import Authentication

from .conftest import ANY_PORT, Metadata, Running, run
from .failures import collect, failure_of
from .token_issuer import TokenIssuer

Calls = dict[str, Callable[[], Awaitable[Any]]]
READ_WRITE = "orders.read orders.write"


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer()


@pytest.fixture
async def guarded(issuer: TokenIssuer, tmp_path: Path) -> AsyncIterator[Running]:
    async for each in run(replace(ANY_PORT, jwks=issuer.write_jwks(tmp_path / "jwks.json"))):
        yield each


def bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


def calls(guarded: Running, metadata: Metadata, customer_id: str, order_id: str) -> Calls:
    """Each RPC, in the name of a customer."""
    users, users_v2, orders = guarded.users, guarded.users_v2, guarded.orders
    niamh = v2.User(name="Niamh", email="a@b.c")
    update = UpdateOrderStatusRequest(id=order_id, status=order_pb2.ORDER_STATUS_PENDING)
    item = LineItem(product_id="p", quantity=1, unit_price=1)
    said = ChatMessage(order_id=order_id, sender=customer_id)
    return {
        "GetUser": lambda: users.GetUser(GetUserRequest(id=1), metadata=metadata),
        "ListUsers": lambda: users.ListUsers(ListUsersRequest(), metadata=metadata),
        "CreateUser": lambda: users.CreateUser(CreateUserRequest(name="A", email="a@b.c"), metadata=metadata),
        "v2 GetUser": lambda: users_v2.GetUser(v2.GetUserRequest(id="usr-1"), metadata=metadata),
        "v2 ListUsers": lambda: users_v2.ListUsers(v2.ListUsersRequest(), metadata=metadata),
        "v2 CreateUser": lambda: users_v2.CreateUser(v2.CreateUserRequest(user=niamh), metadata=metadata),
        "v2 UpdateUser": lambda: users_v2.UpdateUser(
            v2.UpdateUserRequest(user=v2.User(id="usr-1", age=1)), metadata=metadata
        ),
        "CreateOrder": lambda: orders.CreateOrder(CreateOrderRequest(customer_id=customer_id), metadata=metadata),
        "UploadLineItems": lambda: guarded.upload(item, metadata=metadata),
        "OrderChat": lambda: guarded.chat(said, metadata=metadata),
        "UpdateOrderStatus": lambda: orders.UpdateOrderStatus(update, metadata=metadata),
        "GetOrder": lambda: orders.GetOrder(GetOrderRequest(id=order_id), metadata=metadata),
        "ListOrders": lambda: collect(orders.ListOrders(ListOrdersRequest(customer_id=customer_id), metadata=metadata)),
    }


async def codes(each: Calls) -> dict[str, str]:
    outcomes = {}
    for name, call in each.items():
        try:
            await call()
            outcomes[name] = "OK"
        except grpc.RpcError as error:
            outcomes[name] = error.code().name
    return outcomes


async def order_of(guarded: Running, issuer: TokenIssuer, customer_id: str) -> str:
    metadata = bearer(issuer.issue(customer_id, "orders.write"))
    return (await guarded.orders.CreateOrder(CreateOrderRequest(customer_id=customer_id), metadata=metadata)).id


ORDER_WRITES = {"CreateOrder", "UploadLineItems", "OrderChat"}
ORDER_READS = {"GetOrder", "ListOrders"}
USER_WRITES = {"CreateUser", "v2 CreateUser", "v2 UpdateUser"}
USER_READS = {"GetUser", "ListUsers", "v2 GetUser", "v2 ListUsers"}
EVERY = {"UpdateOrderStatus", *USER_WRITES, *USER_READS, *ORDER_WRITES, *ORDER_READS}


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("", set()),
        ("users.read", USER_READS),
        ("users.write", USER_WRITES),
        ("orders.read", ORDER_READS),
        ("orders.write", ORDER_WRITES),
        ("users.read users.write orders.read orders.write", EVERY - {"UpdateOrderStatus"}),
        ("admin", EVERY),
    ],
)
async def test_scopes(guarded: Running, issuer: TokenIssuer, scope: str, allowed: set[str]) -> None:
    order_id = await order_of(guarded, issuer, "aoife")
    outcomes = await codes(calls(guarded, bearer(issuer.issue("aoife", scope)), "aoife", order_id))
    assert outcomes == {name: "OK" if name in allowed else "PERMISSION_DENIED" for name in EVERY}


def bad_tokens(issuer: TokenIssuer) -> dict[str, Metadata]:
    other = TokenIssuer().issue("aoife", "admin")
    return {
        "none": (),
        "of another scheme": (("authorization", "Basic YTpi"),),
        "twice": bearer(issuer.issue("aoife", "admin")) * 2,
        "no token": bearer("x"),
        "another's key": bearer(other),
        "expired": bearer(issuer.issue("aoife", "admin", lifetime_seconds=-1)),
        "nobody's": bearer(issuer.issue("", "admin")),
        "unsigned": bearer(jwt.encode({"sub": "aoife", "scope": "admin", "exp": 2**40}, "", algorithm="none")),
    }


async def test_without_a_good_token_nobody_may_do_anything(guarded: Running, issuer: TokenIssuer) -> None:
    for name, metadata in bad_tokens(issuer).items():
        outcomes = await codes(calls(guarded, metadata, "aoife", "ord-1"))
        assert outcomes == dict.fromkeys(EVERY, "UNAUTHENTICATED"), name


async def test_a_customer_may_touch_nothing_of_another(guarded: Running, issuer: TokenIssuer) -> None:
    order_id = await order_of(guarded, issuer, "aoife")
    cillian = calls(guarded, bearer(issuer.issue("cillian", READ_WRITE)), "aoife", order_id)
    outcomes = await codes(cillian)
    assert {name: outcomes[name] for name in ORDER_READS | ORDER_WRITES} == {
        "CreateOrder": "PERMISSION_DENIED",
        "UploadLineItems": "OK",
        "OrderChat": "PERMISSION_DENIED",
        "GetOrder": "NOT_FOUND",
        "ListOrders": "PERMISSION_DENIED",
    }
    metadata = bearer(issuer.issue("cillian", READ_WRITE))
    item = LineItem(product_id="p", quantity=1, unit_price=1, order_id=order_id)
    upload = await failure_of(guarded.upload(item, metadata=metadata))
    chat = await failure_of(guarded.chat(ChatMessage(order_id=order_id), metadata=metadata))
    assert (upload.code(), chat.code()) == (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.NOT_FOUND)


async def test_the_sender_of_a_chat_is_the_subject(guarded: Running, issuer: TokenIssuer) -> None:
    order_id = await order_of(guarded, issuer, "aoife")
    said = ChatMessage(order_id=order_id, text="mine")
    heard = await guarded.chat(said, metadata=bearer(issuer.issue("aoife", "orders.write")))
    assert [message.sender for message in heard] == ["aoife"]


async def test_a_request_id_is_that_of_one_caller(guarded: Running, issuer: TokenIssuer) -> None:
    ids = set()
    for customer_id in ("aoife", "cillian", "aoife"):
        request = CreateOrderRequest(customer_id=customer_id, request_id="01936a2f-7c3e-7b1a-9f00-aabbccddeeff")
        metadata = bearer(issuer.issue(customer_id, "orders.write"))
        ids.add((await guarded.orders.CreateOrder(request, metadata=metadata)).id)
    assert len(ids) == 2


async def test_health_needs_no_token_and_reflection_any(guarded: Running, issuer: TokenIssuer) -> None:
    health: Any = health_pb2_grpc.HealthStub(guarded.user_channel)
    response = await health.Check(health_pb2.HealthCheckRequest(service="user.v1.UserService"))
    assert response.status == health_pb2.HealthCheckResponse.SERVING

    def list_services(metadata: Metadata) -> Awaitable[list[Any]]:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(guarded.blocking_user_channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="*")
        return asyncio.to_thread(lambda: list(stub.ServerReflectionInfo(iter([request]), metadata=metadata)))

    assert (await failure_of(list_services(()))).code() is grpc.StatusCode.UNAUTHENTICATED
    assert len(await list_services(bearer(issuer.issue("aoife", "")))) == 1


@pytest.fixture
async def counted(issuer: TokenIssuer, tmp_path: Path) -> AsyncIterator[Running]:
    """One call a second, with a burst of two."""
    async for each in run(replace(ANY_PORT, jwks=issuer.write_jwks(tmp_path / "jwks.json"), calls_per_second=1)):
        yield each


def get_user(running: Running, metadata: Metadata) -> Awaitable[Any]:
    return running.users.GetUser(GetUserRequest(id=1), metadata=metadata)


async def test_tokens_cannot_be_guessed_one_after_the_other(counted: Running, issuer: TokenIssuer) -> None:
    errors = [await failure_of(get_user(counted, metadata)) for metadata in bad_tokens(issuer).values()]
    assert errors[0].code() is grpc.StatusCode.UNAUTHENTICATED
    refused = [error for error in errors if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED]
    (detail,) = details_of(refused[0])
    assert detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR)


async def test_calls_without_a_token_are_counted(counted: Running) -> None:
    codes = {(await failure_of(get_user(counted, ()))).code() for _ in range(20)}
    assert codes == {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}


async def test_who_is_known_is_not_held_up_by_who_guesses(counted: Running, issuer: TokenIssuer) -> None:
    aoife = bearer(issuer.issue("aoife", "users.read"))
    await get_user(counted, aoife)
    codes = [(await failure_of(get_user(counted, bearer(f"guess{number}")))).code() for number in range(20)]
    assert grpc.StatusCode.RESOURCE_EXHAUSTED in codes
    await get_user(counted, aoife)


async def test_each_subject_has_calls_of_their_own(counted: Running, issuer: TokenIssuer) -> None:
    aoife, cillian = (bearer(issuer.issue(name, "users.read")) for name in ("aoife", "cillian"))
    await get_user(counted, aoife)
    await get_user(counted, cillian)
    outcomes = [await codes({"GetUser": lambda: get_user(counted, aoife)}) for _ in range(20)]
    assert {"GetUser": "RESOURCE_EXHAUSTED"} in outcomes
    await get_user(counted, cillian)


async def test_calls_that_are_not_allowed_are_counted(counted: Running, issuer: TokenIssuer) -> None:
    nobody = bearer(issuer.issue("nobody", ""))
    codes = [(await failure_of(get_user(counted, nobody))).code() for _ in range(20)]
    assert set(codes) == {grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.RESOURCE_EXHAUSTED}


@pytest.mark.parametrize(("lifetime_seconds", "believed_seconds"), [(10, 10), (600, 60)])
def test_a_token_is_believed_for_a_minute_and_not_beyond_its_end(
    issuer: TokenIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lifetime_seconds: int, believed_seconds: int
) -> None:
    authentication = Authentication(issuer.write_jwks(tmp_path / "jwks.json"))
    token = issuer.issue("aoife", "users.read", lifetime_seconds)
    assert authentication.known(token) is None
    caller, verified_at = authentication.verify(token), time.time()
    monkeypatch.setattr(time, "time", lambda: verified_at + believed_seconds - 2)
    assert authentication.known(token) == caller
    monkeypatch.setattr(time, "time", lambda: verified_at + believed_seconds + 1)
    assert authentication.known(token) is None
