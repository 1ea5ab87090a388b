"""What schemathesis does not know by itself."""
import schemathesis


@schemathesis.serializer("application/x-ndjson")
def serialize_lines(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.deserializer("application/x-ndjson", "text/csv", "text/tab-separated-values", "text/markdown")
def read_text(_context, response):
    return response.content.decode()


@schemathesis.deserializer("application/gzip", "application/vnd.apache.parquet")
def read_bytes(_context, response):
    return response.content.hex()
