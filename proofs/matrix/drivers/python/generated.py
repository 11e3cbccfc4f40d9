"""The generated messages and stubs, by the names that the harness uses."""

from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor

from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc
from example_protos.user.v2 import user_pb2 as user_v2_pb2
from example_protos.user.v2 import user_pb2_grpc as user_v2_pb2_grpc

from line_contract import Call, parse_request

STUBS: dict[str, Any] = {
    "user.v1.UserService": user_pb2_grpc.UserServiceStub,
    "user.v2.UserService": user_v2_pb2_grpc.UserServiceStub,
    "order.v1.OrderService": order_pb2_grpc.OrderServiceStub,
}

_SERVICES = {
    "user.v1.UserService": user_pb2.DESCRIPTOR.services_by_name["UserService"],
    "user.v2.UserService": user_v2_pb2.DESCRIPTOR.services_by_name["UserService"],
    "order.v1.OrderService": order_pb2.DESCRIPTOR.services_by_name["OrderService"],
}


def method_of(call: Call) -> MethodDescriptor:
    return _SERVICES[call.service].methods_by_name[call.method]


def requests_of(call: Call, method: MethodDescriptor) -> list[Any]:
    """The messages to send."""
    message_class = message_factory.GetMessageClass(method.input_type)
    return [parse_request(request, message_class()) for request in call.requests]
