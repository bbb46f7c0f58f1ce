"""Replies, sent as a browser sends a form, and timed.

A request is plain data, so any forum's can be described: ``{"path", "headers", "form"}``, or
``"json"`` in place of ``"form"``. In its values ``{mark}`` becomes ``zq`` and a number, by
which the reply is known again wherever it arrives; ``{words}`` some words; ``{key}`` a uuid.
"""

import http.client
import json
import random
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

MARK = "zq"
PROSE = (
    "le la de un forum message réponse page jour temps monde vie ville mer soleil bateau "
    "chemin livre maison table vent nuit lune jardin porte route train musique couleur"
)


@dataclass(frozen=True)
class SentReply:
    """One reply: its number and its moments, in nanoseconds of CLOCK_REALTIME.

    ``committed`` is None where the server does not tell (see ``bench.commit_clock``).
    """

    number: int
    started: int
    committed: int | None
    answered: int
    status: int

    @property
    def is_posted(self):
        """Whether the reply stands."""
        return self.status in (200, 201, 302, 303)

    @property
    def since(self):
        """The moment from which readers wait: the commit, where it is known."""
        return self.committed or self.started

    @property
    def took(self):
        """Milliseconds until the answer."""
        return (self.answered - self.started) / 1e6


def now():
    """CLOCK_REALTIME in nanoseconds, which all processes of a machine share."""
    return time.clock_gettime_ns(time.CLOCK_REALTIME)


def fill_in(request, number, words=100):
    """``request`` with its blanks filled in. Sent twice, it is one reply."""
    blanks = {
        "{mark}": f"{MARK}{number}",
        "{key}": str(uuid4()),
        "{words}": " ".join(random.choices(PROSE.split(), k=words)),
    }

    def fill(value):
        for blank, text in blanks.items():
            value = value.replace(blank, text) if isinstance(value, str) else value
        return value

    body = request.get("form") or request["json"]
    body = {name: fill(value) for name, value in body.items()}
    is_form = "form" in request
    kind = "application/x-www-form-urlencoded" if is_form else "application/json"
    headers = {"Content-Type": kind} | request.get("headers", {})
    text = urlencode(body) if is_form else json.dumps(body)
    return {"path": request["path"], "headers": headers, "body": text, "number": number}


class ReplyClient:
    """One writer's line to the pages, kept open where the server lets it."""

    #: ``{path: seq}``: how far answers were. Whoever writes has a page that was kept true.
    seen = {}

    def __init__(self, port):
        """Not connected yet."""
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, request):
        """Send a filled request once; OSError or HTTPException where no answer came."""
        path, headers = request["path"], dict(request["headers"])
        if "X-Seen" in headers:
            headers["X-Seen"] = str(self.seen.get(path, headers["X-Seen"]))
        started = now()
        try:
            self._line.request("POST", path, request["body"], headers)
            answer = self._line.getresponse()
            if found := re.match(rb'\{"seq": (\d+)', answer.read()):
                self.seen[path] = max(int(found[1]), self.seen.get(path, 0))
        except (OSError, http.client.HTTPException):
            self._line.close()
            raise
        committed = answer.getheader("X-Committed")
        committed = int(committed) if committed else None
        return SentReply(request["number"], started, committed, now(), answer.status)
