"""The rules for the fields of chat messages. Every check raises InvalidFieldsError."""

from example_protos.order.v1 import order_pb2

from .field_check import FieldCheck
from .order_rules import MAX_ID_LENGTH

_MAX_SENDER_LENGTH = 100
_MAX_TEXT_LENGTH = 4_000


def check_first_message(message: order_pb2.ChatMessage) -> None:
    """Checks the first message of a stream, whose text may be empty."""
    check = FieldCheck()
    check.text("order_id", message.order_id, MAX_ID_LENGTH)
    check.text("sender", message.sender, _MAX_SENDER_LENGTH)
    if message.text:
        check.multiline_text("text", message.text, _MAX_TEXT_LENGTH)
    check.that(message.sequence >= 0, "sequence", "must not be negative")
    check.optional_uuid("message_id", message.message_id)
    check.raise_if_any()


def check_sequence(sequence: int, last: int) -> None:
    """Checks that the sequence is not beyond the last message of the room."""
    check = FieldCheck()
    check.that(sequence <= last, "sequence", f"must be at most {last}, the number of the room's last message")
    check.raise_if_any()


def check_later_message(message: order_pb2.ChatMessage, first: order_pb2.ChatMessage) -> None:
    """Checks a later message of the stream that `first` began."""
    check = FieldCheck()
    check.that(message.order_id in ("", first.order_id), "order_id", "must be empty or that of the first message")
    check.that(message.sender in ("", first.sender), "sender", "must be empty or that of the first message")
    check.multiline_text("text", message.text, _MAX_TEXT_LENGTH)
    check.optional_uuid("message_id", message.message_id)
    check.raise_if_any()
