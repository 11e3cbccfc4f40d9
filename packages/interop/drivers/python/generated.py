"""The generated messages and stubs, by the names that the harness uses."""

from typing import Any

from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor

from line_contract import Call

STUBS: dict[str, Any] = {
    "user.v1.UserService": user_pb2_grpc.UserServiceStub,
    "order.v1.OrderService": order_pb2_grpc.OrderServiceStub,
}

_SERVICES = {
    "user.v1.UserService": user_pb2.DESCRIPTOR.services_by_name["UserService"],
    "order.v1.OrderService": order_pb2.DESCRIPTOR.services_by_name["OrderService"],
}


def method_of(call: Call) -> MethodDescriptor:
    return _SERVICES[call.service].methods_by_name[call.method]


def requests_of(call: Call, method: MethodDescriptor) -> list[Any]:
    """The messages to send."""
    message_class = message_factory.GetMessageClass(method.input_type)
    return [json_format.ParseDict(request, message_class()) for request in call.requests]
