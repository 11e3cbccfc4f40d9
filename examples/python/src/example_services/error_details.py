"""The details of an error, besides its code and text."""

from collections.abc import Sequence
from typing import cast

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2
from grpc_status import rpc_status


def error_reason(error: grpc.RpcError) -> str:
    """The reason in an error's google.rpc.ErrorInfo, such as USER_NOT_FOUND; empty without one."""
    info = error_details_pb2.ErrorInfo()
    return str(info.reason) if any(detail.Unpack(info) for detail in details_of(error)) else ""


def fields_at_fault(error: grpc.RpcError) -> list[str]:
    """The paths in an error's google.rpc.BadRequest, such as items[2].unit_price."""
    bad_request = error_details_pb2.BadRequest()
    if not any(detail.Unpack(bad_request) for detail in details_of(error)):
        return []
    return [violation.field for violation in bad_request.field_violations]


def details_of(error: grpc.RpcError) -> Sequence[Any]:
    """The details in an error's trailers. Works for blocking calls and for calls of asyncio."""
    # The error of a call has the methods of grpc.Call, but its static type does not include them.
    status = rpc_status.from_call(cast(grpc.Call, error))
    return () if status is None else status.details
