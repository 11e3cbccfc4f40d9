"""UserService."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest

from example_protos.user.v1.user_pb2 import CreateUserRequest, GetUserRequest, ListUsersRequest

from example_services.error_details import fields_at_fault
from example_services.server.domain.page_token import last_id_of, page_token

from .failures import error_info, failure_of

if TYPE_CHECKING:
    from example_protos.user.v1.user_pb2_grpc import UserServiceAsyncStub

UUID = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"


async def test_a_fresh_store_holds_three_users(users: UserServiceAsyncStub) -> None:
    page = await users.ListUsers(ListUsersRequest())
    assert [(user.id, user.name) for user in page.users] == [(1, "Aoife"), (2, "Cillian"), (3, "Niamh")]
    assert page.next_page_token == ""
    assert (await users.GetUser(GetUserRequest(id=1))).email == "aoife@example.com"


async def test_an_unknown_user_is_not_found(users: UserServiceAsyncStub) -> None:
    error = await failure_of(users.GetUser(GetUserRequest(id=2**63 - 1)))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert error_info(error) == ("USER_NOT_FOUND", "user.example.com", {"user_id": "9223372036854775807"})


@pytest.mark.parametrize("user_id", [0, -1])
async def test_an_id_below_1_is_a_bad_field(users: UserServiceAsyncStub, user_id: int) -> None:
    assert fields_at_fault(await failure_of(users.GetUser(GetUserRequest(id=user_id)))) == ["id"]


async def test_pages(users: UserServiceAsyncStub) -> None:
    for number in range(4, 1_103):
        await users.CreateUser(CreateUserRequest(name=f"user {number}", email="a@b.c"))

    async def ids(**request: int | str) -> tuple[list[int], str]:
        page = await users.ListUsers(ListUsersRequest(**request))  # type: ignore[arg-type]
        return [user.id for user in page.users], page.next_page_token

    assert await ids() == (list(range(1, 51)), page_token(50))
    assert await ids(page_size=1_001) == (list(range(1, 1_001)), page_token(1_000))
    assert await ids(page_size=102, page_token=page_token(1_000)) == (list(range(1_001, 1_103)), "")
    assert await ids(page_token=page_token(2**63 - 1)) == ([], "")


async def test_bad_pages(users: UserServiceAsyncStub) -> None:
    error = await failure_of(users.ListUsers(ListUsersRequest(page_size=-1, page_token="x")))
    assert fields_at_fault(error) == ["page_size", "page_token"]


@pytest.mark.parametrize("last_id", [1, 50, 2**53 + 1, 2**63 - 1])
def test_a_page_token_is_read_back(last_id: int) -> None:
    assert last_id_of(page_token(last_id)) == last_id


def test_a_page_token_is_spelled_as_in_every_language() -> None:
    assert page_token(50) == "djE6NTA"


@pytest.mark.parametrize(
    "token",
    ["", "!!!", "djE6NTA=", "djE6NTA+", "djE6NTB", " djE6NTA", "djI6NTA", "djE6eA", "djE6MA", "djE6LTE", "djE6MDUw",
     "djE6NTAg", "djE6OTIyMzM3MjAzNjg1NDc3NTgwOA", "ü"],
)  # fmt: skip
def test_what_is_no_page_token(token: str) -> None:
    assert last_id_of(token) is None


@pytest.mark.parametrize(
    "email",
    ["a@b.c", "first.last+tag@example.com", "!#$%&'*+/=?^_{|}~-@example.com", ".a..b.@example.com",
     f"{'a' * 64}@example.com", f"a@{'a' * 63}.com", ".".join([f"a@{'a' * 63}", "a" * 63, "a" * 63, "a" * 60])],
)  # fmt: skip
async def test_an_email_address_may_be(users: UserServiceAsyncStub, email: str) -> None:
    assert (await users.CreateUser(CreateUserRequest(name="Aoife", email=email))).email == email


@pytest.mark.parametrize(
    "email",
    ["", "a", "@example.com", "a@", "a@example", "a@example.", "a@.com", "a@b..com", "a@-b.com", "a@b-.com",
     "a b@example.com", "a@example.com\n", "a@b@example.com", "ü@example.com", "a@bücher.example", "a`@example.com",
     f"{'a' * 65}@example.com", f"a@{'a' * 64}.com", ".".join([f"a@{'a' * 63}", "a" * 63, "a" * 63, "a" * 61])],
)  # fmt: skip
async def test_an_email_address_may_not_be(users: UserServiceAsyncStub, email: str) -> None:
    assert fields_at_fault(await failure_of(users.CreateUser(CreateUserRequest(name="Aoife", email=email)))) == [
        "email"
    ]


async def test_lengths_are_counted_in_code_points(users: UserServiceAsyncStub) -> None:
    await users.CreateUser(CreateUserRequest(name="😀" * 200, email="a@b.c"))
    error = await failure_of(users.CreateUser(CreateUserRequest(name="😀" * 201, email="", request_id="x")))
    assert fields_at_fault(error) == ["name", "email", "request_id"]


@pytest.mark.parametrize("name", ["a\0", "a\t", "a\n", "\x7f", "\x85"])
async def test_control_characters_are_refused(users: UserServiceAsyncStub, name: str) -> None:
    assert fields_at_fault(await failure_of(users.CreateUser(CreateUserRequest(name=name, email="a@b.c")))) == ["name"]


async def test_a_request_id_makes_one_user_of_a_hundred_calls(users: UserServiceAsyncStub) -> None:
    request = CreateUserRequest(name="Maeve", email="maeve@example.com", request_id=UUID)
    responses = await asyncio.gather(*(users.CreateUser(request) for _ in range(100)))
    request.request_id = UUID.upper()
    responses.append(await users.CreateUser(request))
    assert {response.id for response in responses} == {4}
    assert len((await users.ListUsers(ListUsersRequest())).users) == 4

    request.name = "Mave"
    error = await failure_of(users.CreateUser(request))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS
    assert error_info(error) == ("REQUEST_ID_REUSED", "user.example.com", {"request_id": UUID.upper()})


async def test_what_failed_is_not_remembered(users: UserServiceAsyncStub) -> None:
    await failure_of(users.CreateUser(CreateUserRequest(name="Maeve", request_id=UUID)))
    assert (await users.CreateUser(CreateUserRequest(name="Maeve", email="a@b.c", request_id=UUID))).id == 4
