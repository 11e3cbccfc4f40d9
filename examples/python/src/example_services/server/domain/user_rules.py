"""The rules for the fields of users."""

import re
from collections.abc import Container, Sequence

from example_protos.user.v2 import user_pb2

from .field_check import FieldCheck

# The fields of a user that callers set; the server sets id and create_time.
WRITABLE_FIELDS = ("name", "email", "age", "roles", "address")
ADDRESS_PARTS = ("street", "city", "country", "zip_code")

_MAX_NAME_LENGTH = 200
_MAX_EMAIL_LENGTH = 254
_MAX_AGE = 150
_MAX_ROLES = 20
_MAX_ADDRESS_PART_LENGTH = 200

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The address of HTML's e-mail input, with a local part of at most 64 characters and at least two labels after the @.
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
_ROLE = re.compile(r"[a-z0-9._-]{1,50}")

_ID = re.compile(r"usr-([1-9][0-9]{0,18})")
_MAX_NUMBER = 2**63 - 1


def number_of(user_id: str) -> int:
    """The number in an id of user.v2, such as 4 for usr-4: the user's id in user.v1. 0 when the id is invalid."""
    match = _ID.fullmatch(user_id)
    number = int(match[1]) if match else 0
    return number if number <= _MAX_NUMBER else 0


def check_user_id(check: FieldCheck, field: str, value: str) -> None:
    check.that(number_of(value) != 0, field, "must be usr- and the number of a user, such as usr-1")


def check_name(check: FieldCheck, field: str, value: str) -> None:
    check.text(field, value, _MAX_NAME_LENGTH)


def check_email(check: FieldCheck, field: str, value: str) -> None:
    is_email = len(value) <= _MAX_EMAIL_LENGTH and _EMAIL.fullmatch(value) is not None
    check.that(is_email, field, f"must be an e-mail address of at most {_MAX_EMAIL_LENGTH} characters")


def check_new_user(request: user_pb2.CreateUserRequest) -> None:
    """Raises InvalidFieldsError."""
    check = FieldCheck()
    check_user_is_set(check, request)
    check_writable(check, request.user, WRITABLE_FIELDS)
    check.optional_uuid("request_id", request.request_id)
    check.raise_if_any()


def check_user_is_set(check: FieldCheck, request: user_pb2.CreateUserRequest | user_pb2.UpdateUserRequest) -> None:
    """Checks that a request has a user, which all other checks need. Raises InvalidFieldsError."""
    check.that(request.HasField("user"), "user", "must be set")
    check.raise_if_any()


def check_writable(check: FieldCheck, user: user_pb2.User, paths: Container[str]) -> None:
    """Records the violations of the values at the paths: fields of a user, or parts such as address.city."""
    if "name" in paths:
        check_name(check, "user.name", user.name)
    if "email" in paths:
        check_email(check, "user.email", user.email)
    if "age" in paths:
        check.number("user.age", user.age, 0, _MAX_AGE)
    if "roles" in paths:
        _check_roles(check, user.roles)
    for part in ADDRESS_PARTS:
        if "address" in paths or f"address.{part}" in paths:
            check.optional_text(f"user.address.{part}", getattr(user.address, part), _MAX_ADDRESS_PART_LENGTH)


def _check_roles(check: FieldCheck, roles: Sequence[str]) -> None:
    """Checks roles. If there are too many, they are not checked one by one."""
    if len(roles) > _MAX_ROLES:
        check.that(False, "user.roles", f"must be at most {_MAX_ROLES}")
        return
    for index, role in enumerate(roles):
        is_role = _ROLE.fullmatch(role) is not None
        check.that(is_role, f"user.roles[{index}]", "must have 1 to 50 characters of a-z, 0-9, dot, _ and -")


def writable(user: user_pb2.User) -> user_pb2.User:
    """The fields that the caller decides, without unknown fields."""
    copy = user_pb2.User(name=user.name, email=user.email, roles=user.roles)
    if user.HasField("age"):
        copy.age = user.age
    if user.HasField("address"):
        parts = {part: getattr(user.address, part) for part in ADDRESS_PARTS}
        copy.address.CopyFrom(user_pb2.Address(**parts))
    return copy
