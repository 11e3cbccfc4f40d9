"""user.v1.UserService on the domain."""

from typing import Any

import grpc

from example_protos.user.v1 import user_pb2, user_pb2_grpc

from .domain.caller import current_caller
from .domain.users_v1 import UsersV1


class UserV1Servicer(user_pb2_grpc.UserServiceServicer):
    """Methods raise errors; the interceptors turn them into statuses."""

    def __init__(self, users: UsersV1) -> None:
        self._users = users

    async def GetUser(
        self, request: user_pb2.GetUserRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> user_pb2.User:
        return self._users.get(request)

    async def CreateUser(
        self, request: user_pb2.CreateUserRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> user_pb2.User:
        return self._users.create(request, current_caller.get())

    async def ListUsers(
        self, request: user_pb2.ListUsersRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> user_pb2.ListUsersResponse:
        return self._users.page(request)
