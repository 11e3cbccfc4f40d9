"""The rooms of orders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest

from example_protos.order.v1 import order_pb2_grpc
from example_protos.order.v1.order_pb2 import ChatMessage

from example_services.error_details import fields_at_fault
from example_services.server.domain import chat

from .conftest import Running
from .failures import error_info, failure_of

if TYPE_CHECKING:
    from example_protos.order.v1.order_pb2_grpc import OrderServiceAsyncStub

UUID = "01936a2f-7c3e-7b1a-9f00-aabbccddeeff"
Stream = grpc.aio.StreamStreamCall[ChatMessage, ChatMessage]


async def hear(stream: Stream, count: int) -> list[str]:
    """The next messages, as `1 text`."""
    messages = [await stream.read() for _ in range(count)]
    return [f"{each.sequence} {each.text}" for each in messages if isinstance(each, ChatMessage)]


async def say_and_leave(running: Running, *messages: ChatMessage) -> list[str]:
    return [f"{each.sequence} {each.text}" for each in await running.chat(*messages)]


async def enter(orders: OrderServiceAsyncStub, first: ChatMessage) -> Stream:
    stream = orders.OrderChat()
    await stream.write(first)
    return stream


async def test_everyone_hears_everything(orders: OrderServiceAsyncStub, order_id: str) -> None:
    aoife = await enter(orders, ChatMessage(order_id=order_id, sender="Aoife", text="hello"))
    assert await hear(aoife, 1) == ["1 hello"]
    cillian = await enter(orders, ChatMessage(order_id=order_id, sender="Cillian"))
    assert await hear(cillian, 1) == ["1 hello"]
    await cillian.write(ChatMessage(text="hi", sequence=99))
    assert await hear(aoife, 1) == ["2 hi"]
    await aoife.write(ChatMessage(order_id=order_id, sender="Aoife", text="how are you?"))
    assert await hear(cillian, 2) == ["2 hi", "3 how are you?"]
    for stream in (aoife, cillian):
        await stream.done_writing()
    assert await hear(aoife, 1) == ["3 how are you?"]
    assert [await aoife.read(), await cillian.read()] == [grpc.aio.EOF, grpc.aio.EOF]


async def test_the_room_replays(running: Running, order_id: str) -> None:
    first = ChatMessage(order_id=order_id, sender="a")
    assert await say_and_leave(running, first, *(ChatMessage(text=text) for text in ("one", "two"))) == [
        "1 one",
        "2 two",
    ]
    assert await say_and_leave(running, first) == ["1 one", "2 two"]
    rest = ChatMessage(order_id=order_id, sender="a", sequence=1, text="three")
    assert await say_and_leave(running, rest) == ["2 two", "3 three"]
    assert await say_and_leave(running, ChatMessage(order_id=order_id, sender="a", sequence=3)) == []


async def test_eight_who_talk_at_once_hear_the_same_without_gaps(orders: OrderServiceAsyncStub, order_id: str) -> None:
    async def talk(name: str) -> list[str]:
        stream = await enter(orders, ChatMessage(order_id=order_id, sender=name))
        for place in range(50):
            await stream.write(ChatMessage(text=f"{name}:{place}"))
        heard = await hear(stream, 400)
        await stream.done_writing()
        assert await stream.read() is grpc.aio.EOF
        return heard

    heard = await asyncio.gather(*(talk(f"person {number}") for number in range(8)))
    assert all(each == heard[0] for each in heard)
    assert [int(each.split()[0]) for each in heard[0]] == list(range(1, 401))


async def test_a_reader_who_never_reads_delays_nobody(
    running: Running, orders: OrderServiceAsyncStub, order_id: str
) -> None:
    idle = await enter(orders, ChatMessage(order_id=order_id, sender="idle"))
    long_text = "x" * 4_000
    messages = [ChatMessage(order_id=order_id, sender="a", text=long_text), *[ChatMessage(text=long_text)] * 500]
    assert len(await say_and_leave(running, *messages)) == 501
    idle.cancel()


# The window of a stream. Without these options, gRPC enlarges it on a fast connection.
SMALL_WINDOW = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65_536)]


async def test_a_reader_too_far_behind_is_cut_off_and_goes_on_from_there(
    running: Running, order_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "MAX_LAG", 1_000)
    async with grpc.aio.insecure_channel(running.order_address, SMALL_WINDOW) as channel:
        slow = order_pb2_grpc.OrderServiceStub(channel).OrderChat(timeout=30)
        await slow.write(ChatMessage(order_id=order_id, sender="slow", text="hello"))
        assert await hear(slow, 1) == ["1 hello"]
        long_text = "x" * 4_000
        first = ChatMessage(order_id=order_id, sender="a", text=long_text, sequence=1)
        assert len(await running.chat(first, *[ChatMessage(text=long_text)] * 1_199)) == 1_200
        heard: list[int] = []
        error = await failure_of(hear_all(slow, heard))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert heard == list(range(2, len(heard) + 2))
    assert len(heard) < 200

    # Messages from before the reader joined again do not count as lag, however many there are.
    rest = await running.chat(ChatMessage(order_id=order_id, sender="slow", sequence=heard[-1]))
    assert [message.sequence for message in rest] == list(range(heard[-1] + 1, 1_202))


async def hear_all(stream: Stream, heard: list[int]) -> None:
    while isinstance(message := await stream.read(), ChatMessage):
        heard.append(message.sequence)


@pytest.mark.parametrize(
    ("messages", "fields"),
    [
        ([], ["order_id"]),
        ([ChatMessage(text="hi")], ["order_id", "sender"]),
        ([ChatMessage(order_id="ID", sender="é" * 101)], ["sender"]),
        ([ChatMessage(order_id="ID", sender="a", text="😀" * 4_001)], ["text"]),
        ([ChatMessage(order_id="ID", sender="a", text="a\rb")], ["text"]),
        ([ChatMessage(order_id="ID", sender="a", sequence=-1)], ["sequence"]),
        ([ChatMessage(order_id="ID", sender="a", sequence=1, text="hi")], ["sequence"]),
        ([ChatMessage(order_id="ID", sender="a", text="hi", message_id="x")], ["message_id"]),
        ([ChatMessage(order_id="ID", sender="a"), ChatMessage()], ["text"]),
        ([ChatMessage(order_id="ID", sender="a"), ChatMessage(sender="b", text="hi")], ["sender"]),
        ([ChatMessage(order_id="ID", sender="a"), ChatMessage(order_id="x", text="hi")], ["order_id"]),
    ],
)
async def test_bad_messages_store_nothing(
    running: Running, order_id: str, messages: list[ChatMessage], fields: list[str]
) -> None:
    def named(message: ChatMessage) -> ChatMessage:
        copy = ChatMessage()
        copy.CopyFrom(message)
        copy.order_id = copy.order_id.replace("ID", order_id)
        return copy

    error = await failure_of(say_and_leave(running, *map(named, messages)))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_at_fault(error) == fields
    assert await say_and_leave(running, ChatMessage(order_id=order_id, sender="reader")) == []


async def test_an_unknown_order_has_no_room(running: Running) -> None:
    error = await failure_of(say_and_leave(running, ChatMessage(order_id="ord-none", sender="a")))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert error_info(error) == ("ORDER_NOT_FOUND", "order.example.com", {"order_id": "ord-none"})


async def test_what_came_before_a_bad_message_is_acknowledged(orders: OrderServiceAsyncStub, order_id: str) -> None:
    stream = await enter(orders, ChatMessage(order_id=order_id, sender="a", text="one"))
    await stream.write(ChatMessage(text="a\0"))
    assert await hear(stream, 1) == ["1 one"]
    assert fields_at_fault(await failure_of(stream.read())) == ["text"]


async def test_a_broken_stream_leaves_the_others_alone(orders: OrderServiceAsyncStub, order_id: str) -> None:
    cillian = await enter(orders, ChatMessage(order_id=order_id, sender="Cillian"))
    aoife = await enter(orders, ChatMessage(order_id=order_id, sender="Aoife", text="one"))
    assert await hear(aoife, 1) == ["1 one"]
    aoife.cancel()
    await cillian.write(ChatMessage(text="two"))
    assert await hear(cillian, 2) == ["1 one", "2 two"]
    cillian.cancel()


async def test_a_message_id_stores_a_message_once(running: Running, order_id: str) -> None:
    said = ChatMessage(order_id=order_id, sender="a", text="hello", message_id=UUID)
    assert await say_and_leave(running, said, said) == ["1 hello"]
    assert await say_and_leave(running, said) == ["1 hello"]
    again = ChatMessage(order_id=order_id, sender="a", text="hello", message_id=UUID.upper(), sequence=1)
    assert await say_and_leave(running, again) == []
    said.text = "bye"
    error = await failure_of(say_and_leave(running, said))
    assert error.code() is grpc.StatusCode.ALREADY_EXISTS
    assert error_info(error) == ("REQUEST_ID_REUSED", "order.example.com", {"request_id": UUID})
