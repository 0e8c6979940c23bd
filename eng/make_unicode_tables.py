"""Writes src/Fathom.Tokenizers/Unicode/unicode.bin: normalization data (Python's unicodedata) and scripts (Perl's).

.NET has neither under invariant globalization. Numbers are LEB128; see UnicodeTables.cs for the reader.
"""
import subprocess, sys, unicodedata as u
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src" / "Fathom.Tokenizers" / "Unicode" / "unicode.bin"
out = bytearray()


def number(n):
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)


def text(s):
    number(len(s))
    out.extend(s.encode("ascii"))


points = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]

# Canonical combining classes, as runs: gap to the run's start, length, class.
runs = []
for c in points:
    k = u.combining(chr(c))
    if k:
        if runs and runs[-1][0] + runs[-1][1] == c and runs[-1][2] == k:
            runs[-1][1] += 1
        else:
            runs.append([c, 1, k])
number(len(runs))
last = 0
for start, length, k in runs:
    number(start - last), number(length), number(k)
    last = start

# Full decompositions: gap to the code point, 1 for compatibility, length, code points. Hangul is done by arithmetic.
rows = []
for c in points:
    if 0xAC00 <= c <= 0xD7A3:
        continue
    canonical, compatible = u.normalize("NFD", chr(c)), u.normalize("NFKD", chr(c))
    if canonical != chr(c):
        rows.append((c, 0, canonical))
    if compatible != canonical:
        rows.append((c, 1, compatible))
number(len(rows))
last = 0
for c, kind, d in rows:
    number(c - last), number(kind), number(len(d))
    for x in d:
        number(ord(x))
    last = c

# Primary composites: first, second, result.
pairs = []
for c in points:
    d = u.decomposition(chr(c))
    if d and not d.startswith("<") and u.normalize("NFC", chr(c)) == chr(c):
        parts = [int(x, 16) for x in d.split()]
        if len(parts) == 2:
            pairs.append((parts[0], parts[1], c))
number(len(pairs))
for a, b, c in pairs:
    number(a), number(b), number(c)

# Scripts: names, then runs: gap, length, number of the name.
perl = r'use Unicode::UCD qw(prop_invmap); my ($l,$m)=prop_invmap("Script"); for my $i (0..$#$l){print "$l->[$i] $m->[$i]\n"}'
lines = [l.split() for l in subprocess.check_output(["perl", "-e", perl], text=True).splitlines()]
names = sorted({name for _, name in lines} - {"Unknown"})
number(len(names))
for n in names:
    text(n)
found = []
for i, (start, name) in enumerate(lines):
    end = int(lines[i + 1][0]) if i + 1 < len(lines) else 0x110000
    if name != "Unknown" and int(start) < 0x110000:
        found.append((int(start), min(end, 0x110000) - int(start), names.index(name)))
number(len(found))
last = 0
for start, length, n in found:
    number(start - last), number(length), number(n)
    last = start
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_bytes(out)
print(len(out), "bytes, Unicode", u.unidata_version, "and Perl", subprocess.check_output(["perl", "-e", "use Unicode::UCD; print Unicode::UCD::UnicodeVersion()"], text=True), file=sys.stderr)
