"""user.v2.UserService."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from example_protos.user.v1 import user_pb2 as v1
from example_protos.user.v2.user_pb2 import (
    Address,
    CreateUserRequest,
    GetUserRequest,
    ListUsersRequest,
    UpdateUserRequest,
    User,
)

from example_services.error_details import fields_at_fault

from .conftest import Running
from .failures import error_info, failure_of

if TYPE_CHECKING:
    from example_protos.user.v2.user_pb2_grpc import UserServiceAsyncStub

UUID = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"
ADDRESS = Address(street="1 Main Street", city="Cork", country="Ireland", zip_code="T12")


def maeve() -> User:
    return User(name="Maeve", email="maeve@example.com", age=41, roles=["b", "a", "b"], address=ADDRESS)


async def create(users: UserServiceAsyncStub, user: User, request_id: str = "") -> User:
    return (await users.CreateUser(CreateUserRequest(user=user, request_id=request_id))).user


async def get(users: UserServiceAsyncStub, user_id: str) -> User:
    return (await users.GetUser(GetUserRequest(id=user_id))).user


async def update(users: UserServiceAsyncStub, user: User, *paths: str) -> User:
    request = UpdateUserRequest(user=user, update_mask=FieldMask(paths=paths))
    return (await users.UpdateUser(request)).user


async def faults_of_new(users: UserServiceAsyncStub, user: User) -> list[str]:
    return fields_at_fault(await failure_of(create(users, user)))


async def test_a_user_is_created_and_got(users_v2: UserServiceAsyncStub) -> None:
    stranger = maeve()
    stranger.id = "usr-1"
    stranger.create_time.CopyFrom(Timestamp(seconds=1))
    created = await create(users_v2, stranger)
    assert created.create_time.seconds > 1_000_000_000
    assert created.create_time.nanos % 1_000_000 == 0
    expected = maeve()
    expected.id = "usr-4"
    expected.create_time.CopyFrom(created.create_time)
    assert created == expected
    assert await get(users_v2, "usr-4") == expected


async def test_what_is_absent_stays_absent_and_what_is_empty_empty(users_v2: UserServiceAsyncStub) -> None:
    none = await create(users_v2, User(name="A", email="a@b.c"))
    assert (none.HasField("age"), none.HasField("address")) == (False, False)
    empty = await create(users_v2, User(name="A", email="a@b.c", age=0, address=Address()))
    assert (empty.HasField("age"), empty.HasField("address")) == (True, True)


async def test_fields_that_nobody_knows_are_not_kept(running: Running) -> None:
    unknown = b"\x98\x06\x01"  # 99: 1
    address = b"\x32\x03" + unknown
    user = b"\x12\x01A\x1a\x05a@b.c" + address + unknown
    create_user: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = running.user_channel.unary_unary(
        "/user.v2.UserService/CreateUser"
    )
    response = await create_user(b"\x0a" + bytes([len(user)]) + user)
    assert unknown not in response


async def test_both_versions_serve_the_same_users(running: Running) -> None:
    users, users_v2 = running.users, running.users_v2
    old = await users.CreateUser(v1.CreateUserRequest(name="Old", email="old@example.com"))
    as_new = await get(users_v2, f"usr-{old.id}")
    assert (as_new.name, as_new.email, as_new.HasField("create_time")) == ("Old", "old@example.com", True)

    new = await create(users_v2, maeve())
    assert (new.id, await users.GetUser(v1.GetUserRequest(id=5))) == (
        "usr-5",
        v1.User(id=5, name="Maeve", email="maeve@example.com"),
    )
    await update(users_v2, User(id="usr-4", name="Older"), "name")
    assert (await users.GetUser(v1.GetUserRequest(id=4))).name == "Older"


async def test_pages_and_their_tokens_are_those_of_v1(running: Running) -> None:
    first = await running.users.ListUsers(v1.ListUsersRequest(page_size=2))
    rest = await running.users_v2.ListUsers(ListUsersRequest(page_token=first.next_page_token))
    assert ([user.id for user in rest.users], rest.next_page_token) == (["usr-3"], "")
    assert not rest.users[0].HasField("create_time")
    page = await running.users_v2.ListUsers(ListUsersRequest(page_size=2))
    assert page.next_page_token == first.next_page_token
    error = await failure_of(running.users_v2.ListUsers(ListUsersRequest(page_size=-1, page_token="x")))
    assert fields_at_fault(error) == ["page_size", "page_token"]


@pytest.mark.parametrize(
    "user_id",
    ["", "1", "usr-", "usr-0", "usr-01", "usr-+1", "usr--1", "usr-1 ", "usr-٣", "USR-1", "usr-9223372036854775808"],
)
async def test_what_is_no_id(users_v2: UserServiceAsyncStub, user_id: str) -> None:
    assert fields_at_fault(await failure_of(get(users_v2, user_id))) == ["id"]
    assert fields_at_fault(await failure_of(update(users_v2, User(id=user_id, age=1)))) == ["user.id"]


@pytest.mark.parametrize("user_id", ["usr-99", "usr-9223372036854775807"])
async def test_an_unknown_user_is_not_found(users_v2: UserServiceAsyncStub, user_id: str) -> None:
    for error in (
        await failure_of(get(users_v2, user_id)),
        await failure_of(update(users_v2, User(id=user_id), "age")),
        await failure_of(update(users_v2, User(id=user_id))),
    ):
        assert error.code() is grpc.StatusCode.NOT_FOUND
        assert error_info(error) == ("USER_NOT_FOUND", "user.example.com", {"user_id": user_id})


async def test_without_a_user_that_is_all_that_is_said(users_v2: UserServiceAsyncStub) -> None:
    new = await failure_of(users_v2.CreateUser(CreateUserRequest(request_id="x")))
    change = await failure_of(users_v2.UpdateUser(UpdateUserRequest(update_mask=FieldMask(paths=["x"]))))
    assert (fields_at_fault(new), fields_at_fault(change)) == (["user"], ["user"])


async def test_every_bad_field_is_named_in_order(users_v2: UserServiceAsyncStub) -> None:
    long = "😀" * 201
    bad = User(
        email="x",
        age=151,
        roles=["ok", "A", "", "a" * 51],
        address=Address(street=long, city="a\n", country=long, zip_code=long),
    )
    error = await failure_of(users_v2.CreateUser(CreateUserRequest(user=bad, request_id="x")))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_at_fault(error) == [
        "user.name",
        "user.email",
        "user.age",
        *(f"user.roles[{index}]" for index in (1, 2, 3)),
        *(f"user.address.{part}" for part in ("street", "city", "country", "zip_code")),
        "request_id",
    ]


async def test_the_limits_themselves_are_allowed(users_v2: UserServiceAsyncStub) -> None:
    for age in (0, 150):
        user = User(name="A", email="a@b.c", age=age, roles=["a" * 50] * 20, address=Address(street="😀" * 200))
        assert (await create(users_v2, user)).age == age
    assert await faults_of_new(users_v2, User(name="A", email="a@b.c", age=-1)) == ["user.age"]
    assert await faults_of_new(users_v2, User(name="A", email="a@b.c", roles=["A"] * 21)) == ["user.roles"]


async def test_a_request_id_makes_one_user(running: Running) -> None:
    users_v2 = running.users_v2
    created = await create(users_v2, maeve(), UUID)
    await update(users_v2, User(id=created.id, name="Mave"), "name")
    again = maeve()
    again.id = "of no meaning"
    assert await create(users_v2, again, UUID.upper()) == created

    of_v1 = await running.users.CreateUser(v1.CreateUserRequest(name="A", email="a@b.c", request_id=UUID))
    assert of_v1.id == 5

    for change in (User(age=0), User(roles=["c"]), User(address=Address(city="Dublin"))):
        other = maeve()
        other.MergeFrom(change)
        error = await failure_of(create(users_v2, other, UUID))
        assert error.code() is grpc.StatusCode.ALREADY_EXISTS
        assert error_info(error) == ("REQUEST_ID_REUSED", "user.example.com", {"request_id": UUID})


async def test_an_age_of_0_is_another_request_than_none(users_v2: UserServiceAsyncStub) -> None:
    await create(users_v2, User(name="A", email="a@b.c"), UUID)
    error = await failure_of(create(users_v2, User(name="A", email="a@b.c", age=0), UUID))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS


@pytest.mark.parametrize(
    ("paths", "values", "changed"),
    [
        (["age"], User(age=0, name="ignored"), User(age=0)),
        (["age"], User(), "age"),
        (["roles"], User(roles=["x"]), User(roles=["x"])),
        (["roles"], User(), "roles"),
        (["address"], User(address=Address(city="Dublin")), User(address=Address(city="Dublin"))),
        (["address"], User(address=Address()), User(address=Address())),
        (["address"], User(), "address"),
        (["address", "address.city"], User(), "address"),
        ([], User(id="usr-9", age=0, address=Address(city="Dublin")), User(age=0, address=Address(city="Dublin"))),
        ([], User(roles=["x"]), User(roles=["x"])),
        ([], User(), User()),
        (["name", "email"], User(name="M", email="m@b.c", age=1), User(name="M", email="m@b.c")),
    ],
)
async def test_an_update_changes_what_is_named(
    users_v2: UserServiceAsyncStub, paths: list[str], values: User, changed: User | str
) -> None:
    """`changed` is the user with the new values, or the name of a field that is absent."""
    expected = await create(users_v2, maeve())
    if isinstance(changed, str):
        expected.ClearField(changed)
    else:
        for field, _ in changed.ListFields():
            expected.ClearField(field.name)
        expected.MergeFrom(changed)
    named = User()
    named.CopyFrom(values)
    named.id = expected.id
    assert await update(users_v2, named, *paths) == expected
    assert await get(users_v2, expected.id) == expected


async def test_a_star_names_all_fields(users_v2: UserServiceAsyncStub) -> None:
    created = await create(users_v2, maeve())
    after = await update(users_v2, User(id=created.id, name="M", email="m@b.c"), "address.city", "*")
    assert after == User(id=created.id, name="M", email="m@b.c", create_time=created.create_time)


async def test_one_part_of_an_address(users_v2: UserServiceAsyncStub) -> None:
    created = await create(users_v2, maeve())
    values = User(id=created.id, address=Address(street="ignored", city="Dublin"))
    after = await update(users_v2, values, "address.city", "address.zip_code")
    assert after.address == Address(street="1 Main Street", city="Dublin", country="Ireland")
    after = await update(users_v2, User(id=created.id), "address.street")
    assert after.address == Address(city="Dublin", country="Ireland")
    # A part makes the address present, even if the part is empty.
    after = await update(users_v2, User(id="usr-1"), "address.city")
    assert after.HasField("address")


@pytest.mark.parametrize(
    "path", ["id", "create_time", "create_time.seconds", "roles.x", "address.x", "name.y", "", "Age"]
)
async def test_what_cannot_be_changed(users_v2: UserServiceAsyncStub, path: str) -> None:
    error = await failure_of(update(users_v2, User(id="usr-1", age=1), "age", path, "*"))
    assert fields_at_fault(error) == ["user.name", "user.email", "update_mask.paths[1]"]
    assert not (await get(users_v2, "usr-1")).HasField("age")


async def test_more_than_100_paths_are_not_checked(users_v2: UserServiceAsyncStub) -> None:
    assert (await update(users_v2, User(id="usr-1", age=1), *["age"] * 100)).age == 1
    error = await failure_of(update(users_v2, User(id="usr-1", age=2), *["id"] * 101))
    assert fields_at_fault(error) == ["update_mask.paths"]


async def test_only_what_changes_is_checked(users_v2: UserServiceAsyncStub) -> None:
    bad = User(id="usr-1", name="", email="x", age=200, roles=["A"], address=Address(city="a\n", street="b\n"))
    assert (await update(users_v2, User(id="usr-1", email="x", age=1), "age")).age == 1
    error = await failure_of(update(users_v2, bad, "x", "roles", "address.city"))
    assert fields_at_fault(error) == ["user.roles[0]", "user.address.city", "update_mask.paths[0]"]
    error = await failure_of(update(users_v2, bad))
    assert fields_at_fault(error) == [
        "user.email",
        "user.age",
        "user.roles[0]",
        "user.address.street",
        "user.address.city",
    ]


async def test_a_bad_update_of_an_unknown_user_is_a_bad_update(users_v2: UserServiceAsyncStub) -> None:
    error = await failure_of(update(users_v2, User(id="usr-99", age=200)))
    assert fields_at_fault(error) == ["user.age"]


async def test_of_updates_at_once_none_undoes_another(users_v2: UserServiceAsyncStub) -> None:
    changes = [
        (User(id="usr-1", age=7), "age"),
        (User(id="usr-1", roles=["x"]), "roles"),
        (User(id="usr-1", address=Address(city="Cork")), "address.city"),
        (User(id="usr-1", address=Address(country="Ireland")), "address.country"),
    ]
    await asyncio.gather(*(update(users_v2, *change) for change in changes))
    after = await get(users_v2, "usr-1")
    assert (after.age, list(after.roles), after.address) == (7, ["x"], Address(city="Cork", country="Ireland"))
