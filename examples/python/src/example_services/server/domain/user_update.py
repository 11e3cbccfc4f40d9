"""Updates of users: the fields that change, and the changed user."""

from collections.abc import Set

from example_protos.user.v2 import user_pb2

from .field_check import FieldCheck
from .user_rules import ADDRESS_PARTS, WRITABLE_FIELDS, check_user_id, check_user_is_set, check_writable, writable

_ALL = "*"
# The maximum number of paths: more than enough to name each field once. Checking a path takes about a microsecond.
_MAX_PATHS = 100
_PATHS = (*WRITABLE_FIELDS, *(f"address.{part}" for part in ADDRESS_PARTS), _ALL)


def changing_paths(request: user_pb2.UpdateUserRequest) -> Set[str]:
    """The paths of the mask. Without a mask, the fields that are set in the user."""
    paths = set(request.update_mask.paths)
    if not paths:
        return {field.name for field, _ in request.user.ListFields()}.intersection(WRITABLE_FIELDS)
    if _ALL in paths:
        return set(WRITABLE_FIELDS)
    if "address" in paths:
        return paths.intersection(WRITABLE_FIELDS)
    return paths.intersection(_PATHS)


def check_update(request: user_pb2.UpdateUserRequest) -> None:
    """Raises InvalidFieldsError."""
    check = FieldCheck()
    check_user_is_set(check, request)
    check.that(len(request.update_mask.paths) <= _MAX_PATHS, "update_mask.paths", f"must be at most {_MAX_PATHS}")
    check.raise_if_any()
    check_user_id(check, "user.id", request.user.id)
    check_writable(check, request.user, changing_paths(request))
    for index, path in enumerate(request.update_mask.paths):
        check.that(path in _PATHS, f"update_mask.paths[{index}]", "must name a field that can be changed, or be *")
    check.raise_if_any()


def updated(user: user_pb2.User, values: user_pb2.User, paths: Set[str]) -> user_pb2.User:
    """The user with the new values at the paths. Paths without a value are cleared.

    FieldMask.MergeMessage of protobuf does not clear parts of an address that `values` lacks.
    """
    after = user_pb2.User()
    after.CopyFrom(user)
    change = writable(values)
    for field in WRITABLE_FIELDS:
        (after if field in paths else change).ClearField(field)
    after.MergeFrom(change)
    for part in ADDRESS_PARTS:
        if f"address.{part}" in paths:
            setattr(after.address, part, getattr(values.address, part))
    return after
