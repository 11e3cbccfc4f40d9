"""Encodes and decodes header blocks with the package hpack. A line of JSON in is a batch of steps; a line out is what came of each."""

import json
import sys

from hpack import Decoder, Encoder, HeaderTuple, HPACKError, NeverIndexedHeaderTuple

LARGEST_LIST = 1 << 20


def decode(decoder: Decoder, block: str) -> dict[str, object]:
    try:
        fields = decoder.decode(bytes.fromhex(block), raw=True)
    except HPACKError as error:
        return {"error": repr(error)}
    return {
        "fields": [
            [field[0].decode("latin1"), field[1].decode("latin1"), not field.indexable]
            for field in fields
        ]
    }


def encode(encoder: Encoder, fields: list[tuple[str, str, bool]], huffman: bool) -> dict[str, object]:
    tuples = [
        (NeverIndexedHeaderTuple if sensitive else HeaderTuple)(name.encode("latin1"), value.encode("latin1"))
        for name, value, sensitive in fields
    ]
    return {"block": encoder.encode(tuples, huffman=huffman).hex()}


def main() -> None:
    encoder, decoder = Encoder(), Decoder(max_header_list_size=LARGEST_LIST)
    for line in sys.stdin:
        results = []
        for step in json.loads(line):
            if step.get("fresh"):
                encoder, decoder = Encoder(), Decoder(max_header_list_size=LARGEST_LIST)
            if "tableSize" in step:
                encoder.header_table_size = step["tableSize"]
            if "block" in step:
                results.append(decode(decoder, step["block"]))
            else:
                results.append(encode(encoder, step["fields"], step.get("huffman", True)))
        print(json.dumps(results), flush=True)


main()
