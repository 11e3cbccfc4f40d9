"""The people who use the system."""

from example_protos.user.v2 import user_pb2

from .clock import now
from .field_check import FieldCheck
from .page_token import last_id_of, page_token

ERROR_DOMAIN = "user.example.com"
_DEFAULT_PAGE_SIZE = 50
_MAX_PAGE_SIZE = 1_000


class Users:
    """Users in memory, three at first. They have the form of the newest API version, and both versions serve them.

    Returned users never change: an update stores a new message in their place. No method awaits, so no other task of
    the event loop runs during a method.
    """

    def __init__(self) -> None:
        # The user with the number N is at index N - 1.
        self._users = [
            user_pb2.User(id="usr-1", name="Aoife", email="aoife@example.com"),
            user_pb2.User(id="usr-2", name="Cillian", email="cillian@example.com"),
            user_pb2.User(id="usr-3", name="Niamh", email="niamh@example.com"),
        ]

    def find(self, number: int) -> user_pb2.User | None:
        """The user with a number of 1 or more."""
        return self._users[number - 1] if number <= len(self._users) else None

    def add(self, new: user_pb2.User) -> user_pb2.User:
        """Stores a user with a new id and the current time."""
        user = user_pb2.User(id=f"usr-{len(self._users) + 1}", create_time=now())
        user.MergeFrom(new)
        self._users.append(user)
        return user

    def replace(self, number: int, user: user_pb2.User) -> None:
        """Replaces an existing user."""
        self._users[number - 1] = user

    def page(self, page_size: int, token: str) -> tuple[list[user_pb2.User], str]:
        """Users by ascending number, and the token of the next page. Raises InvalidFieldsError."""
        after = 0 if token == "" else last_id_of(token)
        check = FieldCheck()
        check.that(page_size >= 0, "page_size", "must not be negative")
        check.that(after is not None, "page_token", "must be empty or the next_page_token of the page before")
        check.raise_if_any()
        start = after or 0
        end = start + min(page_size or _DEFAULT_PAGE_SIZE, _MAX_PAGE_SIZE)
        return self._users[start:end], page_token(end) if end < len(self._users) else ""
