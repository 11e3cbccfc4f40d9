"""The two gRPC servers of the process."""

import asyncio

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from example_protos.order.v1 import order_pb2, order_pb2_grpc
from example_protos.user.v1 import user_pb2, user_pb2_grpc
from example_protos.user.v2 import user_pb2 as user_v2_pb2
from example_protos.user.v2 import user_pb2_grpc as user_v2_pb2_grpc

from .domain.chat import Chat
from .domain.orders import Orders
from .domain.users import Users
from .domain.users_v1 import UsersV1
from .domain.users_v2 import UsersV2
from .interceptors.authentication import Authentication
from .interceptors.call_log import CallLog
from .interceptors.error_mapping import ErrorMapping
from .interceptors.gate import Gate
from .interceptors.rate_limit import RateLimit
from .interceptors.requests import Requests
from .options import Options
from .order_servicer import OrderServicer
from .reflection_v1 import SERVICE_NAME as REFLECTION_V1
from .reflection_v1 import add_reflection_v1
from .user_directory import UserDirectory
from .user_v1_servicer import UserV1Servicer
from .user_v2_servicer import UserV2Servicer

_USER_SERVICES = tuple(file.DESCRIPTOR.services_by_name["UserService"].full_name for file in (user_pb2, user_v2_pb2))
_ORDER_SERVICES = (order_pb2.DESCRIPTOR.services_by_name["OrderService"].full_name,)

_CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", 4 * 1024 * 1024),
    # With SO_REUSEPORT, a second process could take the same port, and receive half of the connections.
    ("grpc.so_reuseport", 0),
]


class Servers:
    """UserService and OrderService, each with health and reflection."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._interceptors = _interceptors(options)
        self._health = {services: health.aio.HealthServicer() for services in (_USER_SERVICES, _ORDER_SERVICES)}
        self._user_server = self._server(_USER_SERVICES)
        self._order_server = self._server(_ORDER_SERVICES)
        # Both versions of UserService, side by side on the same users.
        users = Users()
        user_pb2_grpc.add_UserServiceServicer_to_server(UserV1Servicer(UsersV1(users)), self._user_server)
        user_v2_pb2_grpc.add_UserServiceServicer_to_server(UserV2Servicer(UsersV2(users)), self._user_server)
        orders = Orders()
        self._directory = None if options.users is None else UserDirectory(options.users, options.users_ca)
        order_servicer = OrderServicer(orders, Chat(orders), self._directory)
        order_pb2_grpc.add_OrderServiceServicer_to_server(order_servicer, self._order_server)

    async def start(self) -> tuple[str, str]:
        """Listens, and returns the addresses of UserService and OrderService."""
        addresses = (
            self._bind(self._user_server, self._options.user_address),
            self._bind(self._order_server, self._options.order_address),
        )
        for services, servicer in self._health.items():
            for service in services:
                await servicer.set(service, health_pb2.HealthCheckResponse.SERVING)
        await self._user_server.start()
        await self._order_server.start()
        return addresses

    async def stop(self, grace_seconds: float) -> None:
        """Reports NOT_SERVING, takes no new calls, and cancels the calls that have not ended after the grace period."""
        for servicer in self._health.values():
            await servicer.enter_graceful_shutdown()
        await asyncio.gather(self._user_server.stop(grace_seconds), self._order_server.stop(grace_seconds))
        if self._directory is not None:
            await self._directory.close()

    def _server(self, services: tuple[str, ...]) -> grpc.aio.Server:
        server = grpc.aio.server(interceptors=self._interceptors, options=_CHANNEL_OPTIONS)
        health_pb2_grpc.add_HealthServicer_to_server(self._health[services], server)
        described = [*services, health.SERVICE_NAME, reflection.SERVICE_NAME, REFLECTION_V1]
        reflection.enable_server_reflection(described, server)
        add_reflection_v1(described, server)
        return server

    def _bind(self, server: grpc.aio.Server, address: str) -> str:
        cert, key = self._options.tls_cert, self._options.tls_key
        if cert is None or key is None:
            port = server.add_insecure_port(address)
        else:
            credentials = grpc.ssl_server_credentials([(key.read_bytes(), cert.read_bytes())])
            port = server.add_secure_port(address, credentials)
        return f"{address.rpartition(':')[0]}:{port}"


def _interceptors(options: Options) -> list[grpc.aio.ServerInterceptor]:
    """Creates the servers. Their interceptors are listed from the outermost to the innermost."""
    authentication = None if options.jwks is None else Authentication(options.jwks)
    return [
        CallLog(),
        ErrorMapping(),
        Gate(authentication, RateLimit(options.calls_per_second)),
        Requests(),
    ]
