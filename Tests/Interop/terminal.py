"""A terminal for the programs under test: what they write is drawn on a screen that tests look at."""
import os
import time

import pexpect
import pyte


class Terminal:
    def __init__(self, arguments, rows=24, columns=80, **environment):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        settings = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | environment
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(
            str(arguments[0]), [str(argument) for argument in arguments[1:]],
            env=inherited | settings, dimensions=(rows, columns), timeout=60)
        self.process.delaybeforesend = None

    @property
    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self):
        return "\n".join(self.lines).rstrip()

    def send(self, text):
        self.process.send(text)

    def wait(self, is_there, seconds=60):
        """Draws until the screen is as wanted."""
        end = time.monotonic() + seconds
        while not is_there(self):
            assert time.monotonic() < end, self.text
            self.draw(0.05)
        return self

    def wait_for(self, text, seconds=60):
        return self.wait(lambda terminal: text in terminal.text, seconds)

    def draw(self, seconds=0.05):
        """Draws what comes within this time."""
        try:
            piece = self.process.read_nonblocking(1 << 16, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += piece
        self.stream.feed(piece)
        return True

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def status(self):
        """Draws to the end; the exit status."""
        while self.draw(1):
            pass
        self.process.close()
        return self.process.exitstatus
