"""Clients that do everything at once, and what each may rely on afterwards.

A client notes what it is about to send, sends it, and notes what was answered. Whenever the daemon has died, `Books.check` holds
the store against these notes: acknowledged events are there once and unchanged, nothing is there that nobody sent, who was erased is
gone, who is who is as it was said.
"""
import collections
import http.client
import itertools
import json
import threading
import time

from asking import ask
from daemon import Stream

# What a client meets when the daemon dies under it.
DEATHS = (OSError, http.client.HTTPException, EOFError)


class Ended(Exception):
    """The stream ended before it answered."""


def stamp(age=0.0):
    """A timestamp, `age` seconds ago."""
    moment = time.time() - age
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03}Z"


class Books:
    """What was sent to one store and what was answered."""

    # Kept 15 days, taken for 30: these may go as soon as somebody asks for it.
    OLD = 20 * 86_400

    def __init__(self):
        self.numbers = itertools.count(1)
        self.sent = {}
        self.acked = set()
        self.old = set()
        self.keyed = {}
        self.answered = set()
        self.logins, self.told = {}, set()
        self.aliases, self.joined = {}, set()
        self.erasing, self.erased = {}, set()
        self.counts = collections.Counter()

    def make(self, **more):
        number = next(self.numbers)
        made = {
            "event": "watchProgress", "contentId": f"cnt_{number % 50}", "eventId": f"evt_{number}",
            "deviceId": f"dev_{number % 20}", "timestamp": stamp(),
            "data": {"currentTime": number % 60 + 0.5, "duration": 60},
        } | more
        made = {name: value for name, value in made.items() if value is not None}
        if "eventId" in made:
            self.sent[made["eventId"]] = made
        return made

    @property
    def progress(self):
        return len(self.acked) + len(self.answered)

    # MARK: What must hold after a start

    def check(self, rows, ledger, isSettled=False):
        """`rows` are all events, `ledger` the counts by bucket; settled: no erasure waits any more."""
        seen = {}
        keyed = collections.Counter()
        for row in rows:
            content = row["contentId"] or ""
            if content.startswith("key_"):
                keyed[content] += 1
                continue
            if row["event"] == "alias":
                continue
            identity = row["eventId"]
            assert identity in self.sent, f"an event that nobody sent: {row}"
            assert identity not in seen, f"an event is there twice: {row} {seen[identity]}"
            seen[identity] = row
            self.compare(row, self.sent[identity])
        assert len({row["seq"] for row in rows}) == len(rows), "a sequence number twice"
        assert max(keyed.values(), default=1) == 1, "an event of a request is there twice"
        self.check_acked(seen)
        self.check_requests(keyed)
        self.check_erased(seen)
        self.check_persons(seen)
        # Who was erased is hidden at once and counted elsewhere once the bytes are gone.
        hidden = 0 if isSettled else sum(len(events) for events in self.erasing.values())
        assert 0 <= ledger.get("stored", 0) - len(rows) <= hidden, f"the ledger counts {ledger}, and {len(rows)} events are there"
        self.counts["checked rows"] += len(rows)

    @staticmethod
    def compare(row, sent):
        expected = (sent["event"], sent.get("contentId"), sent.get("userId"), sent.get("deviceId"), sent.get("data", {}).get("currentTime"))
        found = (row["event"], row["contentId"], row["userId"], row["deviceId"], row["t"])
        assert found == expected, f"{found} was sent as {expected}"

    def check_acked(self, seen):
        gone = {identity for events in self.erasing.values() for identity in events}
        # The daemon lets old ones go by itself, too.
        lost = self.acked - gone - self.old - seen.keys()
        assert not lost, f"{len(lost)} acknowledged events are lost: {sorted(lost)[:5]}"

    def check_requests(self, keyed):
        for key, events in self.keyed.items():
            count = sum(keyed[event["contentId"]] for event in events)
            whole = (len(events),) if key in self.answered else (0, len(events))
            assert count in whole, f"of the {len(events)} events of request {key} there are {count}"

    def check_erased(self, seen):
        for user, events in self.erasing.items():
            there = [identity for identity in events if identity in seen]
            if user in self.erased:
                assert not there, f"{user} was erased, and there are {there}"
            else:
                # Hidden at once or not at all.
                assert len(there) in (0, len(events)), f"half of {user} is there: {there}"

    def check_persons(self, seen):
        for row in seen.values():
            device, user = row["deviceId"] or "", row["userId"] or ""
            if device in self.logins and not user:
                whole = (self.logins[device],) if device in self.told else (self.logins[device], f"anon:{device}#0")
                assert row["personId"] in whole, f"{row} is not {whole}"
            if user in self.aliases:
                whole = (self.aliases[user],) if user in self.joined else (self.aliases[user], user)
                assert row["personId"] in whole, f"{row} is not {whole}"


class Load:
    """One thread a client, until the daemon dies."""

    def __init__(self, path, books, random):
        self.path, self.books = path, books
        self.problems = []
        self.isOver = threading.Event()
        seeds = [random.randrange(1 << 32) for _ in range(7)]
        clients = [self.stream, self.stream, self.requests, self.persons, self.erasures, self.administration, self.questions]
        self.threads = [threading.Thread(target=self.run, args=pair, daemon=True) for pair in zip(clients, seeds)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def finish(self):
        """After the kill: every client has met it."""
        self.isOver.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client still waits"
        assert not self.problems, self.problems[0]

    def run(self, client, seed):
        import random
        choice = random.Random(seed)
        try:
            while not self.isOver.is_set():
                client(choice)
        except (*DEATHS, Ended):
            pass
        except KeyError:
            # A sync that the store could not keep is answered by an error: after a power cut only.
            assert self.isOver.is_set()
        except AssertionError as error:
            # A stream that ends without an answer is the kill; anything else is an answer that is wrong.
            if not self.isOver.is_set() and "closed before" not in str(error):
                self.problems.append(f"{client.__name__}: {error}")

    def ask(self, method, target, body=None, expected=(200,), **options):
        answer = ask(self.path, method, target, body, **options)
        assert answer.status in expected, f"{method} {target}: {answer.status} {answer.body[:300]}"
        return answer

    def send(self, stream, events):
        stream.send(events)
        ack = stream.sync()
        self.books.acked.update(event["eventId"] for event in events)
        return ack

    # MARK: The clients

    def stream(self, choice):
        books = self.books
        with Stream(self.path) as stream:
            while not self.isOver.is_set():
                events = [books.make() for _ in range(choice.randrange(1, 60))]
                if choice.random() < 0.1:
                    old = [books.make(timestamp=stamp(books.OLD)) for _ in range(5)]
                    books.old.update(event["eventId"] for event in old)
                    events += old
                # Some repeats: they must stay single. An expired one would be stored again.
                known = [identity for identity in choice.sample(list(books.acked), min(3, len(books.acked)))
                         if identity.startswith("evt_") and identity not in books.old and "userId" not in books.sent[identity]]
                self.send(stream, events + [books.sent[identity] for identity in known])
                books.counts["stream events"] += len(events)
                books.counts["repeats"] += len(known)

    def requests(self, choice):
        books = self.books
        waiting = [key for key in list(books.keyed) if key not in books.answered]
        again = choice.sample(sorted(books.answered), min(2, len(books.answered)))
        for key in waiting + again:
            self.request(key, wasAnswered=key in books.answered)
        while not self.isOver.is_set():
            number = next(books.numbers)
            key = f"request-{number}"
            books.keyed[key] = [books.make(eventId=None, contentId=f"key_{number}_{n}") for n in range(choice.randrange(1, 40))]
            self.request(key)
            if choice.random() < 0.2:
                self.request(key, wasAnswered=True)

    def request(self, key, wasAnswered=False):
        books = self.books
        answer = self.ask("POST", "/v1/events", books.keyed[key], headers={"Idempotency-Key": key})
        assert not wasAnswered or answer.headers["Idempotent-Replayed"] == "true", f"{key} was carried out again"
        books.answered.add(key)
        books.counts["requests"] += 1

    def persons(self, choice):
        books = self.books
        with Stream(self.path) as stream:
            number = next(books.numbers)
            device, user = f"phone_{number}", f"user_{number}"
            self.send(stream, [books.make(deviceId=device) for _ in range(2)])
            books.logins[device] = user
            self.send(stream, [books.make(event="identify", contentId=None, data={}, deviceId=device, userId=user)])
            books.told.add(device)
            books.counts["logins"] += 1
            one, other = f"old_{number}", f"new_{number}"
            self.send(stream, [books.make(userId=one, deviceId=None)])
            books.aliases[one] = other
            self.ask("POST", "/v1/identity/alias", {"fromUser": one, "toUser": other})
            books.joined.add(one)
            books.counts["aliases"] += 1
        self.isOver.wait(choice.uniform(0, 0.1))

    def erasures(self, choice):
        books = self.books
        number = next(books.numbers)
        user = f"planted-{number}-user"
        with Stream(self.path) as stream:
            events = [books.make(userId=user, deviceId=f"planted-{number}-phone") for _ in range(5)]
            books.erasing[user] = [event["eventId"] for event in events]
            # Until it is stored it may be there in part: the block is not one request.
            try:
                self.send(stream, events)
            except BaseException:
                del books.erasing[user]
                raise
        self.isOver.wait(choice.uniform(0, 0.2))
        self.ask("DELETE", f"/v1/users/{user}" + ("?now=true" if choice.random() < 0.3 else ""), expected=(200, 202))
        books.erased.add(user)
        books.counts["erasures"] += 1

    def administration(self, choice):
        target = choice.choice(["/v1/seal", "/v1/seal", "/v1/compact?now=true", "/v1/expire", "/v1/identity/squash", "/v1/identity/publish"])
        self.ask("POST", target)
        self.books.counts[target.split("?")[0]] += 1
        self.isOver.wait(choice.uniform(0, 0.1))

    def questions(self, choice):
        text = choice.choice([
            "FROM events |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS d GROUP BY event |> ORDER BY event",
            "FROM events |> WHERE contentId = 'cnt_7' |> SELECT seq, eventId |> ORDER BY seq DESC |> LIMIT 20",
            "FROM persons |> AGGREGATE count(*) AS n",
            "FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket |> ORDER BY bucket",
        ])
        self.ask("POST", "/v1/query?format=json", text.encode())
        self.books.counts["queries"] += 1


def read(path):
    """All events and the ledger, in a form that `Books.check` takes."""
    def rows(text):
        answer = ask(path, "POST", "/v1/query?format=ndjson", text.encode())
        assert answer.status == 200, answer.body
        return [json.loads(line) for line in answer.body.splitlines()]

    def ledger():
        return {row["bucket"]: row["n"] for row in rows("FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket")}

    # Erasures and expiry go on behind a start: both answers have to be of one moment.
    while True:
        before = ledger()
        events = rows("FROM events |> SELECT seq, eventId, event, contentId, userId, deviceId, personId, data.currentTime AS t")
        if ledger() == before:
            return events, before
