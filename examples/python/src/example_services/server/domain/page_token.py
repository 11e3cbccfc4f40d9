"""The tokens of pages of users."""

import base64
import re

_DECODED = re.compile(rb"v1:([1-9][0-9]{0,18})")
_MAX_INT64 = 2**63 - 1


def page_token(last_id: int) -> str:
    """The token of the page after the user `last_id`: base64url of `v1:<last id>`, without padding."""
    return base64.urlsafe_b64encode(b"v1:%d" % last_id).rstrip(b"=").decode()


def last_id_of(token: str) -> int | None:
    """The id in a token; None for an invalid token."""
    try:
        match = _DECODED.fullmatch(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        return None
    last_id = int(match[1]) if match else 0
    # Accepts only the exact spelling, because Python's decoder skips characters that are not base64.
    return last_id if 1 <= last_id <= _MAX_INT64 and page_token(last_id) == token else None
