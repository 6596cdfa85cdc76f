#!/usr/bin/env python3
"""Profile a CSV file: one pass, bounded memory, Python 3.8 or newer and nothing else.

For each column: type, missing values, distinct values, minimum, maximum, mean and the most common values.
For the file: delimiter, rows, blank lines, duplicate rows, rows of the wrong length. Nothing is guessed silently:
whatever had to be assumed is printed as a note. Exit status: 0 profiled, 1 not readable as CSV, 2 wrong arguments.
"""

import argparse
import collections
import csv
import datetime
import decimal
import functools
import hashlib
import io
import itertools
import json
import re
import sys
import unicodedata

SAMPLE_CHARS = 65_536
MAX_LINE_CHARS = 16 * 1024 * 1024
MAX_ROW_HASHES = 500_000
DELIMITERS = ",;\t|"
MISSING = ("", "NA", "N/A", "#N/A", "NULL", "null", "NaN", "nan", "None")

INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,999})\Z")
NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,400}\.[0-9]{0,400}|\.[0-9]{1,400}|[0-9]{1,400}(?=[eE]))"
    r"(?:[eE][+-]?[0-9]{1,3})?\Z")
DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")
DATETIME = re.compile(
    DATE.pattern[:-2] + r"[T ][0-2][0-9]:[0-5][0-9](?::[0-6][0-9](?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?\Z")
ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
LEADING_ZERO = re.compile(r"[+-]?0[0-9]+\Z")
# Spreadsheets in countries with a decimal comma write this above the header.
SEPARATOR_LINE = re.compile(r"sep=([^\"\r\n])[\r\n]*\Z", re.IGNORECASE)
COMMA_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.][0-9]{3})*,[0-9]+\Z")
# Sums are exact up to this many digits, which no ordinary column reaches.
CONTEXT = decimal.Context(prec=60, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


class NotCsv(Exception):
    """The file cannot be profiled; the message says where and why."""


@functools.lru_cache(maxsize=65_536)
def classify(value):
    """The kind of one value that is not missing, and its number where it is one."""
    if INTEGER.match(value):
        return "integer", decimal.Decimal(value)
    if NUMBER.match(value):
        return "number", decimal.Decimal(value)
    if value.lower() in ("true", "false", "yes", "no"):
        return "boolean", None
    if (DATE.match(value) or DATETIME.match(value)) and in_calendar(value[:10]):
        return ("date" if len(value) == 10 else "datetime"), None
    return "text", None


def in_calendar(day):
    try:
        return bool(datetime.date.fromisoformat(day))
    except ValueError:
        return False


def number_of(count, one, many):
    return f"{count:,} {one if count == 1 else many}"


def counting_key(value):
    """Long values are counted by digest, so that a column of documents does not fill the memory."""
    if len(value) <= 80:
        return value
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{value[:40]}… ({len(value)} characters, {digest})"


class Column:
    """What is kept of one column while the rows stream by."""

    def __init__(self, name, missing, decimal_comma, max_distinct):
        self.name = name
        self.missing_tokens = missing
        self.decimal_comma = decimal_comma
        self.max_distinct = max_distinct
        self.missing = collections.Counter()
        self.kinds = collections.Counter()
        self.first = {}
        self.values = collections.Counter()
        self.distinct_exact = True
        self.total = decimal.Decimal(0)
        self.low = self.high = None
        self.earliest = self.latest = None
        self.shortest = self.longest = None
        self.leading_zeros = self.comma_numbers = self.padded = 0

    def add(self, raw, line):
        value = raw.strip()
        if value in self.missing_tokens:
            self.missing[value] += 1
            return
        if value != raw:
            self.padded += 1
        if value[0] in "+-0123456789.," and COMMA_NUMBER.match(value):
            if self.decimal_comma:
                value = value.replace(".", "").replace(",", ".")
            else:
                self.comma_numbers += 1
        kind, number = classify(value)
        self.kinds[kind] += 1
        if kind not in self.first:
            self.first[kind] = (line, raw.strip())
        self.count(counting_key(raw.strip()))
        if number is not None:
            self.total = CONTEXT.add(self.total, number)
            if self.low is None or number < self.low[0]:
                self.low = (number, raw.strip())
            if self.high is None or number > self.high[0]:
                self.high = (number, raw.strip())
        elif kind in ("date", "datetime"):
            self.earliest = value if self.earliest is None else min(self.earliest, value)
            self.latest = value if self.latest is None else max(self.latest, value)
        elif kind == "text" and LEADING_ZERO.match(value):
            self.leading_zeros += 1
        length = len(raw.strip())
        self.shortest = length if self.shortest is None else min(self.shortest, length)
        self.longest = length if self.longest is None else max(self.longest, length)

    def absent(self):
        """The row ended before this column."""
        self.missing["(row too short)"] += 1

    def count(self, key):
        if key in self.values or len(self.values) < self.max_distinct:
            self.values[key] += 1
        else:
            self.distinct_exact = False

    def type(self):
        """The narrowest type that fits every value."""
        kinds = set(self.kinds)
        if not kinds:
            return "empty"
        if len(kinds) == 1:
            return kinds.pop()
        if kinds == {"integer", "number"}:
            return "number"
        if kinds == {"date", "datetime"}:
            return "datetime"
        return "text"

    def mean(self, count):
        mean = CONTEXT.divide(self.total, decimal.Decimal(count))
        return float(mean) if abs(mean) < decimal.Decimal("1e300") else None

    def report(self, top):
        present = sum(self.kinds.values())
        kind = self.type()
        out = {
            "name": self.name,
            "type": kind,
            "present": present,
            "missing": sum(self.missing.values()),
            "missing_as": dict(self.missing.most_common()),
            "distinct": len(self.values),
            "distinct_exact": self.distinct_exact,
            "min": None,
            "max": None,
            "mean": None,
            "min_length": self.shortest,
            "max_length": self.longest,
            "kinds": dict(self.kinds.most_common()),
            "top": [{"value": v, "count": n} for v, n in self.values.most_common(top)],
        }
        if kind in ("integer", "number"):
            out.update(min=self.low[1], max=self.high[1], mean=self.mean(present))
        elif kind in ("date", "datetime"):
            out.update(min=self.earliest, max=self.latest)
        return out

    def notes(self):
        present = sum(self.kinds.values())
        label = quote(self.name)
        if self.type() == "text" and len(self.kinds) > 1:
            main, count = self.kinds.most_common(1)[0]
            if main != "text" and count * 5 >= present * 4:
                odd = min((self.first[kind] for kind in self.kinds if kind != main))
                yield (f"column {label}: {count:,} of {present:,} values have type {main}; "
                       f"the first other one is {quote(odd[1])} at line {odd[0]}")
        if self.leading_zeros:
            yield (f"column {label}: {number_of(self.leading_zeros, 'value', 'values')} "
                   "with leading zeros, kept as text (codes, not amounts?)")
        if self.comma_numbers:
            yield (f"column {label}: {number_of(self.comma_numbers, 'number', 'numbers')} with a comma, read as text; "
                   "if it is the decimal comma, run again with --decimal-comma")
        if self.padded:
            yield f"column {label}: {number_of(self.padded, 'value', 'values')} with spaces around, ignored here"
        words = sorted(token for token in self.missing if token not in ("", "(row too short)"))
        if words:
            yield f"column {label}: counted as missing: {', '.join(words)} (choose with --missing)"

    def is_key(self):
        """No value is missing and none comes twice."""
        return not self.missing and self.distinct_exact and len(self.values) == sum(self.kinds.values()) > 1


def quote(text, limit=60):
    """One printable line, whatever the text holds: no control or bidirectional character reaches the terminal."""
    text = str(text)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:limit])
    return f'"{shown}{"…" if len(text) > limit else ""}"'


def lines_of(stream, encoding):
    """The lines, line ends kept, with a clear error in place of a decoder's."""
    number = 0
    while True:
        try:
            line = stream.readline(MAX_LINE_CHARS)
        except UnicodeError as error:
            raise NotCsv(f"not valid {encoding} near line {number + 1} ({error}); try --encoding") from None
        if not line:
            return
        number += 1
        damaged = None if line.isascii() else ESCAPED_BYTE.search(line)
        if damaged:
            byte = ord(damaged.group()) - 0xDC00
            raise NotCsv(f"line {number} is not valid {encoding} (byte 0x{byte:02x}); "
                         "try --encoding, for example cp1252")
        if "\0" in line:
            raise NotCsv(f"line {number} holds a NUL character: not text, or another encoding (try --encoding utf-16)")
        if len(line) >= MAX_LINE_CHARS:
            raise NotCsv(f"line {number} is longer than {MAX_LINE_CHARS:,} characters: not a CSV file?")
        yield line


def find_delimiter(sample, complete):
    """The candidate that cuts the first row into columns and the other rows most consistently into as many."""
    best, best_score = ",", (0.0, 0)
    for candidate in DELIMITERS:
        try:
            rows = [row for row in csv.reader(sample, delimiter=candidate) if row]
        except csv.Error:
            continue
        if not complete and len(rows) > 1:
            rows.pop()
        if not rows or len(rows[0]) < 2:
            continue
        width = len(rows[0])
        score = (sum(len(row) == width for row in rows) / len(rows), width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def names_of(header, notes):
    names = [name.strip() or f"column {index}" for index, name in enumerate(header, 1)]
    unnamed = sum(not name.strip() for name in header)
    if unnamed:
        notes.append(f"{number_of(unnamed, 'column has', 'columns have')} no name, called by its place")
    for name, count in collections.Counter(names).items():
        if count > 1:
            notes.append(f"{count} columns are named {quote(name)}")
    if all(classify(name)[0] in ("integer", "number", "date", "datetime") for name in names):
        notes.append("the first row looks like data; if it is, run again with --no-header")
    return names


def profile(stream, options):
    """Reads the whole stream once and returns the report as plain data."""
    source = lines_of(stream, options.encoding)
    sample, size = [], 0
    for line in source:
        sample.append(line)
        size += len(line)
        if size >= SAMPLE_CHARS:
            break
    notes, skipped = [], 0
    declared = SEPARATOR_LINE.match(sample[0]) if sample else None
    if declared:
        sample.pop(0)
        skipped = 1
    if not "".join(sample).strip():
        raise NotCsv("the file is empty")
    delimiter = options.delimiter or (declared and declared[1]) or find_delimiter(sample, size < SAMPLE_CHARS)
    reader = csv.reader(itertools.chain(sample, source), delimiter=delimiter, strict=not options.lax)
    columns, rows, blank, duplicates = [], 0, 0, 0
    ragged, first_ragged, widest = collections.Counter(), {}, 0
    seen = set()
    line = skipped + 1
    try:
        for row in reader:
            start, line = line, reader.line_num + skipped + 1
            if not row:
                blank += 1
                continue
            if not columns:
                names = [f"column {i}" for i in range(1, len(row) + 1)] if options.no_header else names_of(row, notes)
                missing = frozenset(options.missing if options.missing is not None else MISSING) | {""}
                columns = [Column(name, missing, options.decimal_comma, options.max_distinct) for name in names]
                if not options.no_header:
                    continue
            rows += 1
            if len(row) != len(columns):
                kind = "short" if len(row) < len(columns) else "long"
                ragged[kind] += 1
                first_ragged.setdefault(kind, (start, len(row)))
            for column, value in zip(columns, row):
                column.add(value, start)
            for column in columns[len(row):]:
                column.absent()
            if len(seen) < MAX_ROW_HASHES:
                mark = hash(tuple(row))
                duplicates += mark in seen
                seen.add(mark)
            elif duplicates is not None and hash(tuple(row)) not in seen:
                duplicates = None
    except csv.Error as error:
        raise NotCsv(f"record at line {line}: {error}; --lax reads damaged quotes as a spreadsheet would") from None
    for kind, count in sorted(ragged.items()):
        where, fields = first_ragged[kind]
        effect = "the absent fields count as missing" if kind == "short" else "the surplus fields are ignored"
        notes.append(f"{number_of(count, 'row is', 'rows are')} too {kind}, the first at line {where}: "
                     f"{number_of(fields, 'field', 'fields')} for {len(columns)} columns; {effect}")
    if duplicates:
        notes.append(f"{number_of(duplicates, 'row repeats', 'rows repeat')} an earlier row exactly")
    if duplicates is None:
        notes.append(f"more than {MAX_ROW_HASHES:,} different rows: duplicates were not counted")
    for column in columns:
        notes.extend(column.notes())
    keys = [quote(column.name) for column in columns if column.is_key()]
    if keys:
        notes.append(f"no value missing, none twice (a key?): {', '.join(keys)}")
    return {
        "file": options.file,
        "encoding": options.encoding,
        "delimiter": delimiter,
        "rows": rows,
        "blank_lines": blank,
        "duplicate_rows": duplicates,
        "short_rows": ragged["short"],
        "long_rows": ragged["long"],
        "columns": [column.report(options.top) for column in columns],
        "notes": notes,
    }


def file_name(path):
    return "standard input" if path == "-" else quote(path, 200)[1:-1]


def width_of(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def render(report):
    """The report as a table for people."""
    delimiter = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}.get(report["delimiter"], report["delimiter"])
    size = f"{number_of(report['rows'], 'row', 'rows')}, {number_of(len(report['columns']), 'column', 'columns')}"
    yield f"{file_name(report['file'])}: {size}, {delimiter}, {report['encoding']}"
    yield ""
    table = [("column", "type", "missing", "distinct", "min", "max", "mean", "most common")]
    for column in report["columns"]:
        top = column["top"][0] if column["top"] and column["top"][0]["count"] > 1 else None
        table.append((
            quote(column["name"], 28)[1:-1],
            column["type"],
            f"{column['missing']:,}",
            f"{column['distinct']:,}" if column["distinct_exact"] else f">{column['distinct']:,}",
            quote(column["min"], 24)[1:-1] if column["min"] is not None else "",
            quote(column["max"], 24)[1:-1] if column["max"] is not None else "",
            f"{column['mean']:.6g}" if column["mean"] is not None else "",
            f"{quote(top['value'], 24)} × {top['count']:,}" if top else "",
        ))
    widths = [max(width_of(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        cells = []
        for index, cell in enumerate(row):
            space = " " * (widths[index] - width_of(cell))
            cells.append(space + cell if index in (2, 3, 6) else cell + space)
        yield "  ".join(cells).rstrip()
    if report["notes"]:
        yield ""
        yield from (f"- {note}" for note in report["notes"])


def one_character(text):
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1 or text in '"\r\n':
        raise argparse.ArgumentTypeError("must be one character, or 'tab'")
    return text


def positive(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number of at least 1")
    return int(text)


def known_encoding(text):
    try:
        "".encode(text)
    except (LookupError, UnicodeError):
        raise argparse.ArgumentTypeError(f"unknown encoding {text!r}") from None
    return text


def arguments(argv):
    parser = argparse.ArgumentParser(prog="profile.py", description="Profile a CSV file, one pass, any size.")
    parser.add_argument("file", help="the CSV file, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON document")
    parser.add_argument("--delimiter", type=one_character, metavar="CHAR", help="default: found by itself")
    parser.add_argument("--encoding", type=known_encoding, help="default: utf-8, or what a byte order mark says")
    parser.add_argument("--no-header", action="store_true", help="the first row is data")
    parser.add_argument("--decimal-comma", action="store_true", help="read 1.234,5 as a number")
    parser.add_argument("--missing", action="append", metavar="TEXT",
                        help=f"what means missing besides nothing (repeatable; default: {', '.join(MISSING[1:])})")
    parser.add_argument("--top", type=positive, default=5, metavar="N", help="most common values kept in --json (5)")
    parser.add_argument("--max-distinct", type=positive, default=100_000, metavar="N",
                        help="count distinct values of a column up to N (100000)")
    parser.add_argument("--lax", action="store_true", help="accept damaged quotes")
    return parser.parse_args(argv)


def main(argv):
    options = arguments(argv)
    csv.field_size_limit(MAX_LINE_CHARS)
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        raw = sys.stdin.buffer if options.file == "-" else open(options.file, "rb")
        with raw:
            buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
            if options.encoding is None:
                utf16 = buffered.peek(2).startswith((b"\xff\xfe", b"\xfe\xff"))
                options.encoding = "utf-16" if utf16 else "utf-8"
            utf8 = options.encoding.lower().replace("_", "-") in ("utf-8", "utf8")
            decoder = "utf-8-sig" if utf8 else options.encoding
            text = io.TextIOWrapper(buffered, encoding=decoder, newline="", errors="surrogateescape")
            report = profile(text, options)
    except OSError as error:
        print(f"profile.py: {file_name(options.file)}: {error.strerror or error}", file=sys.stderr)
        return 1
    except NotCsv as error:
        print(f"profile.py: {file_name(options.file)}: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print("\n".join(render(report)))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:
        # The reader has seen enough. Nothing may be flushed at exit, or Python complains about the closed pipe.
        sys.stdout = None
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
