"""The users in the form of user.v2: with age, roles and address. They can be changed."""

from example_protos.user.v2 import user_pb2

from .caller import Caller
from .errors import NotFoundError
from .field_check import FieldCheck
from .request_ids import RequestIds
from .user_rules import check_new_user, check_user_id, number_of, writable
from .user_update import changing_paths, check_update, updated
from .users import ERROR_DOMAIN, Users


class UsersV2:
    """Every method raises InvalidFieldsError."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._request_ids: RequestIds[user_pb2.User] = RequestIds(ERROR_DOMAIN)

    def get(self, request: user_pb2.GetUserRequest) -> user_pb2.GetUserResponse:
        """Raises NotFoundError (USER_NOT_FOUND)."""
        check = FieldCheck()
        check_user_id(check, "id", request.id)
        check.raise_if_any()
        return user_pb2.GetUserResponse(user=self._find(request.id))

    def create(self, request: user_pb2.CreateUserRequest, caller: Caller) -> user_pb2.CreateUserResponse:
        """Raises RequestIdReusedError."""
        check_new_user(request)
        new = writable(request.user)
        asked = new.SerializeToString(deterministic=True)
        user = self._request_ids.once(caller.subject, request.request_id, asked, lambda: self._users.add(new))
        return user_pb2.CreateUserResponse(user=user)

    def page(self, request: user_pb2.ListUsersRequest) -> user_pb2.ListUsersResponse:
        """Users by ascending number of the id."""
        users, next_page_token = self._users.page(request.page_size, request.page_token)
        return user_pb2.ListUsersResponse(users=users, next_page_token=next_page_token)

    def update(self, request: user_pb2.UpdateUserRequest) -> user_pb2.UpdateUserResponse:
        """Raises NotFoundError (USER_NOT_FOUND)."""
        check_update(request)
        user = updated(self._find(request.user.id), request.user, changing_paths(request))
        self._users.replace(number_of(user.id), user)
        return user_pb2.UpdateUserResponse(user=user)

    def _find(self, user_id: str) -> user_pb2.User:
        user = self._users.find(number_of(user_id))
        if user is None:
            raise NotFoundError(f"there is no user {user_id}", "USER_NOT_FOUND", ERROR_DOMAIN, {"user_id": user_id})
        return user
