"""The clock."""

import time

from google.protobuf.timestamp_pb2 import Timestamp


def now() -> Timestamp:
    """The current time, to the millisecond."""
    timestamp = Timestamp()
    timestamp.FromMilliseconds(time.time_ns() // 1_000_000)
    return timestamp
