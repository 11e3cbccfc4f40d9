"""The reasons to refuse a request. The error mapping turns each into a status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldViolation:
    """One invalid field."""

    field: str
    """The path of the field in proto names, such as items[2].unit_price."""
    description: str
    """The rule that the field breaks."""


class ServiceError(Exception):
    """A refusal of a request. Its text is for the caller."""


class InvalidFieldsError(ServiceError):
    """The request breaks the field rules. Nothing was changed."""

    def __init__(self, violations: Sequence[FieldViolation], count: int) -> None:
        """Takes the first violations in field order, at least one, and their total number."""
        super().__init__(f"{count} invalid field(s), first {violations[0].field} {violations[0].description}")
        self.violations = violations


class UndecodableMessageError(ServiceError):
    """The bytes of a request cannot be decoded."""


class TooManyFieldsError(ServiceError):
    """A request has more fields than any request that a service accepts."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the message has more than {limit} fields: send fewer at once")


class NotFoundError(ServiceError):
    """The resource does not exist, or is hidden from this caller. The fields are those of google.rpc.ErrorInfo."""

    def __init__(self, text: str, reason: str, domain: str, metadata: Mapping[str, str]) -> None:
        super().__init__(text)
        self.reason = reason
        self.domain = domain
        self.metadata = metadata


class RequestIdReusedError(ServiceError):
    """The request_id was used for a different request."""

    def __init__(self, request_id: str, domain: str) -> None:
        super().__init__(f"the id {request_id} belongs to another request: give each request its own")
        self.request_id = request_id
        self.domain = domain


class PreconditionError(ServiceError):
    """The state of the resource does not allow the request."""

    def __init__(self, text: str, violation_type: str, subject: str) -> None:
        """Takes the failed check, such as ORDER_STATUS, and the resource's id."""
        super().__init__(text)
        self.violation_type = violation_type
        self.subject = subject


class ReaderTooSlowError(ServiceError):
    """A reader of a room is too far behind."""

    def __init__(self, max_lag: int, sequence: int) -> None:
        """Takes the maximum lag of a reader, in messages, and the number of the last message sent to the reader."""
        super().__init__(f"you are more than {max_lag} messages behind: join again with the sequence {sequence}")


class UnauthenticatedError(ServiceError):
    """The caller is unknown."""


class PermissionDeniedError(ServiceError):
    """The caller is known, but may not make this call."""


class TooManyCallsError(ServiceError):
    """The caller has exceeded the rate limit."""

    def __init__(self, retry_seconds: float) -> None:
        super().__init__("too many calls, try again later")
        self.retry_seconds = retry_seconds
