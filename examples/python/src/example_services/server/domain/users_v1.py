"""The users in the form of user.v1: a number, a name and an e-mail address."""

from example_protos.user.v1 import user_pb2
from example_protos.user.v2 import user_pb2 as user_v2_pb2

from .caller import Caller
from .errors import NotFoundError
from .field_check import FieldCheck
from .request_ids import RequestIds
from .user_rules import check_email, check_name, number_of
from .users import ERROR_DOMAIN, Users


class UsersV1:
    """Every method raises InvalidFieldsError."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._request_ids: RequestIds[user_pb2.User] = RequestIds(ERROR_DOMAIN)

    def get(self, request: user_pb2.GetUserRequest) -> user_pb2.User:
        """Raises NotFoundError (USER_NOT_FOUND)."""
        check = FieldCheck()
        check.that(request.id >= 1, "id", "must be 1 or more")
        check.raise_if_any()
        user = self._users.find(request.id)
        if user is None:
            text = f"there is no user {request.id}"
            raise NotFoundError(text, "USER_NOT_FOUND", ERROR_DOMAIN, {"user_id": str(request.id)})
        return _in_v1(user)

    def create(self, request: user_pb2.CreateUserRequest, caller: Caller) -> user_pb2.User:
        """Raises RequestIdReusedError."""
        check = FieldCheck()
        check_name(check, "name", request.name)
        check_email(check, "email", request.email)
        check.optional_uuid("request_id", request.request_id)
        check.raise_if_any()

        def add() -> user_pb2.User:
            return _in_v1(self._users.add(user_v2_pb2.User(name=request.name, email=request.email)))

        return self._request_ids.once(caller.subject, request.request_id, (request.name, request.email), add)

    def page(self, request: user_pb2.ListUsersRequest) -> user_pb2.ListUsersResponse:
        """Users by ascending id."""
        users, next_page_token = self._users.page(request.page_size, request.page_token)
        return user_pb2.ListUsersResponse(users=map(_in_v1, users), next_page_token=next_page_token)


def _in_v1(user: user_v2_pb2.User) -> user_pb2.User:
    return user_pb2.User(id=number_of(user.id), name=user.name, email=user.email)
