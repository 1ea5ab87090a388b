"""Evidence on real data: one week of a short-video app (KuaiRand-Pure, CC BY-SA 4.0).

It runs where the data is: EVENTLOG_DATA names its directory, else `../shared/data` is looked at.
286,973 events are offered, 277,958 of them are distinct; the rest repeat an earlier eventId.
"""
import os
import pathlib
import subprocess
import sys

import pytest

duckdb = pytest.importorskip("duckdb")

DATA = pathlib.Path(os.environ.get("EVENTLOG_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"))
SLICE = "kuairand_pure_20220425_20220430.csv.gz"

pytestmark = pytest.mark.skipif(not (DATA / SLICE).exists(), reason=f"{DATA / SLICE} is not there")


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    path = tmp_path_factory.mktemp("kuairand") / "events.ndjson"
    with open(path, "wb") as output:
        subprocess.run([sys.executable, DATA / "convert_kuairand.py", DATA / SLICE, "--order", "source"],
                       stdout=output, stderr=subprocess.DEVNULL, check=True)
    return path


def test_a_week_of_real_viewing_is_deduplicated_and_counted_as_duckdb_does(daemon, events):
    result = daemon.client("ingest", events)
    assert result.returncode == 0, result.stderr
    assert b"stored 277,958 \xc2\xb7 duplicates 9,015 \xc2\xb7 refused 0" in result.stderr
    check(daemon, events)
    daemon.seal()
    check(daemon, events)
    # A repeat of everything, as after a lost connection: nothing is stored.
    assert b"stored 0 \xc2\xb7 duplicates 286,973" in daemon.client("ingest", events).stderr
    daemon.kill()
    daemon.start()
    check(daemon, events)
    size = "FROM segments |> AGGREGATE count(*) AS segments, sum(rows) AS rows, sum(bytes) AS bytes"
    before = daemon.query(size)[0]
    assert daemon.client("compact", "--now").returncode == 0
    after = daemon.query(size)[0]
    print(f"compacted: {before} to {after}")
    assert after["rows"] == before["rows"] and after["bytes"] < before["bytes"]
    check(daemon, events)
    assert b"stored 0 \xc2\xb7 duplicates 286,973" in daemon.client("ingest", events).stderr


def check(daemon, events):
    duckdb.sql(f"""CREATE OR REPLACE TEMP TABLE e AS
      SELECT * FROM (SELECT row_number() OVER () AS line, * FROM read_json('{events}', format = 'newline_delimited',
        columns = {{eventId: 'VARCHAR', event: 'VARCHAR', contentId: 'VARCHAR', userId: 'VARCHAR',
                    timestamp: 'TIMESTAMP', data: 'STRUCT(currentTime DOUBLE, position BIGINT)'}}))
      QUALIFY row_number() OVER (PARTITION BY eventId ORDER BY line) = 1""")
    by_event = daemon.query("FROM events |> AGGREGATE count(*) AS n, count(DISTINCT userId) AS users,"
                            " count(DISTINCT contentId) AS contents GROUP BY event |> ORDER BY event")
    assert [tuple(row.values()) for row in by_event] == duckdb.sql(
        "SELECT event, count(*), count(DISTINCT userId), count(DISTINCT contentId) FROM e GROUP BY 1 ORDER BY 1"
    ).fetchall()
    progress = daemon.query("FROM events |> WHERE event = 'watchProgress' |> AGGREGATE sum(data.currentTime) AS s")
    wanted = duckdb.sql("SELECT sum(data.currentTime) FROM e WHERE event = 'watchProgress'").fetchall()[0][0]
    assert progress[0]["s"] == pytest.approx(wanted, rel=1e-9)
    top = daemon.query("FROM events |> WHERE event = 'playStart' |> AGGREGATE count(*) AS n GROUP BY contentId"
                       " |> ORDER BY n DESC, contentId |> LIMIT 20")
    assert [tuple(row.values()) for row in top] == duckdb.sql(
        "SELECT contentId, count(*) n FROM e WHERE event = 'playStart' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20"
    ).fetchall()
