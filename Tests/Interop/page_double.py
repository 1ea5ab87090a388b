"""A daemon as the page sees it, with figures that a test can know: the page's own files, and answers of the
shapes that docs/Protocol.md and docs/Analytics.md describe. The real one is asked by test_page.py as well."""
import datetime
import http.server
import json
import pathlib
import threading
import time
import urllib.parse

FILES = pathlib.Path(__file__).resolve().parents[2] / "Sources/EventLogd/Page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
DAYS = 7
FIRST = datetime.datetime(2026, 11, 21, tzinfo=datetime.timezone.utc)
# What is counted on each of the seven days.
VIEWS = [1200, 1430, 1310, 1650, 1580, 2210, 1990]
HOSTILE = "<img src=x onerror=\"window.__xss='{}'\"><script>window.__xss='{}'</script>"


def stamp(day, minute=0):
    return (FIRST + datetime.timedelta(days=day, minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def figures(views):
    """All figures of something that was seen `views` times."""
    plays, completions = views * 7 // 10, views * 3 // 10
    return {
        "views": views, "impressions": views, "plays": plays, "uniqueViewers": views * 4 // 10,
        "completions": completions, "completedViews": completions, "totalWatchTime": views * 9.5, "avgWatchTime": 9.5,
        "avgWatchTimePerCompletion": 31.67, "completionRate": completions / plays if plays else None,
        "engagementRate": plays / views if views else None, "swipes": views // 2, "swipeVelocity": 0.415,
        "likes": views // 10, "shares": views // 40, "saves": views // 60, "rebuffers": views // 50, "rebufferRate": 0.0189,
        "errors": views // 100, "startupP50": 312.4, "startupP95": 2417.9}


class WrongQuery(Exception):
    """A message, and the text with a mark under the place."""


class Double:
    """Answers on 127.0.0.1. What it says can be changed by a test."""

    def __init__(self, files=FILES):
        self.files = files
        self.key = None
        # Where the texts of events stand: (name of the place) -> text.
        self.text = lambda place, usual: usual
        self.is_empty = False
        self.broken = set()
        self.requests = []
        self.events = [self.event(n) for n in range(30)]
        self.rows = [{"event": "impression", "n": 11370}, {"event": "playStart", "n": 7959}]
        self.contents = 45
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def hostile(self):
        """Every text of an event is an attempt to run a script."""
        self.text = lambda place, usual: HOSTILE.format(place, place)
        self.events = [self.event(n) for n in range(30)]
        self.rows = [{HOSTILE.format("column", "column"): HOSTILE.format("value", "value"), "n": 2}, {HOSTILE.format("column", "column"): "b", "n": 3}]

    def event(self, n):
        return {
            "timestamp": stamp(6, n), "event": self.text("event", "like"), "eventId": self.text("eventId", f"evt_{n}"),
            "contentId": self.text("contentId", f"cnt_{n % 5}"), "userId": self.text("userId", f"user_{n}"),
            "deviceId": self.text("deviceId", "dev_1"), "data": {"errorMessage": self.text("errorMessage", "none"), "action": self.text("action", "tap")}}

    # What the paths answer

    def range(self, query):
        return {"from": stamp(0), "to": stamp(DAYS), "timeZone": query.get("timeZone", "UTC"), "granularity": query.get("granularity", "day")}

    def timeseries(self, part=1.0):
        return [{"start": stamp(day), **figures(0 if self.is_empty else int(views * part))} for day, views in enumerate(VIEWS)]

    def compared(self, query, total):
        if query.get("compare") != "true":
            return {"previous": None, "change": None}
        change = {"views": 0.1234, "plays": -0.052, "errors": 0.5, "startupP95": -0.2, "completionRate": 0.0, "totalWatchTime": None}
        return {"previous": {"from": stamp(-DAYS), "to": stamp(0), **total}, "change": change}

    def overview(self, query):
        total = dict.fromkeys(figures(0), 0) if self.is_empty else figures(sum(VIEWS))
        return {"range": self.range(query), **total, "timeseries": [{name: value for name, value in bucket.items() if "startup" not in name} for bucket in self.timeseries()], **self.compared(query, total)}

    def content_name(self, n):
        return self.text("contentId", f"cnt_{n:03}")

    def content_list(self, query):
        limit, first = int(query.get("limit", 20)), int(query.get("cursor", 0))
        rows = [{"contentId": self.content_name(n), **figures(5000 - 100 * n)} for n in range(0 if self.is_empty else self.contents)]
        rows[1:2] = [{**row, "title": self.text("title", "A title")} for row in rows[1:2]]
        key = query.get("sort", "views")
        rows.sort(key=lambda row: row[key], reverse=query.get("order") != "asc")
        shown = rows[first:first + limit]
        more = str(first + limit) if first + limit < len(rows) else None
        return {"range": self.range(query), "content": shown, "total": len(rows), "nextCursor": more}

    def content_item(self, name, query):
        if name == "unknown":
            raise KeyError("Nothing is known of this content.")
        total = figures(sum(VIEWS) // 2)
        return {
            "contentId": name, "title": self.text("title", "Two cats"), "topics": [self.text("topic", "cats")], "duration": 61.5,
            "range": self.range(query), **total, "timeseries": self.timeseries(0.5), **self.compared(query, total)}

    def engagement(self, query):
        total = figures(sum(VIEWS))
        plays = [[(day * 24 + hour) % 37 if hour > 5 else 0 for hour in range(24)] for day in range(7)]
        return {
            "range": self.range(query), **total, "likeRate": 0.1, "shareRate": 0.025, "saveRate": 0.0167, "avgSwipeTime": 4.2, "sessions": 3001,
            "feedDepth": 6.25, "avgSessionDuration": 341.0, "actions": [{"action": self.text("action", "like"), "events": 900}, {"action": "share", "events": 210}],
            "timeOfDay": {"timeZone": query.get("timeZone", "UTC"), "plays": plays}, "timeseries": self.timeseries(), **self.compared(query, total)}

    def quality(self, query):
        total = figures(sum(VIEWS))
        return {
            "range": self.range(query), **total, "startupTargets": {"p50": 500, "p95": 2000}, "avgRebufferDuration": 1420.0, "errorRate": 0.0143,
            "errorsByType": [{"errorType": self.text("errorType", "network"), "errors": 90, "share": 0.8}, {"errorType": None, "errors": 22, "share": 0.2}],
            "topErrors": [{"errorCode": self.text("errorCode", "E42"), "errors": 70}],
            "affectedContent": [{"contentId": self.content_name(3), "plays": 200, "errors": 9, "errorRate": 0.045}],
            "timeseries": [{**bucket, "errorRate": 0.01 + day / 500, "startupP95": None if day == 3 else 1900 + 90 * day} for day, bucket in enumerate(self.timeseries())],
            **self.compared(query, total)}

    def retention(self, query):
        days = [1, 2, 3, 7, 14, 30]
        cohorts = [{
            "cohort": stamp(n)[:10], "viewers": 400 + 10 * n,
            "retained": [{"day": day, "viewers": 100, "rate": round(0.6 / day ** 0.5, 4) if n + day < DAYS + 3 else None} for day in days],
        } for n in range(0 if self.is_empty else DAYS)]
        return {"range": self.range(query), "days": days, "cohorts": cohorts}

    def realtime(self, query):
        minutes = [{"start": stamp(6, n), "activeViewers": n % 9, "events": 40 + n % 13, "plays": n % 5} for n in range(60)]
        return {
            "asOf": stamp(6, 60), "windowSeconds": 60, "activeViewers": 17, "events": 251, "plays": 23, "completions": 8, "errors": 1,
            "minutes": minutes, "topContent": [{"contentId": self.content_name(1), "viewers": 5, "events": 60}]}

    def query(self, text):
        if "percentComplete" in text:
            return [{"reached": 0, "visits": 30}, {"reached": 50, "visits": 30}, {"reached": 100, "visits": 40}]
        if "AS start" in text:
            return [{"contentId": self.content_name(n), "start": stamp(day), "views": views // (n + 1)} for n in range(5) for day, views in enumerate(VIEWS)]
        if "evnts" in text:
            raise WrongQuery("unknown table `evnts`", "1:6: name error: unknown table `evnts`\n  FROM evnts\n       ^^^^^")
        return self.rows

    def answer(self, path, query):
        analytics = "/v1/analytics/"
        if path == "/v1/status":
            return {"version": "9.9.9", "socket": "/run/eventlog/eventlog.sock"}
        if path == "/v1/tables":
            return {"tables": [{"name": "events", "kind": "table", "summary": "All events.", "columns": [{"name": "event", "type": "STRING", "unit": None, "summary": "Its type."}]}]}
        if path.startswith(analytics + "content/"):
            return self.content_item(urllib.parse.unquote(path[len(analytics + "content/"):]), query)
        names = {"overview": self.overview, "content": self.content_list, "engagement": self.engagement, "quality": self.quality, "retention": self.retention, "realtime": self.realtime}
        return names[path.removeprefix(analytics)](query)

    # HTTP

    def handler(double):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def send(self, status, body, kind="application/json", headers=()):
                self.send_response(status)
                for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def fail(self, status, code, message, **more):
                self.send(status, json.dumps({"error": {"code": code, "message": message, "details": [], **more}, "meta": {"requestId": "req_1"}}).encode())

            def is_let_in(self):
                if double.key is None or self.headers["Authorization"] == f"Bearer {double.key}":
                    return True
                self.fail(401, "UNAUTHORIZED", "A key is needed here.")
                return False

            def do_GET(self):
                target = urllib.parse.urlsplit(self.path)
                double.requests.append(("GET", self.path, dict(self.headers)))
                if target.path == "/" or target.path.startswith("/page/"):
                    name = target.path.removeprefix("/page/").strip("/") or "index.html"
                    file = double.files / name
                    if "/" in name or not file.is_file():
                        return self.fail(404, "NOT_FOUND", "The page has no such file.")
                    return self.send(200, file.read_bytes(), TYPES[file.suffix] + "; charset=utf-8", [("Content-Security-Policy", POLICY), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-cache")])
                if not self.is_let_in():
                    return None
                if target.path in double.broken:
                    return self.fail(503, "SERVICE_UNAVAILABLE", "The query took too long.", retryable=True)
                query = dict(urllib.parse.parse_qsl(target.query))
                if target.path == "/v1/events/tail":
                    return self.tail(query)
                try:
                    data = double.answer(target.path, query)
                except KeyError as error:
                    return self.fail(404, "NOT_FOUND", str(error.args[0]))
                self.send(200, json.dumps({"data": data, "meta": {"requestId": "req_1"}}).encode())

            def tail(self, query):
                if "oops" in query.get("where", ""):
                    return self.fail(400, "INVALID_REQUEST", "unknown column `oops`", caret="1:1: unknown column `oops`\n  oops\n  ^^^^")
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                try:
                    for number, event in enumerate(double.events):
                        line = {"cursor": str(number), "seq": number, "receivedAt": event["timestamp"], "event": event}
                        self.wfile.write(f": a comment\nid: {number}\ndata: {json.dumps(line)}\n\n".encode())
                    while True:
                        time.sleep(0.5)
                        self.wfile.write(b": still here\n\n")
                except OSError:
                    self.close_connection = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                double.requests.append(("POST", self.path, dict(self.headers)))
                if not self.is_let_in():
                    return None
                text = json.loads(body)["query"]
                try:
                    rows = double.query(text)
                except WrongQuery as error:
                    return self.fail(400, "INVALID_REQUEST", error.args[0], line=1, column=6, caret=error.args[1])
                self.send(200, json.dumps({"data": rows, "meta": {"requestId": "req_1", "rows": len(rows), "rowsScanned": 298468, "bytesRead": 0, "partial": False}}).encode())

        return Handler


if __name__ == "__main__":
    print(Double().url, flush=True)
    threading.Event().wait()
