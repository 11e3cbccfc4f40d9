"""The people who use the system."""

import re

from example_protos.user.v1 import user_pb2

from .caller import Caller
from .errors import NotFoundError
from .field_check import FieldCheck
from .page_token import last_id_of, page_token
from .request_ids import RequestIds

_ERROR_DOMAIN = "user.example.com"
_MAX_EMAIL_LENGTH = 254
_DEFAULT_PAGE_SIZE = 50
_MAX_PAGE_SIZE = 1_000

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The address of HTML's e-mail input, with a local part of at most 64 characters and at least two labels after the @.
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


class Users:
    """Users in memory, three to begin with. Every method raises InvalidFieldsError."""

    def __init__(self) -> None:
        # The user with the id N is at N - 1.
        self._users = [
            user_pb2.User(id=1, name="Aoife", email="aoife@example.com"),
            user_pb2.User(id=2, name="Cillian", email="cillian@example.com"),
            user_pb2.User(id=3, name="Niamh", email="niamh@example.com"),
        ]
        self._request_ids: RequestIds[user_pb2.User] = RequestIds(_ERROR_DOMAIN)

    def get(self, user_id: int) -> user_pb2.User:
        """Raises NotFoundError, USER_NOT_FOUND."""
        check = FieldCheck()
        check.that(user_id >= 1, "id", "must be 1 or more")
        check.raise_if_any()
        if user_id > len(self._users):
            text = f"there is no user {user_id}"
            raise NotFoundError(text, "USER_NOT_FOUND", _ERROR_DOMAIN, {"user_id": str(user_id)})
        return self._users[user_id - 1]

    def create(self, request: user_pb2.CreateUserRequest, caller: Caller) -> user_pb2.User:
        """Raises RequestIdReusedError."""
        check = FieldCheck()
        check.text("name", request.name, 200)
        is_email = len(request.email) <= _MAX_EMAIL_LENGTH and _EMAIL.fullmatch(request.email) is not None
        check.that(is_email, "email", f"must be an e-mail address of at most {_MAX_EMAIL_LENGTH} characters")
        check.optional_uuid("request_id", request.request_id)
        check.raise_if_any()

        def add() -> user_pb2.User:
            user = user_pb2.User(id=len(self._users) + 1, name=request.name, email=request.email)
            self._users.append(user)
            return user

        return self._request_ids.once(caller.subject, request.request_id, (request.name, request.email), add)

    def page(self, request: user_pb2.ListUsersRequest) -> user_pb2.ListUsersResponse:
        """Users by ascending id."""
        after = 0 if request.page_token == "" else last_id_of(request.page_token)
        check = FieldCheck()
        check.that(request.page_size >= 0, "page_size", "must not be negative")
        check.that(after is not None, "page_token", "must be empty or the next_page_token of the page before")
        check.raise_if_any()
        start = after or 0
        end = start + min(request.page_size or _DEFAULT_PAGE_SIZE, _MAX_PAGE_SIZE)
        next_page_token = page_token(end) if end < len(self._users) else ""
        return user_pb2.ListUsersResponse(users=self._users[start:end], next_page_token=next_page_token)
