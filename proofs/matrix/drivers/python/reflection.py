"""The driver without protos: the reflection of the servers provides services and types."""

from typing import Any, NamedTuple

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from line_contract import (
    Call,
    Environment,
    Outcome,
    details_in,
    open_blocking_channel,
    parse_request,
    read_environment,
    run_blocking,
    serve_lines,
)


class _CallDetails(NamedTuple):
    """The details of a call, as grpcio requires them of an interceptor."""

    method: str
    timeout: float | None
    metadata: list[tuple[str, str]]
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class _WithToken(grpc.StreamStreamClientInterceptor):
    """Adds a token to the calls of the reflection client, which takes no metadata."""

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
    """A server, and its types."""

    def __init__(self, address: str, environment: Environment) -> None:
        self.channel = open_blocking_channel(environment, address)
        reflection = self.channel
        if environment.token is not None:
            reflection = grpc.intercept_channel(self.channel, _WithToken(environment.token))
        # A look-up in the pool requests the file that defines a name, and the files that it imports.
        self._pool = DescriptorPool(ProtoReflectionDescriptorDatabase(reflection))

    def method(self, service: str, method: str) -> MethodDescriptor:
        return self._pool.FindServiceByName(service).methods_by_name[method]


def run_call(server: Server, call: Call) -> Outcome:
    try:
        method = server.method(call.service, call.method)
    except grpc.RpcError as error:
        outcome = Outcome()
        outcome.fail(error.code().name, error.details(), details_in(error.trailing_metadata() or ()))
        return outcome
    messages = [parse_request(request, GetMessageClass(method.input_type)()) for request in call.requests]
    return run_blocking(call, method, messages, _stub(server.channel, method))


def _stub(channel: grpc.Channel, method: MethodDescriptor) -> Any:
    """The function that a generated stub would have for the method."""
    kind = f"{_kind(method.client_streaming)}_{_kind(method.server_streaming)}"
    return getattr(channel, kind)(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=GetMessageClass(method.input_type).SerializeToString,
        response_deserializer=GetMessageClass(method.output_type).FromString,
    )


def _kind(streaming: bool) -> str:
    return "stream" if streaming else "unary"


def main() -> None:
    environment = read_environment()
    servers = {address: Server(address, environment) for address in environment.addresses.values()}
    serve_lines(environment, lambda call: run_call(servers[environment.address_of(call.service)], call))


if __name__ == "__main__":
    main()
