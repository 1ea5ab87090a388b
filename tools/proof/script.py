"""A short run that touches everything once, for rigs that fail one call after another."""
import http.client
import json

from asking import ask
from daemon import Stream, event


class Script:
    """What was sent and what was answered. After any failure the run goes on with the next step."""

    def __init__(self):
        self.sent, self.acked, self.refused = {}, set(), 0
        self.number = 0

    def make(self, count, **more):
        made = [event(self.number + n, **more) for n in range(count)]
        self.number += count
        self.sent.update((one["eventId"], one) for one in made)
        return made

    def run(self, daemon):
        steps = [
            lambda: self.stream(daemon, 20), lambda: self.post(daemon, 5), lambda: self.admin(daemon, "/v1/seal"),
            lambda: self.stream(daemon, 20), lambda: self.admin(daemon, "/v1/seal"),
            lambda: self.admin(daemon, "/v1/compact?now=true"), lambda: self.post(daemon, 5),
            lambda: self.admin(daemon, "/v1/identity/publish"), lambda: self.stream(daemon, 5),
        ]
        for step in steps:
            try:
                step()
            except (OSError, http.client.HTTPException, AssertionError):
                if daemon.process.poll() is not None:
                    return

    def stream(self, daemon, count):
        events = self.make(count)
        with Stream(daemon.path, timeout=20) as stream:
            stream.send(events)
            stream.socket.shutdown(1)
            answers = [json.loads(line) for line in stream.file]
        wrong = {answer["error"]["line"] for answer in answers if "error" in answer}
        assert answers and answers[-1]["ack"].get("final"), answers[-2:]
        assert answers[-1]["ack"]["stored"] + len(wrong) == count, answers
        self.refused += len(wrong)
        self.acked.update(one["eventId"] for line, one in enumerate(events, 1) if line not in wrong)

    def post(self, daemon, count):
        events = self.make(count)
        answer = ask(daemon.path, "POST", "/v1/events", events, headers={"Idempotency-Key": f"k{self.number}"})
        if answer.status == 200:
            self.acked.update(one["eventId"] for one in events)
        else:
            assert answer.status == 503, (answer.status, answer.body)
            self.refused += count

    @staticmethod
    def admin(daemon, target):
        answer = ask(daemon.path, "POST", target)
        assert answer.status in (200, 500, 503), (target, answer.status, answer.body)

    def check(self, daemon):
        """After a start without any fault."""
        text = "FROM events |> SELECT seq, eventId, event, contentId, deviceId, data.currentTime AS t"
        answer = ask(daemon.path, "POST", "/v1/query?format=ndjson", text.encode())
        assert answer.status == 200, answer.body
        rows = [json.loads(line) for line in answer.body.splitlines()]
        stored = [row["eventId"] for row in rows]
        assert len(stored) == len(set(stored)) == len({row["seq"] for row in rows}), "an event is there twice"
        assert self.acked <= set(stored), f"{len(self.acked - set(stored))} acknowledged events are lost"
        assert set(stored) <= set(self.sent), "an event is there that nobody sent"
        for row in rows:
            sent = self.sent[row["eventId"]]
            assert (row["event"], row["contentId"], row["deviceId"], row["t"]) == (
                sent["event"], sent["contentId"], sent["deviceId"], sent["data"]["currentTime"]), row
        damage = ask(daemon.path, "GET", "/v1/status").data["store"].get("damage")
        assert not damage, f"a call that failed is no damage: {damage}"
