"""Requests that are safe to repeat."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from .errors import RequestIdReusedError

Answer = TypeVar("Answer")


class RequestIds(Generic[Answer]):
    """The results of requests by their idempotency key. The key of a failed request is free again."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._answers: dict[Hashable, tuple[Hashable, Answer]] = {}

    def once(self, scope: Hashable, request_id: str, request: Hashable, write: Callable[[], Answer]) -> Answer:
        """Does `write` the first time, and returns its result from then on.

        Nothing in here awaits: on one event loop, look-up and write are one step.

        `scope` is whose id it is and of what, `request_id` a UUID in any case or empty, `request` what is asked for.
        Raises RequestIdReusedError when the id belongs to another request.
        """
        if request_id == "":
            return write()
        key = (scope, request_id.lower())
        known = self._answers.get(key)
        if known is None:
            answer = write()
            self._answers[key] = (request, answer)
            return answer
        if known[0] != request:
            raise RequestIdReusedError(request_id, self._domain)
        return known[1]
