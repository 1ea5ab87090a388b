"""Load for `tools/bench figures`: questions about figures at a fixed rate, and events at a fixed rate beside them."""
import json
import multiprocessing
import subprocess
import threading
import time
import urllib.parse

import http_load

# Connections of the fixed rate, a process each.
CONNECTIONS = 8


def paths(days, contents, users):
    """What is asked one by one: name to the paths that are asked in turn. `days` are seven, as startDate and endDate."""
    week = f"startDate={days[0]}&endDate={days[1]}"
    ends = "&".join(f"timeframe[]={second}" for second in days[2:])
    return {
        "content": [f"/v1/analytics/content/{content}" for content in contents],
        "content, 7 days": [f"/v1/analytics/content/{content}?{week}" for content in contents],
        "content, 7 days by day": [f"/v1/analytics/content/{content}?{week}&granularity=day" for content in contents],
        "contents": ["/v1/analytics/content"], "contents, 7 days": [f"/v1/analytics/content?{week}"],
        "overview": ["/v1/analytics/overview"], "overview, 7 days": [f"/v1/analytics/overview?{week}"],
        "overview, 7 days of Berlin": [f"/v1/analytics/overview?{week}&timeZone=Europe/Berlin"],
        "overview, 7 days by hour": [f"/v1/analytics/overview?{week}&granularity=hour"],
        "engagement": ["/v1/analytics/engagement"], "engagement, 7 days": [f"/v1/analytics/engagement?{week}"],
        "quality": ["/v1/analytics/quality"], "quality, 7 days": [f"/v1/analytics/quality?{week}"],
        "retention": ["/v1/analytics/retention"], "realtime": ["/v1/analytics/realtime"],
        "metric, 7 days": [f"/v1/metrics/views?{ends}", f"/v1/metrics/unique_viewers?{ends}",
                           f"/v1/metrics/video_startup_time?{ends}", f"/v1/metrics/watch_time?{ends}"],
        "metric by day, 7 days": [f"/v1/metrics/views/timeseries?{ends}"],
        "signals of a content": [f"/v1/signals/content/{content}" for content in contents],
        "signals of a user": [f"/v1/signals/users/{urllib.parse.quote(user)}" for user in users],
    }


def get(path):
    return b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode()


def in_turn(socket_path, targets, seconds, count_max=1000):
    """Seconds of each answer on one connection, for so long; the first of each target is left out."""
    connection = http_load.Connection(socket_path)
    requests = [get(path) for path in targets]
    for request in requests:
        connection.ask(request)
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end and len(times) < count_max:
        start = time.perf_counter()
        connection.ask(requests[len(times) % len(requests)])
        times.append(time.perf_counter() - start)
    return times


def at_rate(socket_path, targets, rate, seconds):
    """Seconds from when a request was due to its answer, at so many a second: who is late has the next ones late."""
    requests = [get(path) for path in targets]
    context = multiprocessing.get_context("fork")
    answers, start = context.SimpleQueue(), time.perf_counter() + 0.5

    def send(number):
        connection = http_load.Connection(socket_path)
        times = []
        for place in range(number, int(rate * seconds), CONNECTIONS):
            due = start + place / rate
            wait = due - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            connection.ask(requests[place % len(requests)])
            times.append(time.perf_counter() - due)
        answers.put(times)

    processes = [context.Process(target=send, args=(number,)) for number in range(CONNECTIONS)]
    for process in processes:
        process.start()
    times = []
    for _ in processes:
        times += answers.get()
    for process in processes:
        process.join()
    return times


class Producer:
    """Sends lines at a rate through the client until it is stopped."""

    def __init__(self, command, file, rate):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)
        self.file, self.rate, self.count, self.isEnding = file, rate, 0, False
        self.thread = threading.Thread(target=self.send)

    def send(self):
        with open(self.file, "rb") as lines:
            start = time.perf_counter()
            while not self.isEnding:
                wanted = int((time.perf_counter() - start) * self.rate) - self.count
                piece = [line for _, line in zip(range(wanted), lines)]
                if len(piece) < wanted:
                    break
                self.count += len(piece)
                self.process.stdin.write(b"".join(piece))
                self.process.stdin.flush()
                time.sleep(0.01)
            self.seconds = time.perf_counter() - start

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.isEnding = True
        self.thread.join()
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("the producer failed")

    @property
    def events_per_second(self):
        return self.count / self.seconds


def known(socket_path, count):
    """The contents that most is known of, every fifth of them."""
    answer = http_load.Connection(socket_path).ask(get("/v1/analytics/content?limit=100"))
    body = json.loads(answer[answer.index(b"\r\n\r\n") + 4:])
    return [item["contentId"] for item in body["data"]["content"]][::100 // count]
