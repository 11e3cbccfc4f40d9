"""The program and the tables of docs/guides/python.md."""

import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from example_protos.order.v1 import order_pb2
from example_protos.user.v1 import user_pb2, user_pb2_grpc
from example_protos.user.v2 import user_pb2 as user_v2_pb2

from .test_programs import serving

_ROOT = Path(__file__).parents[3]
_PAGE = _ROOT / "docs/guides/python.md"


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


def test_masks() -> None:
    request = user_v2_pb2.UpdateUserRequest(update_mask=FieldMask(paths=["address.zip_code", "age", "*"]))
    assert json_format.MessageToDict(request) == {"updateMask": "address.zipCode,age,*"}
    assert json_format.ParseDict({"updateMask": "address.zipCode,age,*"}, user_v2_pb2.UpdateUserRequest()) == request
    user = user_v2_pb2.User(address=user_v2_pb2.Address(city="Cork"))
    FieldMask(paths=["address.city"]).MergeMessage(user_v2_pb2.User(), user)
    assert user.address.city == "Cork"


def test_the_details_of_an_error_are_its_text() -> None:
    with serving() as server, grpc.insecure_channel(server.user_address) as channel:
        users = user_pb2_grpc.UserServiceStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            users.GetUser(user_pb2.GetUserRequest(id=99), timeout=5)
    assert caught.value.details() == "there is no user 99"


def test_imports_begin_at_the_package(tmp_path: Path) -> None:
    generator = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={_ROOT / 'proto'}"]
    outputs = [f"--python_out={tmp_path}", f"--grpc_python_out={tmp_path}"]
    subprocess.run([*generator, *outputs, "user/v1/user.proto"], check=True, timeout=60)
    by_protoc = tmp_path / "user/v1/user_pb2_grpc.py"
    in_the_wheel = Path(user_pb2_grpc.__file__)
    assert "\nfrom user.v1 import user_pb2 as" in by_protoc.read_text()
    for file in (in_the_wheel, in_the_wheel.with_suffix(".pyi")):
        assert "\nfrom user.v1" not in file.read_text()
        assert re.search(r"^(from|import) example_protos\.user\.v1", file.read_text(), re.MULTILINE)


def test_every_row_names_a_test_that_is_there() -> None:
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", _PAGE.read_text())
    assert len(named) >= 12
    assert [name for name in named if f"def {name}(" not in tests] == []
