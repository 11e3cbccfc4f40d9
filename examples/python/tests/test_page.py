"""docs/python.md: its program, and what it says about Python."""

import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from example_protos.order.v1 import order_pb2
from example_protos.user.v1 import user_pb2
from google.protobuf import json_format
from google.protobuf.timestamp_pb2 import Timestamp

from .test_programs import serving

_PAGE = Path(__file__).parents[3] / "docs/python.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE.read_text(), re.DOTALL | re.MULTILINE)


def test_the_program_prints_what_the_page_says(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n\n".join(_blocks("python")))
    (expected,) = _blocks("text")
    with serving() as server:
        addresses = {"USER_ADDRESS": server.user_address, "ORDER_ADDRESS": server.order_address}
        done = subprocess.run(
            [sys.executable, str(program)],
            env={**os.environ, **addresses},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.stdout, done.returncode) == (expected, 0), done.stderr


def test_int64_is_an_int_and_a_string_in_json_only() -> None:
    user = user_pb2.User(id=2**53 + 1)
    assert user_pb2.User.FromString(user.SerializeToString()).id == 9007199254740993
    assert json_format.MessageToDict(user) == {"id": "9007199254740993"}
    with pytest.raises(ValueError, match="out of range"):
        user.id = 2**63


def test_presence_is_known_of_messages_and_not_of_plain_fields() -> None:
    order = order_pb2.Order()
    assert order.create_time.seconds == 0
    assert not order.HasField("create_time")
    order.create_time.SetInParent()
    assert order.HasField("create_time")
    with pytest.raises(ValueError, match="presence"):
        order.HasField("total")


def test_enums_are_ints() -> None:
    pending: int = order_pb2.ORDER_STATUS_PENDING
    assert pending == 1
    assert order_pb2.OrderStatus.Name(order_pb2.ORDER_STATUS_PENDING) == "ORDER_STATUS_PENDING"
    unknown = order_pb2.Order.FromString(b"\x28\x63").status
    assert unknown == 99
    with pytest.raises(ValueError, match="99"):
        order_pb2.OrderStatus.Name(unknown)


def test_the_shortest_form_of_a_float_is_what_was_meant() -> None:
    assert Decimal(repr(0.1)) * 3 == Decimal("0.3")
    assert Decimal.from_float(0.1) * 3 != Decimal("0.3")


def test_repeated_and_message_fields_cannot_be_assigned() -> None:
    order = order_pb2.Order()
    with pytest.raises(AttributeError):
        order.items = []  # type: ignore[assignment]
    with pytest.raises(TypeError):
        order.create_time = Timestamp(seconds=1)
    order.create_time = datetime.fromtimestamp(1, timezone.utc)  # type: ignore[assignment]
    assert order.create_time == Timestamp(seconds=1)
    order.items.append(order_pb2.LineItem(product_id="tea"))
    assert order.items[0].product_id == "tea"
