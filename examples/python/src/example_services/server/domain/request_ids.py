"""Requests that are safe to repeat."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from .errors import RequestIdReusedError

Result = TypeVar("Result")


class RequestIds(Generic[Result]):
    """The results of requests by their idempotency key. The key of a failed request is free again."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._results: dict[Hashable, tuple[Hashable, Result]] = {}

    def once(self, scope: Hashable, request_id: str, request: Hashable, write: Callable[[], Result]) -> Result:
        """Calls `write` for the first request, and returns the same result for its repetitions.

        Nothing awaits between look-up and write, so no other task of the event loop runs in between.

        `scope` is the caller and the method that the id belongs to, `request_id` is a UUID in any case or empty, and
        `request` is the validated request.
        Raises RequestIdReusedError when the id belongs to another request.
        """
        if request_id == "":
            return write()
        key = (scope, request_id.lower())
        known = self._results.get(key)
        if known is None:
            result = write()
            self._results[key] = (request, result)
            return result
        if known[0] != request:
            raise RequestIdReusedError(request_id, self._domain)
        return known[1]
