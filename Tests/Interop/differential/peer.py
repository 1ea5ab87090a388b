"""Another engine in a process of its own, which is asked many questions.

  python -m differential.peer ENGINE FILE…      a line of standard input is a query as a JSON text;
                                                a line of output is its {"rows": […]} or {"error": "…"}

ENGINE is duckdb, clickhouse or spark, FILE a Parquet file of the table `events`.
"""
import json
import sys

from .answers import plain, time_of


class DuckDB:
    def __init__(self, files):
        import duckdb
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        # Its times with a zone come out by another library; without, they are the same moments in UTC.
        kinds = {name: kind for name, kind, *_ in self.connection.execute(
            "DESCRIBE SELECT * FROM read_parquet(?)", [files]).fetchall()}
        times = ", ".join(f"{name} AT TIME ZONE 'UTC' AS {name}" for name, kind in kinds.items()
                          if kind == "TIMESTAMP WITH TIME ZONE")
        self.connection.execute(
            f"CREATE TABLE events AS SELECT * REPLACE ({times}) FROM read_parquet({files!r})")
        self.connection.execute("CREATE MACRO unix_micros(t) AS epoch_us(t)")

    def rows(self, sql):
        return [[plain(value) for value in row] for row in self.connection.execute(sql).fetchall()]


class ClickHouse:
    # What makes it follow the standard: NULL of no values, NULL where a join finds nothing, a column before an alias.
    settings = {"session_timezone": "'UTC'", "aggregate_functions_null_for_empty": 1, "join_use_nulls": 1,
                "prefer_column_name_to_alias": 1, "cast_keep_nullable": 1, "output_format_json_quote_denormals": 1,
                "output_format_json_quote_64bit_integers": 0}

    def __init__(self, files):
        from chdb import session
        self.session = session.Session()
        for name, value in self.settings.items():
            self.session.query(f"SET {name} = {value}")
        self.session.query("CREATE DATABASE differential")
        self.session.query("USE differential")
        parts = " UNION ALL ".join(f"SELECT * FROM file('{file}', Parquet)" for file in files)
        self.session.query(f"CREATE TABLE events ENGINE = Memory AS {parts}")

    def rows(self, sql):
        answer = self.session.query(sql, "JSONCompactEachRowWithNamesAndTypes").bytes().splitlines()
        if not answer:
            return []
        kinds = json.loads(answer[1])
        return [[self.value(value, kind) for value, kind in zip(json.loads(line), kinds)] for line in answer[2:]]

    def value(self, value, kind):
        if isinstance(value, str):
            if "Date" in kind:
                return time_of(value)
            if "Float" in kind:
                return ["double", value]
            if "Decimal" in kind:
                return float(value)
        return value


class Spark:
    def __init__(self, files):
        from pyspark.sql import SparkSession
        self.session = (
            SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.memory", "2g").config("spark.log.level", "OFF").getOrCreate())
        table = self.session.read.parquet(*files)
        table.cache().createOrReplaceTempView("events")

    def rows(self, sql):
        return [[plain(value) for value in row] for row in self.session.sql(sql).collect()]


def main():
    engine = {"duckdb": DuckDB, "clickhouse": ClickHouse, "spark": Spark}[sys.argv[1]](sys.argv[2:])
    for line in sys.stdin:
        try:
            answer = {"rows": engine.rows(json.loads(line))}
        except Exception as error:  # whatever an engine says against a query is its answer
            answer = {"error": f"{type(error).__name__}: {error}"[:600]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
