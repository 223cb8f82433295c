"""A Chromium without a window, driven over its DevTools protocol by way of two pipes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_START = """
import fcntl, os, sys
heard, said = (fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3])
os.dup2(heard, 3)
os.dup2(said, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""The protocol is spoken on the descriptors 3 and 4, whatever numbers the pipes have here."""
_MOST = 4_000
"""Messages to wait for an answer: a page that sends more of them is broken."""


def chromium() -> str | None:
    """Return the first Chromium on the path."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Browser:
    """One browser with one page; `requests` and `complaints` are what the page asked of others and what it reported."""

    program: str
    profile: Path
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _number: int = 0
    _session: str | None = None
    _rest: bytes = b""
    _events: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        heard, self._to = os.pipe()
        self._from, said = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(heard), str(said), self.program, *flags, "--disable-dev-shm-usage",
             "--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={self.profile}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(heard, said),
        )  # fmt: skip
        os.close(heard)
        os.close(said)
        try:
            self._open()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def _open(self) -> None:
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def _end(self) -> None:
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        self._process.wait(timeout=30)

    def show(self, file: Path, *, width: int, dark: bool, height: int = 900) -> None:
        """Open a page in a window of this width, and wait until it is loaded."""
        self.requests.clear()
        self.complaints.clear()
        scheme = "dark" if dark else "light"
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._events.clear()
        self._ask("Page.navigate", url=file.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._hear()

    def tell(self, expression: str) -> Any:  # noqa: ANN401 -- whatever JSON can say
        """Return what an expression of JavaScript is in the page; the page's own policy does not bind it."""
        found = self._ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def ask(self, method: str, **given: object) -> Any:  # noqa: ANN401 -- whatever the protocol answers
        """Return the answer to a message of the protocol."""
        return self._ask(method, **given)

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """Write a picture of the page, or of its first window."""
        found = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(found["data"]))

    def _ask(self, method: str, **given: object) -> Any:  # noqa: ANN401 -- whatever the protocol answers
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        for _ in range(_MOST):
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, (method, heard["error"])
                return heard["result"]
        raise AssertionError(f"no answer to {method}")

    def _hear(self) -> Any:  # noqa: ANN401 -- whatever the protocol says
        while b"\0" not in self._rest:
            part = os.read(self._from, 1 << 16)
            assert part, "the browser has gone"
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\0")
        heard = json.loads(line)
        self._note(heard.get("method", ""), heard.get("params", {}))
        return heard

    def _note(self, method: str, given: Any) -> None:  # noqa: ANN401 -- whatever the protocol says
        self._events.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])
        if method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.complaints.append(json.dumps(given))
        if method == "Log.entryAdded":
            self.complaints.append(f"{given['entry']['level']}: {given['entry']['text']}")
