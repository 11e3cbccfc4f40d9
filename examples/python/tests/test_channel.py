"""Channels to several servers."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from example_protos.user.v1 import user_pb2, user_pb2_grpc

from example_services.channel import open_aio_channel, open_channel

from .test_programs import serving

# How long a test waits for a connection to change.
_WAIT_SECONDS = 20


class Backend(user_pb2_grpc.UserServiceServicer):
    """A server of user.v1 that counts its calls."""

    def __init__(self, code: grpc.StatusCode = grpc.StatusCode.OK) -> None:
        """Every call ends with `code`."""
        self._code = code
        self.calls = 0
        self.health = health.HealthServicer()
        self.server = grpc.server(futures.ThreadPoolExecutor(4))
        user_pb2_grpc.add_UserServiceServicer_to_server(self, self.server)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def GetUser(self, request: user_pb2.GetUserRequest, context: grpc.ServicerContext) -> user_pb2.User:  # noqa: N802
        self.calls += 1
        if self._code is not grpc.StatusCode.OK:
            context.abort(self._code, "not now")
        return user_pb2.User(id=request.id)

    def CreateUser(self, request: Any, context: grpc.ServicerContext) -> user_pb2.User:  # noqa: N802
        return self.GetUser(user_pb2.GetUserRequest(), context)


@pytest.fixture
def start() -> Iterator[Callable[..., Backend]]:
    started: list[Backend] = []

    def run(code: grpc.StatusCode = grpc.StatusCode.OK) -> Backend:
        started.append(Backend(code))
        return started[-1]

    yield run
    for backend in started:
        backend.server.stop(None)


def connected(*addresses: str) -> grpc.Channel:
    return open_channel(f"ipv4:{','.join(addresses)}")


def get(users: user_pb2_grpc.UserServiceStub) -> None:
    users.GetUser(user_pb2.GetUserRequest(id=1))


def call_until(users: user_pb2_grpc.UserServiceStub, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < end
        get(users)


def test_calls_are_spread_over_all_servers(start: Callable[..., Backend]) -> None:
    a, b = start(), start()
    with connected(a.address, b.address) as channel:
        users = user_pb2_grpc.UserServiceStub(channel)
        call_until(users, lambda: a.calls > 0 and b.calls > 0)
        before = a.calls, b.calls
        for _ in range(100):
            get(users)
        assert (a.calls - before[0], b.calls - before[1]) == (50, 50)


async def test_channels_of_asyncio_are_balanced_too(start: Callable[..., Backend]) -> None:
    a, b = start(), start()
    async with open_aio_channel(f"ipv4:{a.address},{b.address}") as channel:
        users: user_pb2_grpc.UserServiceAsyncStub = user_pb2_grpc.UserServiceStub(channel)
        end = time.monotonic() + _WAIT_SECONDS
        while a.calls == 0 or b.calls == 0:
            assert time.monotonic() < end
            await users.GetUser(user_pb2.GetUserRequest(id=1))


def test_a_server_that_is_not_serving_gets_no_calls(start: Callable[..., Backend]) -> None:
    a, b = start(), start()
    with connected(a.address, b.address) as channel:
        users = user_pb2_grpc.UserServiceStub(channel)
        call_until(users, lambda: a.calls > 0 and b.calls > 0)

        a.health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        # The number of calls that each server had received when `a` received its last call.
        last = (a.calls, b.calls)

        def is_left_out() -> bool:
            nonlocal last
            if a.calls > last[0]:
                last = (a.calls, b.calls)
            return b.calls - last[1] > 20

        call_until(users, is_left_out)
        a.health.set("", health_pb2.HealthCheckResponse.SERVING)
        call_until(users, lambda: a.calls > last[0])


def test_a_read_is_retried_after_its_server_is_killed() -> None:
    with serving() as killed, serving() as other:
        addresses = [server.user_address.replace("localhost", "127.0.0.1") for server in (killed, other)]
        with grpc.insecure_channel(addresses[1]) as only:
            added = user_pb2_grpc.UserServiceStub(only).CreateUser(
                user_pb2.CreateUserRequest(name="Maeve", email="maeve@example.com"), timeout=5
            )
        with connected(*addresses) as channel:
            users = user_pb2_grpc.UserServiceStub(channel)
            found = {_has(users, added.id) for _ in range(2)}
            end = time.monotonic() + _WAIT_SECONDS
            while found != {True, False}:  # Until both servers are connected.
                assert time.monotonic() < end
                found.add(_has(users, added.id))

            killed.process.send_signal(signal.SIGSTOP)
            calls = [users.GetUser.future(user_pb2.GetUserRequest(id=1), timeout=30) for _ in range(2)]
            # Every second call goes to the stopped server, and waits.
            while not any(call.done() for call in calls):
                assert time.monotonic() < end
            assert not all(call.done() for call in calls)
            killed.process.kill()
            assert [call.result().name for call in calls] == ["Aoife", "Aoife"]


def _has(users: user_pb2_grpc.UserServiceStub, user_id: int) -> bool:
    try:
        users.GetUser(user_pb2.GetUserRequest(id=user_id), timeout=5)
        return True
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.NOT_FOUND:
            raise
        return False


def test_only_calls_that_are_safe_to_repeat_are_retried(start: Callable[..., Backend]) -> None:
    failing = start(grpc.StatusCode.UNAVAILABLE)
    with connected(failing.address) as channel:
        users = user_pb2_grpc.UserServiceStub(channel)
        for call, attempts in (
            (lambda: get(users), 4),
            (lambda: users.CreateUser(user_pb2.CreateUserRequest()), 1),
        ):
            failing.calls = 0
            with pytest.raises(grpc.RpcError) as caught:
                call()
            assert (caught.value.code(), failing.calls) == (grpc.StatusCode.UNAVAILABLE, attempts)


@pytest.mark.parametrize("open_any", [open_channel, open_aio_channel])
def test_a_token_is_not_sent_in_plaintext(open_any: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="plaintext"):
        open_any("localhost:9000", token="secret")
