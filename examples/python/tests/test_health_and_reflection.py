"""Health and reflection, which every server has."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from .conftest import Running
from .failures import collect, failure_of, send


@pytest.mark.parametrize(
    "service",
    [
        "",
        "user.v1.UserService",
        "user.v2.UserService",
        "order.v1.OrderService",
    ],
)
async def test_health(running: Running, service: str) -> None:
    channel = running.order_channel if "order" in service else running.user_channel
    health: Any = health_pb2_grpc.HealthStub(channel)
    response = await health.Check(health_pb2.HealthCheckRequest(service=service))
    assert response.status == health_pb2.HealthCheckResponse.SERVING


async def test_health_of_a_service_that_is_not_there(running: Running) -> None:
    health: Any = health_pb2_grpc.HealthStub(running.user_channel)
    for service in ("none", "order.v1.OrderService"):
        error = await failure_of(health.Check(health_pb2.HealthCheckRequest(service=service)))
        assert error.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection(running: Running, version: str) -> None:
    call = running.user_channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = [reflection_pb2.ServerReflectionRequest(list_services="*")]
    services = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "user.v1.UserService",
        "user.v2.UserService",
    ]
    for service in services:
        requests.append(reflection_pb2.ServerReflectionRequest(file_containing_symbol=service))
    listed, *files = await collect(call(send(*requests)))
    assert [service.name for service in listed.list_services_response.service] == services
    assert all(file.file_descriptor_response.file_descriptor_proto for file in files)
