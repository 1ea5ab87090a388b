"""The differential test of the query language: the same questions to us, DuckDB, ClickHouse and Spark."""
