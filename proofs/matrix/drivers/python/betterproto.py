"""The driver of betterproto2's stubs on grpclib."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import betterproto2
import example_betterproto.gen.order.v1 as order
import example_betterproto.gen.user.v1 as user
import example_betterproto.gen.user.v2 as user_v2
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.json_format import MessageToDict
from grpclib import GRPCError
from grpclib.client import Channel
from grpclib.exceptions import StreamTerminatedError
from h2.errors import ErrorCodes

from line_contract import Call, Environment, Json, Outcome, held_open_aio, read_environment, serve_lines_aio


class Method(NamedTuple):
    """A function of a stub."""

    function: str
    request: type[betterproto2.Message]
    client_streaming: bool = False
    server_streaming: bool = False


STUBS: dict[str, Any] = {
    "user.v1.UserService": user.UserServiceStub,
    "user.v2.UserService": user_v2.UserServiceStub,
    "order.v1.OrderService": order.OrderServiceStub,
}

METHODS = {
    "user.v1.UserService": {
        "GetUser": Method("get_user", user.GetUserRequest),
        "CreateUser": Method("create_user", user.CreateUserRequest),
        "ListUsers": Method("list_users", user.ListUsersRequest),
    },
    "user.v2.UserService": {
        "GetUser": Method("get_user", user_v2.GetUserRequest),
        "CreateUser": Method("create_user", user_v2.CreateUserRequest),
        "ListUsers": Method("list_users", user_v2.ListUsersRequest),
        "UpdateUser": Method("update_user", user_v2.UpdateUserRequest),
    },
    "order.v1.OrderService": {
        "CreateOrder": Method("create_order", order.CreateOrderRequest),
        "GetOrder": Method("get_order", order.GetOrderRequest),
        "UpdateOrderStatus": Method("update_order_status", order.UpdateOrderStatusRequest),
        "ListOrders": Method("list_orders", order.ListOrdersRequest, server_streaming=True),
        "UploadLineItems": Method("upload_line_items", order.LineItem, client_streaming=True),
        "OrderChat": Method("order_chat", order.ChatMessage, client_streaming=True, server_streaming=True),
    },
}


async def main() -> None:
    environment = read_environment()
    channels = {service: open_channel(environment, service) for service in STUBS}
    stubs = {service: stub(channels[service]) for service, stub in STUBS.items()}

    async def run(call: Call) -> Outcome:
        method = METHODS[call.service][call.method]
        messages = [method.request.from_dict(request) for request in call.requests]
        invoke = getattr(stubs[call.service], method.function)
        outcome = Outcome()
        try:
            response = invoke(
                held_open_aio(call, messages) if method.client_streaming else messages[0],
                timeout=call.timeout_seconds,
                metadata=call.metadata,
            )
            if method.server_streaming:
                async for message in response:
                    outcome.responses.append(message.to_dict())
            else:
                # betterproto2 ignores the deadline while it sends a client stream.
                outcome.responses.append((await asyncio.wait_for(response, call.timeout_seconds)).to_dict())
        except GRPCError as error:
            outcome.fail(error.status.name, error.message, details_of(error.details or ()))
        except asyncio.TimeoutError as error:  # grpclib raises it when its own timer fires
            outcome.fail("DEADLINE_EXCEEDED", str(error), ())
        except (OSError, StreamTerminatedError) as error:  # grpclib has no status for a lost connection
            outcome.fail("CANCELLED" if is_cancelled(error) else "UNAVAILABLE", str(error), ())
        return outcome

    await serve_lines_aio(environment, run)
    for channel in channels.values():
        channel.close()


def is_cancelled(error: Exception) -> bool:
    """Whether the server has reset the stream with CANCEL. Only the text of the error contains the code."""
    return isinstance(error, StreamTerminatedError) and str(error).endswith(f"error_code: {ErrorCodes.CANCEL}")


def open_channel(environment: Environment, service: str) -> Channel:
    host, _, port = environment.address_of(service).rpartition(":")
    if environment.ca is None:
        return Channel(host, int(port))
    trust = ssl.create_default_context(cafile=environment.ca)
    trust.set_alpn_protocols(["h2"])
    return Channel(host, int(port), ssl=trust)


def details_of(details: Iterable[Any]) -> Iterator[Json]:
    """Packs the messages of the details, which grpclib has unpacked."""
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        yield MessageToDict(packed)


if __name__ == "__main__":
    asyncio.run(main())
