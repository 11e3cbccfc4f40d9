"""The rooms in which people talk about orders."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from example_protos.order.v1 import order_pb2

from .caller import Caller
from .chat_rules import check_first_message, check_later_message, check_sequence
from .clock import now
from .errors import FieldViolation, InvalidFieldsError, PermissionDeniedError, ReaderTooSlowError, ServiceError
from .orders import ERROR_DOMAIN, Orders
from .request_ids import RequestIds

# How many messages a reader may lag behind the room.
MAX_LAG = 10_000


class _Room:
    """The messages of one order. The message with the sequence N is at index N - 1."""

    def __init__(self) -> None:
        self.messages: list[order_pb2.ChatMessage] = []
        self.bells: set[asyncio.Event] = set()
        self._message_ids: RequestIds[int] = RequestIds(ERROR_DOMAIN)

    def store(self, first: order_pb2.ChatMessage, message: order_pb2.ChatMessage, caller: Caller) -> None:
        """Numbers, stamps and stores a message of the stream that `first` began. Raises RequestIdReusedError."""

        def append() -> int:
            stored = order_pb2.ChatMessage(
                order_id=first.order_id,
                sender=first.sender,
                text=message.text,
                create_time=now(),
                sequence=len(self.messages) + 1,
                message_id=message.message_id,
            )
            self.messages.append(stored)
            for bell in self.bells:
                bell.set()
            return stored.sequence

        self._message_ids.once(caller.subject, message.message_id, (first.sender, message.text), append)


@dataclass(frozen=True)
class _End:
    """The end of the incoming half of a stream."""

    sequence: int
    """The room's last message when the incoming half ended. The outgoing half ends with that message."""
    refused: ServiceError | None
    """The error of a refused message; None when the person has left."""


class Chat:
    """Lets people join rooms.

    The two halves of a stream are independent: one stores incoming messages, the other sends those of the room. Readers
    share the room's list, and each keeps its own place in it, so that a slow reader delays nobody. A reader who falls
    too far behind is cut off, and can join again at the same place. Messages from before the reader joined do not count
    as lag.
    """

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._rooms: defaultdict[str, _Room] = defaultdict(_Room)

    async def join(
        self, incoming: AsyncIterator[order_pb2.ChatMessage], caller: Caller
    ) -> AsyncGenerator[order_pb2.ChatMessage, None]:
        """Yields the room's messages after the first message's sequence, until all those stored before the end of
        `incoming` have been yielded.

        Raises ReaderTooSlowError, InvalidFieldsError, NotFoundError, PermissionDeniedError and RequestIdReusedError. An
        error in a later message is raised after the messages stored before it were yielded.
        """
        first = _with_sender(await _first_of(incoming), caller)
        check_first_message(first)
        self._orders.get(first.order_id, caller)
        room = self._rooms[first.order_id]
        last_when_joined = len(room.messages)
        check_sequence(first.sequence, last_when_joined)

        bell = asyncio.Event()
        room.bells.add(bell)
        storing = asyncio.create_task(_store_all(room, first, incoming, caller))
        storing.add_done_callback(lambda _: bell.set())
        sent = first.sequence
        try:
            while not storing.done() or sent < storing.result().sequence:
                if sent < len(room.messages):
                    yield room.messages[sent]
                    sent += 1
                    if len(room.messages) - max(sent, last_when_joined) > MAX_LAG:
                        raise ReaderTooSlowError(MAX_LAG, sent)
                else:
                    bell.clear()
                    await bell.wait()
            refused = storing.result().refused
            if refused is not None:
                raise refused
        finally:
            room.bells.discard(bell)
            storing.cancel()


async def _store_all(
    room: _Room,
    first: order_pb2.ChatMessage,
    incoming: AsyncIterator[order_pb2.ChatMessage],
    caller: Caller,
) -> _End:
    refused = None
    try:
        if first.text:
            room.store(first, first, caller)
        async for message in incoming:
            check_later_message(message, first)
            room.store(first, message, caller)
    except ServiceError as error:
        refused = error
    return _End(len(room.messages), refused)


def _with_sender(first: order_pb2.ChatMessage, caller: Caller) -> order_pb2.ChatMessage:
    if caller.is_admin or first.sender == caller.subject:
        return first
    if first.sender:
        raise PermissionDeniedError("sender must be your own name or empty")
    named = order_pb2.ChatMessage(sender=caller.subject)
    named.MergeFrom(first)
    return named


async def _first_of(incoming: AsyncIterator[order_pb2.ChatMessage]) -> order_pb2.ChatMessage:
    async for message in incoming:
        return message
    missing = FieldViolation("order_id", "must be set: the stream ended without a first message")
    raise InvalidFieldsError([missing], 1)
