"""Measures how long protobuf's and Python's own codecs take for an order.v1.Order.

    encoding.py SECONDS FILE ...

Each file has an Order as protobuf. A line of JSON has the figures of each file: nanoseconds by codec.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from example_protos.order.v1 import order_pb2
from google.protobuf import json_format


def per_call(seconds: float, call: Callable[[], object]) -> float:
    """Return the time of a call in nanoseconds."""
    begin = time.perf_counter()
    calls = 0
    while time.perf_counter() - begin < seconds:
        call()
        calls += 1
    return (time.perf_counter() - begin) / calls * 1e9


def main() -> None:
    """Print the figures of each file."""
    seconds = float(sys.argv[1])
    for path in sys.argv[2:]:
        binary = Path(path).read_bytes()
        order = order_pb2.Order.FromString(binary)
        text = json_format.MessageToJson(order)
        plain = json.loads(text)
        plain_text = json.dumps(plain)

        def figures(encode: Callable[[], object], decode: Callable[[], object]) -> dict[str, float]:
            return {"encode": per_call(seconds, encode), "decode": per_call(seconds, decode)}

        result = {
            "protobuf": figures(order.SerializeToString, lambda b=binary: order_pb2.Order.FromString(b)),
            "ProtoJSON": figures(
                lambda o=order: json_format.MessageToJson(o, indent=None),
                lambda t=text: json_format.Parse(t, order_pb2.Order()),
            ),
            "JSON": figures(lambda p=plain: json.dumps(p), lambda t=plain_text: json.loads(t)),
        }
        print(json.dumps(result))


main()
