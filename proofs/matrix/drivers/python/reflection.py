"""The driver that knows no proto: it learns services and types from the servers, by reflection.

reflection.py                    calls, line by line, as every driver
reflection.py --list             the services of both servers
reflection.py --describe METHOD  a method, such as user.v1.UserService/GetUser, and its messages
"""

import argparse
from collections.abc import Iterator
from typing import Any, NamedTuple

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from line_contract import (
    Call,
    Environment,
    Outcome,
    details_in,
    held_open,
    parse_request,
    read_environment,
    serve_lines,
)


class _CallDetails(NamedTuple):
    """What grpcio asks an interceptor to hand on."""

    method: str
    timeout: float | None
    metadata: list[tuple[str, str]]
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class _WithToken(grpc.StreamStreamClientInterceptor):
    """Reflection needs a token too, and its client takes no metadata."""

    def __init__(self, token: str) -> None:
        self._token = token

    def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        given = client_call_details
        metadata = [*(given.metadata or ()), ("authorization", f"Bearer {self._token}")]
        details = _CallDetails(
            given.method, given.timeout, metadata, given.credentials, given.wait_for_ready, given.compression
        )
        return continuation(details, request_iterator)


class Server:
    """One server, and what it says about itself."""

    def __init__(self, address: str, environment: Environment) -> None:
        if environment.ca is None:
            self.channel = grpc.insecure_channel(address)
        else:
            credentials = grpc.ssl_channel_credentials(environment.ca.read_bytes())
            self.channel = grpc.secure_channel(address, credentials)
        asking = self.channel
        if environment.token is not None:
            asking = grpc.intercept_channel(asking, _WithToken(environment.token))
        self._database = ProtoReflectionDescriptorDatabase(asking)
        # Files are asked for when something in them is looked up, and their imports after them.
        self._pool = DescriptorPool(self._database)

    def services(self) -> list[str]:
        return list(self._database.get_services())

    def method(self, service: str, method: str) -> MethodDescriptor:
        return self._pool.FindServiceByName(service).methods_by_name[method]


def run_call(server: Server, call: Call) -> Outcome:
    outcome = Outcome()
    try:
        method = server.method(call.service, call.method)
        messages = [parse_request(request, GetMessageClass(method.input_type)()) for request in call.requests]
        with held_open(call, messages) as sending:
            answer = _invoker(server.channel, method)(
                sending if method.client_streaming else messages[0],
                timeout=call.timeout_seconds,
                metadata=call.metadata,
            )
            for message in answer if method.server_streaming else [answer]:
                outcome.answers.append(MessageToDict(message))
    except grpc.RpcError as error:
        outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata() or ()))
    return outcome


def _invoker(channel: grpc.Channel, method: MethodDescriptor) -> Any:
    """What a generated stub would have for the method."""
    kind = f"{_kind(method.client_streaming)}_{_kind(method.server_streaming)}"
    return getattr(channel, kind)(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=GetMessageClass(method.input_type).SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )


def _kind(streaming: bool) -> str:
    return "stream" if streaming else "unary"


def description(method: MethodDescriptor) -> Iterator[str]:
    """The method and every message it needs, as lines of proto."""
    takes, returns = (
        f"({'stream ' if streaming else ''}{message.full_name})"
        for streaming, message in (
            (method.client_streaming, method.input_type),
            (method.server_streaming, method.output_type),
        )
    )
    yield f"rpc {method.name}{takes} returns {returns};"
    messages = [method.input_type, method.output_type]
    for place, message in enumerate(messages):
        if message in messages[:place]:
            continue
        yield from ["", f"message {message.full_name} {{", *map(_field, message.fields), "}"]
        messages.extend(_nested(message))


def _nested(message: Descriptor) -> list[Descriptor]:
    return [field.message_type for field in message.fields if field.message_type is not None]


def _field(field: FieldDescriptor) -> str:
    named = field.message_type or field.enum_type
    kind = named.full_name if named else _SCALARS[field.type]
    return f"  {'repeated ' if field.is_repeated else ''}{kind} {field.name} = {field.number};"


_SCALARS = {
    getattr(FieldDescriptor, name): name.removeprefix("TYPE_").lower()
    for name in dir(FieldDescriptor)
    if name.startswith("TYPE_")
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Calls services it learns about from the servers themselves.")
    parser.add_argument("--list", action="store_true", help="print the services, and end")
    parser.add_argument("--describe", metavar="METHOD", help="print a method, such as user.v1.UserService/GetUser")
    options = parser.parse_args()

    environment = read_environment()
    servers = {
        address: Server(address, environment) for address in (environment.user_address, environment.order_address)
    }
    if options.list:
        print("\n".join(sorted({service for server in servers.values() for service in server.services()})))
    elif options.describe:
        service, _, method = options.describe.rpartition("/")
        print("\n".join(description(servers[environment.address_of(service)].method(service, method))))
    else:
        serve_lines(environment, lambda call: run_call(servers[environment.address_of(call.service)], call))


if __name__ == "__main__":
    main()
