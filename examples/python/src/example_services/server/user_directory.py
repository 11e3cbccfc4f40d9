"""The users of UserService, with which OrderService checks customers."""

import re
from pathlib import Path
from typing import Any

import grpc

from example_protos.user.v2 import user_pb2, user_pb2_grpc

from ..channel import open_aio_channel
from .domain.errors import PermissionDeniedError, PreconditionError

# The timeout of a lookup during a call that has no timeout.
_SECONDS = 30

# Customers with other ids need not be users.
_USER_ID = re.compile(r"usr-[1-9]\d*", re.ASCII)


class UserDirectory:
    """Looks up users during a call that OrderService is serving. The lookup ends with that call."""

    def __init__(self, target: str, ca: Path | None) -> None:
        """With `ca`, the root certificate of UserService, lookups use TLS, and carry the caller's token."""
        self._is_secure = ca is not None
        self._channel = open_aio_channel(target, ca)
        self._users: user_pb2_grpc.UserServiceAsyncStub = user_pb2_grpc.UserServiceStub(self._channel)

    async def check_customer(self, customer_id: str, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        """Raises PreconditionError (CUSTOMER) for the id of a user who does not exist, and PermissionDeniedError."""
        if _USER_ID.fullmatch(customer_id) and not await self._has(customer_id, context):
            text = f"there is no user {customer_id}: create the user first, or use the id of one that exists"
            raise PreconditionError(text, "CUSTOMER", customer_id)

    async def close(self) -> None:
        await self._channel.close()

    async def _has(self, user_id: str, context: grpc.aio.ServicerContext[Any, Any]) -> bool:
        seconds_left = context.time_remaining()
        try:
            await self._users.GetUser(
                user_pb2.GetUserRequest(id=user_id),
                timeout=_SECONDS if seconds_left is None else seconds_left,
                credentials=_token_of(context) if self._is_secure else None,
            )
            return True
        except grpc.aio.AioRpcError as error:
            code = error.code()
            # INVALID_ARGUMENT means that the number in the id is too large for any user.
            if code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT):
                return False
            if code is grpc.StatusCode.PERMISSION_DENIED:
                text = "an order for a user needs a token with the scope users.read as well"
                raise PermissionDeniedError(text) from error
            if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                await context.abort(code, "UserService does not respond, try again later")
            raise


def _token_of(context: grpc.aio.ServicerContext[Any, Any]) -> grpc.CallCredentials | None:
    for name, value in context.invocation_metadata() or ():
        if name == "authorization":
            return grpc.access_token_call_credentials(str(value).partition(" ")[2].lstrip())
    return None
