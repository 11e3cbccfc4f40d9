"""The server and the clients, started as from a shell."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from example_protos.order.v1 import order_pb2, order_pb2_grpc

from .token_issuer import TokenIssuer, write_certificate


class Server:
    """A server process that listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.user_address = process.stdout.readline().removeprefix("UserService listening on ").strip()
        self.order_address = process.stdout.readline().removeprefix("OrderService listening on ").strip()
        self.addresses = ["--user-address", self.user_address, "--order-address", self.order_address]


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "example_services.server", "--user-address", "localhost:0"]
    with subprocess.Popen(
        [*command, "--order-address", "localhost:0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


def run_client(module: str, *options: str) -> list[str]:
    command = [sys.executable, "-m", module, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("module", ["example_services.client", "example_services.client_aio"])
def test_a_client(module: str) -> None:
    with serving() as server:
        lines = run_client(module, *server.addresses)
    assert lines[0] == "got user: Aoife aoife@example.com"
    assert lines[1].startswith("created id: 4")
    assert lines[2:] == [
        "count: 4",
        "not found: USER_NOT_FOUND",
        "order total: 0.3",
        "uploaded: 2 items for 5.0",
        "the order is listed: True",
        "heard: 1 When does it leave?",
        "heard: 2 And when does it arrive?",
        *(["left the chat: OK"] if module.endswith("aio") else []),
        "invalid: items[0].quantity, items[0].unit_price",
    ]


def test_the_client_on_betterproto2() -> None:
    with serving() as server:
        lines = run_client("example_betterproto.client", *server.addresses)
    assert lines == [
        "got user: Aoife aoife@example.com",
        "created id: 4",
        "on the first page: 4",
        "not found: USER_NOT_FOUND",
        "order total: 0.3 PENDING",
        "uploaded: 2",
        "the order is listed: True",
        "heard: 1 hello",
        "heard: 2 goodbye",
    ]


def test_moving_from_v1_to_v2() -> None:
    with serving() as server:
        lines = run_client("example_services.v1_to_v2", *server.addresses)
    assert lines == [
        "was: 1 Aoife",
        "is: usr-1 Aoife",
        "created: Maeve",
        "created: Maeve 0 True reader Cork True",
        "was: 1 2",
        "is: usr-3 usr-4",
        "updated: Niamh 41 Cork",
        "age is known: False",
    ]


def test_moving_from_v1_to_v2_on_betterproto2() -> None:
    with serving() as server:
        lines = run_client("example_betterproto.v1_to_v2", *server.addresses)
    assert lines == ["was: 1 Aoife", "is: usr-1 Aoife", "is: None None None", "updated: Niamh 41"]


def test_the_flow_of_two_clients() -> None:
    with serving() as server:
        run_client("example_services.client", *server.addresses)
        lines = run_client("example_services.client", *server.addresses)
    assert lines[:3] == ["got user: Aoife aoife@example.com", "created id: 5", "count: 5"]


@pytest.mark.parametrize(
    "module", ["example_services.client", "example_services.client_aio", "example_betterproto.client"]
)
def test_a_client_with_tls_and_a_token(module: str, tmp_path: Path) -> None:
    issuer, certificate = TokenIssuer(), write_certificate(tmp_path)
    jwks = issuer.write_jwks(tmp_path / "jwks.json")
    tls = ["--tls-cert", str(certificate.cert), "--tls-key", str(certificate.key)]
    token = issuer.issue("maeve", "users.read users.write orders.read orders.write")
    with serving(*tls, "--jwks", str(jwks)) as server:
        lines = run_client(module, *server.addresses, "--ca", str(certificate.cert), "--token", token)
    assert lines[0] == "got user: Aoife aoife@example.com"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_calls_end(number: signal.Signals) -> None:
    with serving() as server, grpc.insecure_channel(server.order_address) as channel:
        orders = order_pb2_grpc.OrderServiceStub(channel)
        order = orders.CreateOrder(order_pb2.CreateOrderRequest(customer_id="c"), timeout=5)
        health: Any = health_pb2_grpc.HealthStub(channel)
        watching = health.Watch(health_pb2.HealthCheckRequest(service="order.v1.OrderService"), timeout=30)
        assert next(watching).status == health_pb2.HealthCheckResponse.SERVING

        said: SimpleQueue[order_pb2.ChatMessage | None] = SimpleQueue()
        heard = orders.OrderChat(iter(said.get, None), timeout=30)
        said.put(order_pb2.ChatMessage(order_id=order.id, sender="a", text="before"))
        assert next(heard).text == "before"
        server.process.send_signal(number)
        assert next(watching).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watching.cancel()
        said.put(order_pb2.ChatMessage(text="after"))
        said.put(None)
        assert [message.text for message in heard] == ["after"]
        assert server.process.wait(10) == 0


def test_a_port_that_is_taken_is_an_error() -> None:
    with serving() as server:
        command = [sys.executable, "-m", "example_services.server", *server.addresses]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == ""


@pytest.mark.parametrize("options", [["--tls-cert", "x"], ["--calls-per-second", "0"], ["--users-ca", "x"]])
def test_options_that_make_no_sense_are_refused(options: list[str]) -> None:
    command = [sys.executable, "-m", "example_services.server", *options]
    assert subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 2


def test_a_token_without_tls_is_refused() -> None:
    command = [sys.executable, "-m", "example_services.client", "--token", "secret"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, "--ca" in done.stderr) == (2, True)
