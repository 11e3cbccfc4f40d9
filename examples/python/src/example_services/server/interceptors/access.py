"""The scope that each method requires."""

import re

from ..domain.caller import Caller
from ..domain.errors import PermissionDeniedError

# Other methods are for admins only, so that a new method is closed until it gets a scope.
_SCOPES = {
    "/user.v1.UserService/GetUser": "users.read",
    "/user.v1.UserService/ListUsers": "users.read",
    "/user.v1.UserService/CreateUser": "users.write",
    "/user.v2.UserService/GetUser": "users.read",
    "/user.v2.UserService/ListUsers": "users.read",
    "/user.v2.UserService/CreateUser": "users.write",
    "/user.v2.UserService/UpdateUser": "users.write",
    "/order.v1.OrderService/CreateOrder": "orders.write",
    "/order.v1.OrderService/UploadLineItems": "orders.write",
    "/order.v1.OrderService/OrderChat": "orders.write",
    "/order.v1.OrderService/GetOrder": "orders.read",
    "/order.v1.OrderService/ListOrders": "orders.read",
}
_OPEN_SERVICE = "/grpc.health.v1.Health/"
_SERVICE_FOR_EVERY_CALLER = re.compile(r"/grpc\.reflection\.v1(?:alpha)?\.ServerReflection/")


def needs_token(method: str) -> bool:
    return not method.startswith(_OPEN_SERVICE)


def check_access(caller: Caller, method: str) -> None:
    """Raises PermissionDeniedError."""
    if caller.is_admin or _SERVICE_FOR_EVERY_CALLER.match(method):
        return
    scope = _SCOPES.get(method, "admin")
    if scope not in caller.scopes:
        raise PermissionDeniedError(f"the token does not have the scope {scope}")
