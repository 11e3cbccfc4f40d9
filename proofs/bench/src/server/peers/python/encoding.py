"""Measures how long protobuf's and Python's own codecs take for a notes.v1.Note.

    encoding.py SECONDS FILE ...

Each file has a Note as protobuf. For each file, the output has a line of JSON with nanoseconds by codec.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from google.protobuf import json_format

sys.path.insert(0, str(Path(__file__).parent / "gen"))
from notes.v1 import notes_pb2  # noqa: E402

#: The number of rounds. Every call has a turn in each round, so that a busy machine delays all of them alike.
ROUNDS = 20


def times_of(seconds: float, calls: list[Callable[[], object]]) -> list[float]:
    """Return the median time of each call in nanoseconds."""
    turns = [[repeat(seconds / ROUNDS, call) for call in calls] for _ in range(ROUNDS)]
    return [statistics.median(times) for times in zip(*turns, strict=True)]


def repeat(seconds: float, call: Callable[[], object]) -> float:
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
        note = notes_pb2.Note.FromString(binary)
        text = json_format.MessageToJson(note)
        plain = json.loads(text)
        plain_text = json.dumps(plain)

        codecs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "protobuf": (note.SerializeToString, lambda b=binary: notes_pb2.Note.FromString(b)),
            "ProtoJSON": (
                lambda n=note: json_format.MessageToJson(n, indent=None),
                lambda t=text: json_format.Parse(t, notes_pb2.Note()),
            ),
            "JSON": (lambda p=plain: json.dumps(p), lambda t=plain_text: json.loads(t)),
        }
        times = iter(times_of(seconds, [call for pair in codecs.values() for call in pair]))
        print(json.dumps({codec: {"encode": next(times), "decode": next(times)} for codec in codecs}))


main()
