"""Headless Chromium through its DevTools protocol, over a pair of pipes: nothing to install besides it."""
import base64
import collections
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ["chromium", "chromium-browser", "google-chrome"]


def find():
    """The program, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One window. Everything that it complains about is kept in `complaints`."""

    def __init__(self, width=1280, height=900):
        self.home = tempfile.mkdtemp(prefix="evlbrowser")
        self.number, self.answers, self.messages = 0, {}, collections.deque()
        self.complaints, self.requested = [], []
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()
        # The protocol is spoken on descriptors 3 and 4.
        command = (
            f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}')
        self.process = subprocess.Popen(
            ["bash", "-c", command, find(), "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.home}",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb", f"--window-size={width},{height}", "about:blank"],
            pass_fds=[to_browser, from_browser], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.session = b"", None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        os.close(self.input)
        os.close(self.output)
        shutil.rmtree(self.home, ignore_errors=True)

    # The protocol

    def call(self, method, timeout=60, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        end = time.monotonic() + timeout
        while self.number not in self.answers:
            assert self.read(end - time.monotonic()), f"{method}: no answer"
        answer = self.answers.pop(self.number)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def read(self, patience):
        """Takes what comes within `patience` seconds; gives whether there was something."""
        if patience <= 0 or not select.select([self.input], [], [], patience)[0]:
            return False
        data = os.read(self.input, 1 << 20)
        assert data, "the browser has ended"
        *messages, self.rest = (self.rest + data).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.notice(message["method"], message["params"])
        return True

    def notice(self, method, parameters):
        if method == "Network.requestWillBeSent":
            self.requested.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(" ".join(str(a.get("description", a.get("value"))) for a in parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(parameters["entry"]["text"] + " " + parameters["entry"].get("url", ""))

    # What a person does and sees

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, **features):
        """`colour="dark"`, `motion="reduce"`."""
        names = {"colour": "prefers-color-scheme", "motion": "prefers-reduced-motion"}
        self.call("Emulation.setEmulatedMedia", features=[{"name": names[name], "value": value} for name, value in features.items()])

    def open(self, url):
        # Two addresses that differ behind the # only are one document.
        if self.run("location.href.split('#')[0]") == url.split("#")[0] and "#" in url:
            self.run(f"location.hash = {json.dumps(url.split('#', 1)[1])}")
        else:
            self.call("Page.navigate", url=url)

    def run(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression, seconds=20):
        """Looks until the expression is true."""
        end = time.monotonic() + seconds
        while True:
            if self.run(f"!!({expression})"):
                return
            assert time.monotonic() < end, (expression, self.text()[-3000:], self.complaints)
            self.read(0.05)

    def text(self):
        return self.run("document.body ? document.body.innerText : ''") or ""

    def press(self, key, modifiers=0, text=None):
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35}
        code = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        text = text if text is not None else ("\r" if key == "Enter" else key if len(key) == 1 else None)
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers, "code": f"Key{key.upper()}" if key.isalpha() and len(key) == 1 else key}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text and not modifiers & 2 else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def shoot(self, path, full=True):
        """A picture of the page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        more = {"clip": clip, "captureBeyondViewport": True} if full else {}
        data = self.call("Page.captureScreenshot", format="png", **more)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
