"""Usage: python vectors.py VECTORS_JSON

Imports every module of example_protos, and decodes and encodes every wire vector.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import example_protos
from google.protobuf.descriptor_pool import Default
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass

for module in pkgutil.walk_packages(example_protos.__path__, "example_protos."):
    importlib.import_module(module.name)

for vector in json.loads(Path(sys.argv[1]).read_text()):
    data = bytes.fromhex(vector["hex"])
    message = GetMessageClass(Default().FindMessageTypeByName(vector["type"])).FromString(data)
    assert len(message.SerializeToString()) == len(data), vector["type"]
    assert MessageToDict(message) == vector["json"], vector["type"]
