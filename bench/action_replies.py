"""Replies through the action itself, with no form and no HTTP. It runs inside the site.

``python -m bench.action_replies --threads=7,8 --writers=3,5 --seconds=10`` has people 3 and 5
post as fast as they can, each in a thread of this process, in each thread of the forum in
turn. It prints ``[[number, started, committed], …]`` as JSON, in nanoseconds of CLOCK_REALTIME.
``--rate`` holds each of them back; ``--count`` ends it sooner; ``--first`` is the first number,
and the next writer's is ``APART`` times the number of threads further; ``--mute=1`` loses every
poke, as if the process died between commit and poke.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import django

from bench.commit_clock import committed
from bench.http_replies import MARK, now

#: Replies in a thread that one writer's numbers have room for.
NUMBERS_PER_WRITER = 1_000_000


def main():
    """Reply, and print when."""
    args = argparse.ArgumentParser()
    args.add_argument("--threads", required=True)
    args.add_argument("--writers", required=True)
    args.add_argument("--seconds", type=float, default=60)
    args.add_argument("--rate", type=float, default=0, help="a second, by each; 0: any")
    args.add_argument("--count", type=int, default=10**6)
    args.add_argument("--first", type=int, default=1)
    args.add_argument("--mute", type=int, default=0)
    args = args.parse_args()
    django.setup()
    from forum.base.events import event_recorded

    if args.mute:
        event_recorded.disconnect(dispatch_uid="realtime.bus")
    writers, apart = args.writers.split(","), NUMBERS_PER_WRITER * len(args.threads.split(","))
    with ThreadPoolExecutor(len(writers)) as pool:
        firsts = range(args.first, args.first + apart * len(writers), apart)
        posted = list(pool.map(lambda *one: list(_replies(args, *one)), writers, firsts))
    print(json.dumps(sum(posted, [])))


def _replies(args, writer, first):
    from accounts.models import User
    from accounts.viewers.viewers import viewer_of_person
    from forum.conversation.threads import actions
    from forum.models import Thread

    threads = [Thread.objects.get(pk=pk) for pk in args.threads.split(",")]
    writer, ends = User.objects.get(pk=writer), now() + args.seconds * 1e9
    begun, pause = now(), 1e9 / args.rate if args.rate else 0
    for number in range(first, first + args.count):
        time.sleep(max(0, begun + (number - first) * pause - now()) / 1e9)
        if (started := now()) > ends:
            return
        thread, text = threads[number % len(threads)], f"{MARK}{number} {'voilà ' * 100}"
        actions.post_reply(thread, viewer_of_person(writer), text, uuid4())
        yield number, started, committed.get()


if __name__ == "__main__":
    main()
