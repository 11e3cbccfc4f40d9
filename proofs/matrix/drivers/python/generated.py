"""The generated messages and stubs, by the names that the harness uses."""

import importlib
import pkgutil
from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

import example_protos

from line_contract import Call, parse_request


def _services() -> dict[str, tuple[ServiceDescriptor, Any]]:
    """Return the descriptor and the stub of each generated service."""
    services: dict[str, tuple[ServiceDescriptor, Any]] = {}
    for module in pkgutil.walk_packages(example_protos.__path__, "example_protos."):
        if not module.name.endswith("_pb2_grpc"):
            continue
        stubs = importlib.import_module(module.name)
        messages = importlib.import_module(module.name.removesuffix("_grpc"))
        for name, descriptor in messages.DESCRIPTOR.services_by_name.items():
            services[descriptor.full_name] = (descriptor, getattr(stubs, f"{name}Stub"))
    return services


_SERVICES = _services()

STUBS = {name: stub for name, (_, stub) in _SERVICES.items()}


def method_of(call: Call) -> MethodDescriptor:
    descriptor, _ = _SERVICES[call.service]
    return descriptor.methods_by_name[call.method]


def requests_of(call: Call, method: MethodDescriptor) -> list[Any]:
    """The messages to send."""
    message_class = message_factory.GetMessageClass(method.input_type)
    return [parse_request(request, message_class()) for request in call.requests]
