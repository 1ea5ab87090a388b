"""/openapi.json is what the daemon does: schemathesis asks in ways that nobody thought of.

    EVENTLOG_OPENAPI_EXAMPLES=200 pytest test_openapi.py        # per operation; a long evening
    EVENTLOG_OPENAPI_PHASES=stateful pytest test_openapi.py     # sequences of requests
    EVENTLOG_SEED=7 pytest test_openapi.py
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema
import openapi_spec_validator
import pytest

from asking import ask, make_key
from daemon import Daemon, event

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = os.environ.get("EVENTLOG_OPENAPI_EXAMPLES", "3")
PHASES = os.environ.get("EVENTLOG_OPENAPI_PHASES", "coverage,fuzzing")
# The same requests in each run, unless others are asked for.
CHOICE = ["--seed", os.environ["EVENTLOG_SEED"]] if "EVENTLOG_SEED" in os.environ else ["--generation-deterministic"]


@pytest.fixture
def door(binaries, short_tmp):
    """A daemon with a loopback listener, and a key for it."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "s", "--set", "tcp=127.0.0.1:0").start()
    address = re.search(rb"(\S+):(\d+), store", daemon.ready_line)
    daemon.tcp = address[1].decode(), int(address[2])
    daemon.key, _ = make_key(daemon.path, "secret")
    yield daemon
    daemon.stop()


def described(daemon):
    return ask(daemon.path, "GET", "/openapi.json").document


def operations(document):
    return [(path, method, operation) for path, methods in document["paths"].items()
            for method, operation in methods.items()]


def check(document, path, method, answer):
    """The answer has a status, a media type and a body that are described."""
    operation = document["paths"][path][method]
    assert str(answer.status) in operation["responses"], (path, method, answer.status, answer.body)
    place = f"#/paths/{path.replace('/', '~1')}/{method}/responses/{answer.status}"
    response = operation["responses"][str(answer.status)]
    while "$ref" in response:
        place = response["$ref"]
        response = document["components"]["responses"][place.rsplit("/", 1)[1]]
    media_type = answer.headers["Content-Type"].split(";")[0]
    assert media_type in response["content"], (path, method, media_type)
    if media_type == "application/json":
        place += "/content/application~1json/schema"
        jsonschema.Draft202012Validator(document | {"$ref": place}).validate(answer.document)


def strict(document):
    """The same, in which answers have no member that is not described."""
    document = json.loads(json.dumps(document))
    seen = set()

    def close(node):
        if isinstance(node, list):
            for one in node:
                close(one)
        if not isinstance(node, dict):
            return
        if "object" in node.get("type", "") and "properties" in node:
            node.setdefault("additionalProperties", False)
        target = node.get("$ref")
        if isinstance(target, str) and target not in seen:
            seen.add(target)
            _, _, kind, name = target.split("/")
            close(document["components"][kind][name])
        for name, one in node.items():
            if name not in ("example", "examples"):
                close(one)

    for _, _, operation in operations(document):
        close(operation["responses"])
    return document


def test_it_is_openapi_and_says_whether_a_key_is_needed(door):
    document = described(door)
    openapi_spec_validator.validate(document)
    assert document["openapi"].startswith("3.1.") and "security" not in document
    assert document["info"]["version"] == ask(door.path, "GET", "/v1/status").data["version"]
    assert ask(door.tcp, "GET", "/openapi.json").code == "UNAUTHORIZED"
    publishable, _ = make_key(door.path, "publishable")
    over_tcp = ask(door.tcp, "GET", "/openapi.json", key=publishable)
    assert over_tcp.headers["Content-Type"] == "application/json"
    assert over_tcp.document == document | {"security": [{"key": []}]}


def test_the_client_prints_it(door):
    printed = json.loads(door.offline("openapi").stdout)
    assert printed == described(door) | {"security": [{"key": []}]}


def test_its_codes_are_those_of_the_sources(door):
    sources = HERE.parents[1] / "Sources"
    written = set()
    for path in [*sources.glob("EventLogd/**/*.swift"), sources / "EventLog/Model/Refusal.swift"]:
        written |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+|FORBIDDEN|UNAUTHORIZED|CONFLICT|GONE)"', path.read_text()))
    written -= {name for name in written if name.startswith(("EVENTLOG_", "LISTEN_", "NOTIFY_", "WATCHDOG_", "XDG_"))}
    assert written == set(described(door)["components"]["schemas"]["ErrorCode"]["enum"])


def test_head_goes_where_get_goes_and_options_tells_what_there_is(door):
    for path, methods in described(door)["paths"].items():
        target = path.replace("{id}", "none")
        if path == "/v1/events/tail":
            continue  # Its length is not known before it ends, so it has no HEAD.
        allowed = {name.upper() for name in methods} | ({"HEAD"} if "get" in methods else set())
        options = ask(door.path, "OPTIONS", target)
        assert (options.status, options.body) == (204, b"")
        assert "Content-Length" not in options.headers and "Content-Type" not in options.headers
        assert set(options.headers["Allow"].split(", ")) == allowed, path
        assert not [name for name in options.headers if name.lower().startswith("access-control")]
        refused = ask(door.path, "PATCH", target)
        assert (refused.status, refused.headers["Allow"]) == (405, options.headers["Allow"])
        if "get" in methods:
            get, head = ask(door.path, "GET", target), ask(door.path, "HEAD", target)
            assert (head.status, head.body) == (get.status, b"")
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert ask(door.path, "OPTIONS", "/v1/nothing").status == 404
    assert ask(door.tcp, "OPTIONS", "/v1/events").code == "UNAUTHORIZED"


def test_parameters_that_are_not_described_are_refused(door):
    ask(door.path, "POST", "/v1/events", event(1))
    for path, method, _ in operations(described(door)):
        answer = ask(door.path, method.upper(), path.replace("{id}", "none") + "?dryrun=true", "{}")
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER"), (path, method)
        assert answer.document["error"]["details"] == [{"field": "dryrun", "reason": "unknown"}]
    for value, status in [("", 200), ("=true", 200), ("=1", 200), ("=maybe", 400), ("=TRUE", 400)]:
        assert ask(door.path, "POST", f"/v1/expire?dryRun{value}").status == status
    assert ask(door.path, "POST", "/v1/seal").data == {"sealed": 1}
    # Not a dry run: a step, of which there is none to do.
    assert ask(door.path, "POST", "/v1/expire?dryRun=false").data is None


def test_an_id_that_cannot_be_one_is_no_failure_of_the_store(door):
    for method, target in [("DELETE", "/v1/users/%01u"), ("GET", "/v1/users/%7Fu/traces"),
                           ("DELETE", "/v1/users/" + "u" * 513), ("DELETE", "/v1/users/Null")]:
        answer = ask(door.path, method, target)
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER"), target
        assert answer.document["error"]["details"] == [{"field": "userId", "reason": "invalid"}]
    assert ask(door.path, "DELETE", "/v1/users/" + "u" * 512).status == 202


@pytest.mark.parametrize("said, status", [(True, "dryRun"), (False, "stored"), (None, "stored"), (0, None), ({}, None)])
def test_dry_run_is_true_or_false(door, said, status):
    answer = ask(door.path, "POST", "/v1/identity/alias", {"fromUser": "a", "toUser": "b", "dryRun": said})
    assert (answer.data["status"] if status else answer.code) == (status or "INVALID_REQUEST")


def test_every_example_is_answered_as_described(door, short_tmp):
    """In the order of the document, so that what is asked for is not always there."""
    document = described(door)
    asked = 0
    for path, method, operation in operations(document):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            for example in content["examples"].values():
                body = example["value"]
                if operation["operationId"] == "makeSnapshot":
                    body = {"directory": str(short_tmp / "snapshot")}
                target = path.replace("{id}", "user_123")
                answer = ask(door.path, method.upper(), target, body, headers={"Content-Type": media_type})
                check(document, path, method, answer)
                # Aliases and links are not there to be taken back.
                assert answer.status < 300 or answer.status == 404, (path, answer.body)
                asked += 1
    assert asked >= 15
    _, record = make_key(door.path, "secret")
    for place in (record["id"], "none"):
        answer = ask(door.path, "DELETE", f"/v1/keys/{place}")
        check(document, "/v1/keys/{id}", "delete", answer)


def test_every_answer_is_as_described(door, short_tmp):
    """No failure of the daemon, and no status, media type, header or member that is not described."""
    path = short_tmp / "openapi.json"
    path.write_text(json.dumps(strict(ask(door.tcp, "GET", "/openapi.json", key=door.key).document)))
    host, port = door.tcp
    result = subprocess.run(
        [pathlib.Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml", "run", path,
         "--url", f"http://{host}:{port}", "--header", f"Authorization: Bearer {door.key}",
         "--max-examples", EXAMPLES, "--phases", PHASES, "--no-color", *CHOICE],
        cwd=short_tmp, env=os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)},
        capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ask(door.path, "GET", "/healthz").status == 200
