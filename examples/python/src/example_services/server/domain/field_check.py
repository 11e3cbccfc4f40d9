"""The rules that fields of several messages share."""

import re

from .errors import FieldViolation, InvalidFieldsError

# A longer list would not fit into the 8 KiB of trailers that most gRPC clients accept.
_MAX_REPORTED = 20

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_TAB_AND_LINE_FEED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class FieldCheck:
    """Collects all violations of one request, so that the caller gets them at once.

    Call the checks in field order, then `raise_if_any`.
    """

    def __init__(self) -> None:
        self._violations: list[FieldViolation] = []
        self._count = 0

    @property
    def ok(self) -> bool:
        return self._count == 0

    def that(self, ok: bool, field: str, description: str) -> None:
        """Records `description` against `field` unless `ok`."""
        if ok:
            return
        self._count += 1
        if len(self._violations) < _MAX_REPORTED:
            self._violations.append(FieldViolation(field, description))

    def text(self, field: str, value: str, max_length: int) -> None:
        """One line of 1 to `max_length` code points, without control characters (category Cc)."""
        ok = 1 <= len(value) <= max_length and not _CONTROL.search(value)
        self.that(ok, field, f"must have 1 to {max_length} characters and no control characters")

    def optional_text(self, field: str, value: str, max_length: int) -> None:
        """Like `text`, but may be empty."""
        ok = len(value) <= max_length and not _CONTROL.search(value)
        self.that(ok, field, f"must have at most {max_length} characters and no control characters")

    def multiline_text(self, field: str, value: str, max_length: int) -> None:
        """Like `text`, but tab and line feed are allowed."""
        ok = 1 <= len(value) <= max_length and not _CONTROL_BUT_TAB_AND_LINE_FEED.search(value)
        rule = f"must have 1 to {max_length} characters and no control characters except tab and line feed"
        self.that(ok, field, rule)

    def number(self, field: str, value: float, minimum: int, maximum: int) -> None:
        """A number from `minimum` to `maximum`, both inclusive. NaN is refused."""
        self.that(minimum <= value <= maximum, field, f"must be {minimum} to {maximum}")

    def optional_uuid(self, field: str, value: str) -> None:
        """Empty, or a UUID of any version, in upper or lower case."""
        self.that(value == "" or _UUID.fullmatch(value) is not None, field, "must be empty or a UUID")

    def raise_if_any(self) -> None:
        """Raises InvalidFieldsError when a check failed."""
        if not self.ok:
            raise InvalidFieldsError(self._violations, self._count)
