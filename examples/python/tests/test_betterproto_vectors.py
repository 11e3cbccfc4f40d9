"""How betterproto2 reads and writes messages, compared with protobuf's own Python.

proofs/matrix compares protobuf's Python with other languages by wire vectors; these tests use the message of the
vectors.
"""

import importlib
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from google.protobuf import json_format
from google.protobuf.timestamp_pb2 import Timestamp

from example_protos.user.v2 import user_pb2

from example_betterproto.gen.user.v2 import UpdateUserRequest, User

_PROTOS = Path(__file__).parents[3] / "proofs/matrix/vectors/proto"


class Generated(NamedTuple):
    """The message vectors.v1.Vector of both."""

    protobuf: Any
    betterproto: Any

    def of_protobuf(self, **fields: object) -> tuple[bytes, dict[str, Any]]:
        """A value as bytes and as ProtoJSON."""
        message = self.protobuf(**fields)
        return message.SerializeToString(deterministic=True), json_format.MessageToDict(message)


@pytest.fixture(scope="module")
def vector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    folder = tmp_path_factory.mktemp("vectors")
    out = folder / "by_betterproto"
    out.mkdir()
    outputs = [f"--python_out={folder}", f"--python_betterproto2_out={out}"]
    with pytest.MonkeyPatch.context() as patch:
        # The plugin and its formatter are installed beside this Python.
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        subprocess.run(
            [sys.executable, "-m", "grpc_tools.protoc", f"-I{_PROTOS}", *outputs, "vectors/v1/vectors.proto"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        patch.syspath_prepend(folder)
        yield Generated(
            importlib.import_module("vectors.v1.vectors_pb2").Vector,
            importlib.import_module("by_betterproto.vectors.v1").Vector,
        )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"int64_value": 2**53 + 1},
        {"int64_value": 2**63 - 1},
        {"int64_value": -(2**63)},
        {"int64_value": -1},
        {"double_value": 0.1},
        {"double_value": 5e-324},
        {"double_value": math.nan},
        {"double_value": math.inf},
        {"double_value": -math.inf},
        {"kind": 1},
        {"kind": 9},
        {"kind": -1},
        {"optional_value": 0},
        {"inner": {}},
        {"inner": {"value": "x"}},
        {"text": "Ní neart go cur le chéile ☘ 😀 \0 \u202e e\u0301"},
        {"text": "ü" * 8_000},
        {"data": b"\x00\xff\xfe\x80"},
        {"int64_values": [1, -1, 2**53 + 1]},
        {"number": 0},
        {"name": ""},
        {"names": {-1: "a"}},
    ],
)
def test_it_reads_and_writes_the_same(vector: Generated, fields: dict[str, Any]) -> None:
    wire, json = vector.of_protobuf(**fields)
    read = vector.betterproto.parse(wire)
    assert bytes(read) == wire
    assert read.to_dict() == json
    assert bytes(vector.betterproto.from_dict(json)) == wire


def test_fields_that_nobody_knows_are_kept(vector: Generated) -> None:
    wire = bytes.fromhex("0801807d01827d03616263")
    assert bytes(vector.betterproto.parse(wire)) == wire


def test_minus_zero_is_lost(vector: Generated) -> None:
    wire, json = vector.of_protobuf(double_value=-0.0)
    assert wire == bytes.fromhex("110000000000000080")
    assert bytes(vector.betterproto.parse(wire)) == b""
    assert bytes(vector.betterproto.from_dict(json)) == b""


def test_an_int64_out_of_range_is_not_refused(vector: Generated) -> None:
    wire = bytes(vector.betterproto(int64_value=2**63))
    assert vector.protobuf.FromString(wire).int64_value == -(2**63)


def test_nanoseconds_are_cut_to_microseconds() -> None:
    user = user_pb2.User(create_time=Timestamp(seconds=1, nanos=123_456_789))
    read = User.parse(user.SerializeToString())
    assert user_pb2.User.FromString(bytes(read)).create_time.nanos == 123_456_000


def test_a_mask_in_json_is_an_object_and_not_a_text() -> None:
    mask: dict[str, Any] = {"paths": ["address.zip_code", "*"]}
    request = UpdateUserRequest.from_dict({"updateMask": mask})
    assert request.to_dict() == {"updateMask": mask}
    with pytest.raises(AttributeError):
        UpdateUserRequest.from_dict({"updateMask": "address.zipCode"})
