"""The eleven questions of the benchmark, for us in pipe SQL and for the peers in SQL.

`{name}` is a parameter, chosen from the events themselves: `day0`, `day1` the last whole day, `hot` the content with
most events, `mid` one of middling popularity, `busy`, `hour0`, `hour1` a popular content and its busiest hour,
`user` one of the busiest people. Fields of `data` have our names; the peers' tables are loaded under the same names.
"""
import datetime
import json

TITLES = {
    "Q1": "events by type",
    "Q2": "top 20 contents by plays, last day",
    "Q3": "analytics of the hottest content",
    "Q3m": "analytics of a middling content",
    "Q4": "distinct viewers by hour",
    "Q5": "start-up time by rendition, p50 p95 p99",
    "Q6": "events of one content in one hour",
    "Q7": "events of one user, by time",
    "Q8": "watch time per completion, top 20",
    "Q9": "swipe velocity, the 20 lowest",
    "Q10": "events on cellular by hour",
    "Q11": "distinct people by day, identity merged",
}
# A question about one content has two parts: what happened to it, and how long it was watched before a swipe away.
CONTENT = """FROM events
|> WHERE contentId = '{%s}' OR (event = 'swipe' AND data.fromContentId = '{%s}')
|> AGGREGATE
   count(*) FILTER (WHERE event = 'playStart' AND contentId = '{%s}') AS views,
   count(DISTINCT coalesce(userId, deviceId)) FILTER (WHERE event = 'playStart' AND contentId = '{%s}') AS viewers,
   coalesce(sum(data.totalWatchTime) FILTER (WHERE event = 'completion' AND contentId = '{%s}'), 0.0)
   + coalesce(sum(data.watchTimeOnFrom) FILTER (WHERE event = 'swipe' AND data.fromContentId = '{%s}'), 0.0) AS watched,
   count(*) FILTER (WHERE event = 'completion' AND contentId = '{%s}') AS completions,
   count(*) FILTER (WHERE event = 'share' AND contentId = '{%s}') AS shares,
   count(*) FILTER (WHERE event = 'rebuffer' AND contentId = '{%s}') AS rebuffers
|> SELECT views, viewers, watched, watched / nullif(views, 0) AS watchedPerView,
   completions / nullif(views, 0) AS completionRate, shares, rebuffers / nullif(views, 0) AS rebufferRate"""
CONTENT_SQL = """WITH a AS (SELECT count(*) FILTER (WHERE event = 'playStart') AS views,
  count(DISTINCT coalesce(userId, deviceId)) FILTER (WHERE event = 'playStart') AS viewers,
  sum(data.totalWatchTime) FILTER (WHERE event = 'completion') AS w,
  count(*) FILTER (WHERE event = 'completion') AS completions, count(*) FILTER (WHERE event = 'share') AS shares,
  count(*) FILTER (WHERE event = 'rebuffer') AS rebuffers FROM events WHERE contentId = '{%s}'),
 b AS (SELECT sum(data.watchTimeOnFrom) AS w FROM events WHERE event = 'swipe' AND data.fromContentId = '{%s}')
SELECT views, viewers, coalesce(a.w, 0) + coalesce(b.w, 0) AS watched, watched / nullif(views, 0),
  completions / nullif(views, 0), shares, rebuffers / nullif(views, 0) FROM a, b"""
# A peer's own way, where the SQL of all is not its fastest or not its own. Whole rows begin with what is compared.
ROWS = {"duckdb": "eventId, * EXCLUDE (eventId)", "clickhouse": "eventId, * EXCEPT (eventId)"}
QUANTILES = {"duckdb": "quantile_cont(data.startupTime, [0.5, 0.95, 0.99])",
             "clickhouse": "quantilesExactInclusive(0.5, 0.95, 0.99)(data.startupTime)"}
FIRST = {"duckdb": "arg_min", "clickhouse": "argMin"}

OURS = {
    "Q1": "FROM events |> AGGREGATE count(*) AS n GROUP BY event |> ORDER BY event",
    "Q2": """FROM events
|> WHERE event = 'playStart' AND timestamp >= TIMESTAMP '{day0}' AND timestamp < TIMESTAMP '{day1}'
|> AGGREGATE count(*) AS n GROUP BY contentId |> ORDER BY n DESC, contentId |> LIMIT 20""",
    "Q3": CONTENT.replace("%s", "hot"),
    "Q3m": CONTENT.replace("%s", "mid"),
    "Q4": """FROM events
|> AGGREGATE count(DISTINCT coalesce(userId, deviceId)) AS viewers GROUP BY date_trunc('hour', timestamp) AS hour
|> ORDER BY hour""",
    "Q5": """FROM events |> WHERE event = 'playStart'
|> AGGREGATE percentile_cont(0.5) WITHIN GROUP (ORDER BY data.startupTime) AS p50,
   percentile_cont(0.95) WITHIN GROUP (ORDER BY data.startupTime) AS p95,
   percentile_cont(0.99) WITHIN GROUP (ORDER BY data.startupTime) AS p99 GROUP BY data.initialRendition AS rendition
|> ORDER BY rendition""",
    "Q6": """FROM events
|> WHERE contentId = '{busy}' AND timestamp >= TIMESTAMP '{hour0}' AND timestamp < TIMESTAMP '{hour1}'""",
    "Q7": "FROM events |> WHERE userId = '{user}' |> ORDER BY timestamp",
    "Q8": """FROM events |> WHERE event = 'completion'
|> AGGREGATE avg(data.totalWatchTime) AS watched, count(*) AS n GROUP BY contentId
|> WHERE n >= 10 |> ORDER BY watched DESC, contentId |> LIMIT 20""",
    "Q9": """FROM events |> WHERE event = 'swipe'
|> AGGREGATE avg(data.watchTimeOnFrom) AS watched, count(*) AS n GROUP BY data.fromContentId AS fromContent
|> WHERE n >= 10 |> ORDER BY watched, fromContent |> LIMIT 20""",
    "Q10": """FROM events |> WHERE data.networkType = 'cellular'
|> AGGREGATE count(*) AS n GROUP BY date_trunc('hour', timestamp) AS hour |> ORDER BY hour""",
    "Q11": """FROM events
|> AGGREGATE count(DISTINCT personId) FILTER (WHERE NOT isAnonymous) AS people,
   count(DISTINCT personId) FILTER (WHERE userId IS NULL AND NOT isAnonymous) AS reattributed
   GROUP BY date_trunc('day', timestamp) AS day
|> ORDER BY day""",
}
PEERS = {
    "Q1": "SELECT event, count(*) FROM events GROUP BY event ORDER BY event",
    "Q2": """SELECT contentId, count(*) AS n FROM events WHERE event = 'playStart'
 AND timestamp >= TIMESTAMP '{day0}' AND timestamp < TIMESTAMP '{day1}'
 GROUP BY contentId ORDER BY n DESC, contentId LIMIT 20""",
    "Q3": CONTENT_SQL.replace("%s", "hot"),
    "Q3m": CONTENT_SQL.replace("%s", "mid"),
    "Q4": """SELECT date_trunc('hour', timestamp) AS hour, count(DISTINCT coalesce(userId, deviceId)) FROM events
 GROUP BY hour ORDER BY hour""",
    "Q5": """SELECT data.initialRendition AS r, [quantiles] FROM events WHERE event = 'playStart'
 GROUP BY r ORDER BY r""",
    "Q6": """SELECT [rows] FROM events WHERE contentId = '{busy}'
 AND timestamp >= TIMESTAMP '{hour0}' AND timestamp < TIMESTAMP '{hour1}'""",
    "Q7": "SELECT [rows] FROM events WHERE userId = '{user}' ORDER BY timestamp",
    "Q8": """SELECT contentId, avg(data.totalWatchTime) AS w, count(*) AS n FROM events WHERE event = 'completion'
 GROUP BY contentId HAVING n >= 10 ORDER BY w DESC, contentId LIMIT 20""",
    "Q9": """SELECT data.fromContentId AS k, avg(data.watchTimeOnFrom) AS w, count(*) AS n FROM events
 WHERE event = 'swipe' GROUP BY k HAVING n >= 10 ORDER BY w, k LIMIT 20""",
    "Q10": """SELECT date_trunc('hour', timestamp) AS hour, count(*) FROM events WHERE data.networkType = 'cellular'
 GROUP BY hour ORDER BY hour""",
    "Q11": """WITH m AS (SELECT deviceId, [first](userId, timestamp) AS u FROM events WHERE userId IS NOT NULL
  GROUP BY deviceId)
 SELECT date_trunc('day', e.timestamp) AS day, count(DISTINCT coalesce(e.userId, m.u)),
  count(DISTINCT CASE WHEN e.userId IS NULL THEN m.u END)
 FROM events e LEFT JOIN m ON m.deviceId = e.deviceId GROUP BY day ORDER BY day""",
}
WHOLE_ROWS = {"Q6", "Q7"}


def choose(ask):
    """The parameters; `ask` gives the rows of a pipe query as objects."""
    contents = ask("FROM events |> WHERE contentId IS NOT NULL |> AGGREGATE count(*) AS n GROUP BY contentId"
                   " |> ORDER BY n DESC, contentId |> LIMIT 1000")
    busy = contents[min(9, len(contents) - 1)]["contentId"]
    hour = ask(f"FROM events |> WHERE contentId = '{busy}' |> AGGREGATE count(*) AS n"
               " GROUP BY date_trunc('hour', timestamp) AS hour |> ORDER BY n DESC, hour |> LIMIT 1")[0]["hour"]
    day = ask("FROM events |> AGGREGATE date_trunc('day', max(timestamp) - INTERVAL 24 HOUR) AS day")[0]["day"]
    people = ask("FROM events |> AGGREGATE count(DISTINCT userId) AS n")[0]["n"]
    user = ask("FROM events |> WHERE userId IS NOT NULL |> AGGREGATE count(*) AS n GROUP BY userId"
               f" |> ORDER BY n DESC, userId |> LIMIT 1 OFFSET {people // 100}")[0]["userId"]
    return dict(hot=contents[0]["contentId"], mid=contents[-1]["contentId"], busy=busy, user=user,
                hour0=plain(hour), hour1=plain(hour, hours=1), day0=plain(day), day1=plain(day, days=1))


def plain(text, **more):
    moment = datetime.datetime.fromisoformat(text) + datetime.timedelta(**more)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def ours(name, parameters):
    return fill(OURS[name], parameters)


def sql(name, peer, parameters):
    """`peer` is `duckdb`, `duckdb sorted` or `clickhouse`."""
    kind = peer.split()[0]
    text = PEERS[name].replace("[rows]", ROWS[kind])
    text = text.replace("[quantiles]", QUANTILES[kind]).replace("[first]", FIRST[kind])
    if peer == "duckdb sorted":
        # Its table has a column for each field.
        text = text.replace("FROM events", "FROM sorted").replace("data.", "")
    return fill(text, parameters)


def fill(text, parameters):
    for name, value in parameters.items():
        text = text.replace("{%s}" % name, value)
    return text


def answer(name, rows):
    """Rows in one form for all: lists flat, times as text without a zone, of whole rows the identity only."""
    if name in WHOLE_ROWS:
        rows = [[row["eventId"] if isinstance(row, dict) else row[0]] for row in rows]
        # Several events may have the same time.
        return sorted(rows)
    return [[time_text(value) for value in flat(row)] for row in rows]


def flat(row):
    for value in row.values() if isinstance(row, dict) else row:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def time_text(value):
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and value[10:11] in ("T", " "):
        value = value.replace("T", " ").removesuffix("Z")
        return value.rstrip("0").rstrip(".") if "." in value else value
    return value


def equal(one, other):
    """Whether two answers agree, doubles to 1e-9 of their size."""
    return len(one) == len(other) and all(
        len(a) == len(b) and all(same(x, y) for x, y in zip(a, b)) for a, b in zip(one, other))


def same(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1)
    return a == b


def lines(document):
    return [json.loads(line) for line in document.splitlines()]
