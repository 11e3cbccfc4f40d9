"""A limit on the number of fields in a message.

2 million empty items fit into 4 MiB, the limit in bytes, and decoding them takes 0.3 s.
"""

from ..domain.errors import TooManyFieldsError

_MAX_FIELDS = 20_000
_LONGEST_VARINT = 10
# The bytes of the value after a tag, by wire type. Groups are counted by the fields in them.
_FIXED_LENGTHS = {1: 8, 3: 0, 4: 0, 5: 4}


def check_fields(message: bytes) -> None:
    """Raises TooManyFieldsError. Counts the fields at the top level, and finds no other fault of the message."""
    # A field takes at least two bytes.
    if len(message) > 2 * _MAX_FIELDS and _has_more_fields(message):
        raise TooManyFieldsError(_MAX_FIELDS)


def _has_more_fields(message: bytes) -> bool:
    at = 0
    try:
        for _ in range(_MAX_FIELDS):
            if at >= len(message):
                return False
            tag, at = _varint(message, at)
            wire_type = tag & 7
            if wire_type == 0:
                _, at = _varint(message, at)
            elif wire_type == 2:
                length, at = _varint(message, at)
                at += length
            else:
                at += _FIXED_LENGTHS[wire_type]
    except (IndexError, KeyError):  # Not a valid message: the decoder reports it.
        return False
    return at < len(message)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Returns a varint and the place after it. Raises IndexError."""
    value = message[at]
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for place in range(1, _LONGEST_VARINT):
        byte = message[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise IndexError
