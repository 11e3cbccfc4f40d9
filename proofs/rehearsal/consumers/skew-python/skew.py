"""Usage: python skew.py server | python skew.py client HOST:PORT...

Serves or calls every method in the package, without naming any: it fills every field with a value made from the field's
name and number. A server reports the requests in the trailer skew-seen; a client prints the responses.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace
from typing import Any

import example_protos
import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass


def modules_of_services() -> Iterator[tuple[ModuleType, ModuleType]]:
    for module in pkgutil.walk_packages(example_protos.__path__, "example_protos."):
        if module.name.endswith("_pb2_grpc"):
            messages = importlib.import_module(module.name.removesuffix("_grpc"))
            yield messages, importlib.import_module(module.name)


# The fields that may be set in messages where other fields would be invalid.
ONLY_FIELDS = {"google.protobuf.Any": [], "google.protobuf.Value": ["string_value"]}


def filled(descriptor: Descriptor, within: frozenset[str] = frozenset()) -> Message:
    """Return a message with all fields set. A message inside another of its own type has only its required fields."""
    message = GetMessageClass(descriptor)()
    is_within_itself = descriptor.full_name in within
    for field in descriptor.fields:
        if is_within_itself and not field.is_required:
            continue
        if field.name in ONLY_FIELDS.get(descriptor.full_name, [field.name]):
            fill(message, field, within | {descriptor.full_name})
    return message


def fill(message: Message, field: FieldDescriptor, within: frozenset[str]) -> None:
    if not field.is_repeated:
        if field.message_type:
            getattr(message, field.name).CopyFrom(value_of(field, within))
        else:
            setattr(message, field.name, value_of(field, within))
    elif field.message_type and field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name
        values = getattr(message, field.name)
        key, value = value_of(entry["key"], within), value_of(entry["value"], within)
        if entry["value"].message_type:
            values[key].CopyFrom(value)
        else:
            values[key] = value
    else:
        getattr(message, field.name).extend([value_of(field, within)] * 2)


def value_of(field: FieldDescriptor, within: frozenset[str]) -> Any:
    if field.message_type:
        return filled(field.message_type, within)
    if field.enum_type:
        return field.enum_type.values[:2][-1].number
    if field.type == FieldDescriptor.TYPE_BYTES:
        return field.name.encode()
    values = {
        FieldDescriptor.CPPTYPE_DOUBLE: field.number + 0.5,
        FieldDescriptor.CPPTYPE_FLOAT: field.number + 0.5,
        FieldDescriptor.CPPTYPE_BOOL: True,
        FieldDescriptor.CPPTYPE_STRING: field.name,
    }
    return values.get(field.cpp_type, field.number)


def handler_of(method: MethodDescriptor) -> Callable[[Any, grpc.ServicerContext], Any]:
    def report(context: grpc.ServicerContext, seen: list[Message]) -> None:
        context.set_trailing_metadata((("skew-seen", json.dumps([MessageToDict(message) for message in seen])),))

    def one(request: Any, context: grpc.ServicerContext) -> Message:
        report(context, list(request) if method.client_streaming else [request])
        return filled(method.output_type)

    def two(request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
        report(context, [request])
        yield from (filled(method.output_type) for _ in range(2))

    def one_each(requests: Iterator[Message], context: grpc.ServicerContext) -> Iterator[Message]:
        seen = []
        for request in requests:
            seen.append(request)
            yield filled(method.output_type)
        report(context, seen)

    if not method.server_streaming:
        return one
    return one_each if method.client_streaming else two


def serve() -> None:
    server = grpc.server(ThreadPoolExecutor())
    for messages, stubs in modules_of_services():
        for service in messages.DESCRIPTOR.services_by_name.values():
            servicer = SimpleNamespace(**{method.name: handler_of(method) for method in service.methods})
            getattr(stubs, f"add_{service.name}Servicer_to_server")(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def call_all(addresses: list[str]) -> None:
    for index, address in enumerate(addresses):
        with grpc.insecure_channel(address) as channel:
            for messages, stubs in modules_of_services():
                for service in messages.DESCRIPTOR.services_by_name.values():
                    stub = getattr(stubs, f"{service.name}Stub")(channel)
                    for method in service.methods:
                        outcome = call(getattr(stub, method.name), method)
                        name = f"{service.full_name}/{method.name}"
                        print(json.dumps({"server": index, "method": name, **outcome}))


def call(rpc: Any, method: MethodDescriptor) -> dict[str, Any]:
    requests = [filled(method.input_type) for _ in range(2)]
    request = iter(requests) if method.client_streaming else requests[0]
    try:
        if method.server_streaming:
            made = rpc(request, timeout=10)
            responses = list(made)
        else:
            response, made = rpc.with_call(request, timeout=10)
            responses = [response]
    except grpc.RpcError as error:
        return {"code": error.code().value[0], "responses": [], "seen": None}
    seen = dict(made.trailing_metadata())["skew-seen"]
    return {"code": 0, "responses": [MessageToDict(response) for response in responses], "seen": json.loads(seen)}


if sys.argv[1] == "server":
    serve()
else:
    call_all(sys.argv[2:])
