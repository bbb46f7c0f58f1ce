"""What is measured, as plain data: where readers listen and how a reply is posted.

Ours is made by ``from_site``. A peer needs a JSON file with the fields of ``Target``; that is
the whole adapter. One for NodeBB (socket.io), as an example::

    {"name": "NodeBB", "port": 4567, "pages_port": 4567,
     "paths": ["/socket.io/?EIO=4&transport=websocket"], "cookies": ["express.sid=…"],
     "rules": ["0=40", "40=42[\\"meta.rooms.enter\\",{\\"enter\\":\\"topic_1\\"}]", "2=3"],
     "posts": [{"path": "/api/v3/topics/1", "headers": {"Cookie": "…", "x-csrf-token": "…"},
                "json": {"content": "{mark} {words}"}}], "pids": [1234]}
"""

import http.client
import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Target:
    """A forum as the tools see it.

    ``paths`` and ``cookies`` go round the readers in turn, ``posts`` round the writers. With
    ``greeting`` a line counts as open once it has been told something; with ``packing`` it
    offers compression, and any text of 300 bytes counts as the reply. ``rules`` are answers
    to texts by their beginning, ``subscribe`` is what a reader says first. ``pids`` are the
    processes that hold the sockets.
    """

    name: str
    port: int
    pages_port: int
    paths: list
    posts: list = field(default_factory=list)
    cookies: list = field(default_factory=list)
    origin: str = ""
    greeting: bool = True
    packing: bool = False
    subscribe: str = ""
    rules: list = field(default_factory=list)
    pids: list = field(default_factory=list)


def from_file(name):
    """The peer that a JSON file describes."""
    return Target(**json.loads(Path(name).read_text()))


def from_site(site, scenery, cookies, name="Foirail", is_reading=False, packing=False):
    """Our own site: its first socket process, with the threads of ``scenery`` open.

    ``is_reading`` has every page say that it is looked at, ``packing`` take compressed texts.
    """
    seen = "&reading=1" if is_reading else ""
    writer = scenery["writers"][0]
    places = {one["id"]: current_seq(site.pages.port, one["path"], writer)
              for one in scenery["threads"]}  # fmt: skip
    return Target(
        name=name,
        port=site.sockets[0].port,
        pages_port=site.pages.port,
        paths=[f"/live/fils/{pk}/?after={seq}{seen}" for pk, seq in places.items()],
        posts=reply_requests(scenery, places),
        cookies=cookies,
        origin=site.sockets[0].address,
        packing=packing,
        pids=site.sockets[0].pids,
    )


def reply_requests(scenery, places, text="{mark} {words}"):
    """How each writer replies, in each thread in turn, as our composer does it."""
    writers, threads = scenery["writers"], scenery["threads"]
    return [
        reply_request(threads[n % len(threads)]["id"], writers[n % len(writers)], text,
              places.get(threads[n % len(threads)]["id"], 0))
        for n in range(len(writers) * len(threads))
    ]  # fmt: skip


def reply_request(thread, cookie, text, seen):
    """A reply through the form, with the token that cookie and form must share."""
    token = cookie.partition("csrftoken=")[2]
    form = {"csrfmiddlewaretoken": token, "idempotency_key": "{key}", "text": text}
    headers = {"Cookie": cookie, "X-Seen": str(seen)}
    return {"path": f"/fils/{thread}/reponses/", "headers": headers, "form": form}


def current_seq(port, path, cookie=""):
    """The change that a page of a thread, loaded now, has seen."""
    return int(re.search(r'data-seq="(\d+)"', load_page(port, path, cookie))[1])


def load_page(port, path, cookie=""):
    """A page, loaded as a browser does; RuntimeError where it is not one."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        html = answer.read().decode()
    finally:
        line.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return html
