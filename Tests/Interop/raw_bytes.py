"""Whether any byte of a store says something, found out without our own readers: each file as it is, columns as pyarrow decodes
them, dictionaries with entries that nobody refers to, and the journal's LZ4 blocks as docs/JournalFormat.md describes them."""
import gzip
import pathlib
import struct

import pyarrow
import pyarrow.parquet


def journal_payloads(data):
    """What the records of a journal file hold, decompressed; the place of each is found by its magic."""
    place = data.find(b"EVLR")
    while place >= 0:
        _, flags, _, stored, raw = struct.unpack_from("<BBHII", data, place + 4)
        payload = data[place + 40 : place + 40 + stored]
        if flags & 1:
            try:
                payload = pyarrow.decompress(payload, decompressed_size=raw, codec="lz4_raw").to_pybytes()
            except Exception:
                payload = b""
        yield payload
        place = data.find(b"EVLR", place + 4)


def texts(column):
    """All strings of a column, also those of dictionaries."""
    for chunk in column.chunks:
        if pyarrow.types.is_struct(chunk.type):
            for index in range(chunk.type.num_fields):
                yield from texts(pyarrow.chunked_array([chunk.field(index)]))
        elif pyarrow.types.is_dictionary(chunk.type):
            yield from chunk.dictionary.to_pylist()
        elif pyarrow.types.is_string(chunk.type) or pyarrow.types.is_binary(chunk.type):
            yield from chunk.unique().to_pylist()


def finds(store, marks):
    """(file, mark, where) for every mark (a byte string) that any file has."""
    found = []
    for path in sorted(pathlib.Path(store).rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        pieces = [("bytes", data)]
        if path.suffix == ".journal":
            pieces += [("record", payload) for payload in journal_payloads(data)]
        if path.suffix == ".gz":
            pieces.append(("text", gzip.decompress(data)))
        if path.suffix == ".parquet":
            table = pyarrow.parquet.read_table(path, partitioning=None)
            for name in table.column_names:
                joined = b"\0".join(
                    text if isinstance(text, bytes) else text.encode() for text in texts(table[name]) if text is not None)
                pieces.append((f"column {name}", joined))
        for mark in marks:
            found += [(str(path.relative_to(store)), mark, where) for where, piece in pieces if mark in piece]
    return found
