"""Reads wire vectors as lines of JSON, and writes the values that Python has read."""

import json
import sys
from pathlib import Path

from google.protobuf import json_format

sys.path.insert(0, str(Path(__file__).parent / "gen"))
from vectors.v1 import vectors_pb2  # noqa: E402

for line in sys.stdin:
    given = json.loads(line)
    from_wire = vectors_pb2.Vector.FromString(bytes.fromhex(given["hex"]))
    from_json = json_format.ParseDict(given["json"], vectors_pb2.Vector())
    reading = {
        "hex": from_wire.SerializeToString(deterministic=True).hex(),
        "json": json_format.MessageToDict(from_wire),
        "hexFromJson": from_json.SerializeToString(deterministic=True).hex(),
    }
    print(json.dumps(reading), flush=True)
