#!/usr/bin/env python3
"""Packs the codebooks of GGUF's IQ types, which are facts of the format, into src/Fathom.Tensors/Storage/Blocks/grids.bin.

usage: make_block_grids.py ggml-common.h OUT

ggml-common.h: llama.cpp, ggml/src/ggml-common.h (MIT). Two bytes an entry, little-endian: of the eight-valued tables two bits a value
(which of the table's three or four values), of the four-valued ones three bits.
"""
import re
import struct
import sys

TABLES = [  # name, values an entry, the values that occur
    ("iq2xxs_grid", 8, (8, 25, 43)),
    ("iq2xs_grid", 8, (8, 25, 43)),
    ("iq2s_grid", 8, (8, 25, 43)),
    ("iq1s_grid", 8, (0xFF, 0, 1)),
    ("iq3xxs_grid", 4, (4, 12, 20, 28, 36, 44, 52, 62)),
    ("iq3s_grid", 4, (1, 3, 5, 7, 9, 11, 13, 15)),
]

text = open(sys.argv[1]).read()
out = bytearray()
for name, count, values in TABLES:
    body = re.search(r"GGML_TABLE_BEGIN\(\w+, %s, \w+\)(.*?)GGML_TABLE_END" % name, text, re.S).group(1)
    bits = 2 if count == 8 else 3
    for entry in re.findall(r"0x[0-9a-f]+", body):
        number = int(entry, 16)
        packed = 0
        for i in range(count):
            packed |= values.index(number >> 8 * i & 0xFF) << bits * i
        out += struct.pack("<H", packed)
    print(name, len(re.findall(r"0x[0-9a-f]+", body)), "entries")
open(sys.argv[2], "wb").write(out)
