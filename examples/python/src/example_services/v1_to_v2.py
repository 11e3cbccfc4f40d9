"""`python -m example_services.v1_to_v2`: moves from user.v1 to user.v2, each old call beside the new one.

A server has both, on the same users: callers can move one by one, and a program can use both.
"""

import sys

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from example_protos.user.v1 import user_pb2 as v1
from example_protos.user.v1 import user_pb2_grpc as v1_grpc
from example_protos.user.v2 import user_pb2 as v2
from example_protos.user.v2 import user_pb2_grpc as v2_grpc

from .channel import open_channel
from .client_options import ClientOptions, parse_client_options

_SECONDS = 5


def run(options: ClientOptions) -> None:
    with open_channel(options.user_address, options.ca, options.token) as channel:
        was, now = v1_grpc.UserServiceStub(channel), v2_grpc.UserServiceStub(channel)
        get(was, now)
        create(was, now)
        list_users(was, now)
        update(now)


def get(was: v1_grpc.UserServiceStub, now: v2_grpc.UserServiceStub) -> None:
    """Ids are texts, not numbers. The user is a field of the response."""
    old = was.GetUser(v1.GetUserRequest(id=1), timeout=_SECONDS)
    print("was:", old.id, old.name)

    new = now.GetUser(v2.GetUserRequest(id="usr-1"), timeout=_SECONDS).user
    print("is:", new.id, new.name)


def create(was: v1_grpc.UserServiceStub, now: v2_grpc.UserServiceStub) -> None:
    """The fields of the new user are in `user`, not in the request itself. user.v2 has more fields."""
    old = was.CreateUser(v1.CreateUserRequest(name="Maeve", email="maeve@example.com"), timeout=_SECONDS)
    print("created:", old.name)

    maeve = v2.User(name="Maeve", email="maeve@example.com", age=0, roles=["reader"], address=v2.Address(city="Cork"))
    new = now.CreateUser(v2.CreateUserRequest(user=maeve), timeout=_SECONDS).user
    # An age of 0 counts as set; HasField is False when the age is unset.
    print("created:", new.name, new.age, new.HasField("age"), *new.roles, new.address.city, new.HasField("create_time"))


def list_users(was: v1_grpc.UserServiceStub, now: v2_grpc.UserServiceStub) -> None:
    """Pages and their tokens are the same in both versions."""
    old = was.ListUsers(v1.ListUsersRequest(page_size=2), timeout=_SECONDS)
    print("was:", *(user.id for user in old.users))

    rest = v2.ListUsersRequest(page_size=2, page_token=old.next_page_token)
    new = now.ListUsers(rest, timeout=_SECONDS)
    print("is:", *(user.id for user in new.users))


def update(now: v2_grpc.UserServiceStub) -> None:
    """user.v1 has no updates. The mask names the fields that change; all others stay."""
    change = v2.UpdateUserRequest(
        user=v2.User(id="usr-3", age=41, address=v2.Address(city="Cork")),
        update_mask=FieldMask(paths=["age", "address.city"]),
    )
    after = now.UpdateUser(change, timeout=_SECONDS).user
    print("updated:", after.name, after.age, after.address.city)

    # A field that the mask names and that the user does not set is cleared.
    forget = v2.UpdateUserRequest(user=v2.User(id="usr-3"), update_mask=FieldMask(paths=["age"]))
    after = now.UpdateUser(forget, timeout=_SECONDS).user
    print("age is known:", after.HasField("age"))


if __name__ == "__main__":
    try:
        run(parse_client_options("example_services.v1_to_v2"))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
