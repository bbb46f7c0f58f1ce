"""Replies through the action itself, with no form and no HTTP. It runs inside the site.

``python -m bench.replying --threads=7,8 --writer=3 --seconds=10`` posts as fast as it can,
in each thread in turn, and prints ``[[number, started, committed], …]`` as JSON, in
nanoseconds of CLOCK_REALTIME. ``--count`` ends it sooner; ``--first`` is the first number;
``--mute=1`` loses every poke, as if the process died between commit and poke.
"""

import argparse
import json
from uuid import uuid4

import django

from bench.moments import committed
from bench.posting import MARK, now


def main():
    """Reply, and print when."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--threads", required=True)
    asked.add_argument("--writer", type=int, required=True)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--count", type=int, default=10**6)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--mute", type=int, default=0)
    asked = asked.parse_args()
    django.setup()
    from forum.events import recorded

    if asked.mute:
        recorded.disconnect(dispatch_uid="realtime.poke")
    print(json.dumps(list(_replies(asked))))


def _replies(asked):
    from accounts.models import User
    from accounts.viewers import of_person
    from forum.models import Thread
    from forum.threads import actions

    threads = [Thread.objects.get(pk=pk) for pk in asked.threads.split(",")]
    writer, ends = User.objects.get(pk=asked.writer), now() + asked.seconds * 1e9
    for number in range(asked.first, asked.first + asked.count):
        if (started := now()) > ends:
            return
        thread, text = threads[number % len(threads)], f"{MARK}{number} {'voilà ' * 100}"
        actions.post_reply(thread, of_person(writer), text, uuid4())
        yield number, started, committed.get()


if __name__ == "__main__":
    main()
