"""Who calls, by their token, and whether the method is open to them."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import jwt

from ..domain.caller import Caller, current_caller
from ..domain.errors import PermissionDeniedError, UnauthenticatedError
from .around import AroundInterceptor, Context

# A method that is not here is for admins only: a new one is closed until somebody opens it.
_SCOPES = {
    "/user.v1.UserService/GetUser": "users.read",
    "/user.v1.UserService/ListUsers": "users.read",
    "/user.v1.UserService/CreateUser": "users.write",
    "/order.v1.OrderService/CreateOrder": "orders.write",
    "/order.v1.OrderService/UploadLineItems": "orders.write",
    "/order.v1.OrderService/OrderChat": "orders.write",
    "/order.v1.OrderService/GetOrder": "orders.read",
    "/order.v1.OrderService/ListOrders": "orders.read",
}
_OPEN_SERVICE = "/grpc.health.v1.Health/"
_SERVICE_FOR_EVERY_CALLER = re.compile(r"/grpc\.reflection\.v1(?:alpha)?\.ServerReflection/")

_BEARER = re.compile(r"bearer +([\w.~+/-]+=*)", re.ASCII | re.IGNORECASE)


class Authentication(AroundInterceptor):
    """Takes JSON Web Tokens signed by one key, and sets the call's caller."""

    def __init__(self, jwks_file: Path) -> None:
        """Reads a JSON Web Key Set that holds the issuer's public key, and no other."""
        (self._key,) = jwt.PyJWKSet.from_dict(json.loads(jwks_file.read_text())).keys

    @asynccontextmanager
    async def around(self, call: grpc.HandlerCallDetails, context: Context) -> AsyncIterator[None]:
        if not call.method.startswith(_OPEN_SERVICE):
            caller = self._caller_of(call)
            _check_access(caller, call.method)
            current_caller.set(caller)
        yield

    def _caller_of(self, call: grpc.HandlerCallDetails) -> Caller:
        # Names of metadata are lower case on the wire.
        values = [value for name, value in call.invocation_metadata if name == "authorization"]
        bearer = _BEARER.fullmatch(str(values[0])) if len(values) == 1 else None
        if bearer is None:
            raise UnauthenticatedError("send a token: authorization: Bearer TOKEN")
        try:
            # The algorithm is ours to choose: a token's own header is not to be believed before its signature is.
            # PyJWT refuses a token with an audience unless told which; this example takes any.
            claims = jwt.decode(
                bearer[1], self._key, algorithms=["ES256"], options={"require": ["sub", "exp"], "verify_aud": False}
            )
        except jwt.InvalidTokenError as error:
            raise UnauthenticatedError("the token is not valid") from error
        if not claims["sub"]:
            raise UnauthenticatedError("the token is not valid")
        scope = claims.get("scope")
        return Caller(claims["sub"], frozenset(scope.split(" ") if isinstance(scope, str) else ()))


def _check_access(caller: Caller, method: str) -> None:
    if caller.is_admin or _SERVICE_FOR_EVERY_CALLER.match(method):
        return
    scope = _SCOPES.get(method, "admin")
    if scope not in caller.scopes:
        raise PermissionDeniedError(f"the token does not have the scope {scope}")
