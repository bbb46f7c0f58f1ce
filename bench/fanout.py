"""How long until the last of N readers has a reply, and what that costs.

``python -m bench.fanout --sizes 100,500`` measures our site and the floor side by side, on a
database of its own; ``--textbook`` measures ``bench/group_send``, ``--target peer.json`` a
peer.
"""

import argparse
import time
from functools import partial
from statistics import median

from bench import processes, tables, targets
from bench.http_replies import ReplyClient, fill_in
from bench.reader_pool import Floor, ReaderPool
from bench.site_setup import CORES, GROUP_SEND, running_site

#: Who reads: in which space, each how manieth of the members, and a guest in how many.
#: Members sit in the three colleges in turn; a college's are all of one kind.
READERS = {
    "members": ("network", 1, None),
    "college": ("network", 3, None),
    "four kinds": ("public", 1, 4),
    "guests": ("public", 1, 1),
}


#: Idle is level where the share of a core differs by less in so many seconds.
LEVEL, LEVEL_SECONDS = 0.03, 8
#: A reply is late whose last reader has it after so many times the median.
LATE = 4
#: Seconds after which pages send a heartbeat: who says nothing for 90 s is let go.
HEARTBEAT = 30


def measure(target, readers, rounds=20, cores=""):
    """Post ``rounds`` replies one by one while ``readers`` look on; a row of the table."""
    post = partial(_post, ReplyClient(target.pages_port), target.posts)
    return _measure(target, readers, rounds, cores, lambda lines: post)


def measure_floor(readers, size, rounds=20, cores=("", "")):
    """The same with the bare loop, for frames of ``size`` bytes."""
    with Floor(size, cores[0]) as floor:
        spread = lambda lines: lambda number: (floor.spread(lines, number), 0.0)  # noqa: E731
        return _measure(floor.target(), readers, rounds, cores[1], spread)


def warm_up(target, cores=""):
    """Have a few readers told of a few replies: imports, pools and caches are then paid."""
    poster = ReplyClient(target.pages_port)
    with ReaderPool(target, 20, cores=cores) as few:
        for n in range(1, 4):
            _post(poster, target.posts, n)
            few.wait(n * few.open)


def _post(poster, requests, number):
    """Post reply ``number``; the moment from which readers wait, and what the writer waited."""
    sent = poster.send(fill_in(requests[number % len(requests)], number))
    if not sent.is_posted:
        raise RuntimeError(f"A reply was answered {sent.status}.")
    return sent.since, sent.took


def _measure(target, readers, rounds, cores, poster):
    before = processes.memory(target.pids)
    with ReaderPool(target, readers, cores=cores) as lines:
        if not lines.open:
            raise RuntimeError(f"No line of {target.name} opened: {lines.state().codes}.")
        if target.greeting and lines.seconds > HEARTBEAT:
            lines.send_heartbeats()
        idle, is_level = idle_share(target.pids)
        spent, started, then = processes.cpu(target.pids), time.monotonic(), lines.state()
        marks = list(_rounds(lines, poster(lines), rounds, target.greeting))
        spent = processes.cpu(target.pids) - spent - idle * (time.monotonic() - started)
        state, held = lines.state(), processes.memory(target.pids) - before
    came = [tables.parts(took) for took, _posted in marks if took]
    delivered = sum(len(took) for took, _posted in marks)
    middle, p99, last = (median(values) for values in zip(*came, strict=True))
    late = sorted(one[-1] for one in came if one[-1] > LATE * last)
    return {
        "what": target.name,
        "readers": lines.open if lines.open == readers else f"{lines.open} of {readers}",
        "median ms": middle,
        "p99": p99,
        "last": last,
        "worst": max(one[-1] for one in came),
        "late rounds, ms": late,
        "CPU µs a delivery": spent / delivered * 1e6,
        "kB a reader": held / lines.open / 1024,
        "readers/s connecting": lines.open / lines.seconds,
        "idle % of a core": idle * 100 if is_level else f"{idle * 100:.1f}, not level",
        "POST ms": median(posted for _took, posted in marks),
        "delivered": f"{delivered} of {rounds * lines.open}",
        "lines given up": state.closed,
        "frame, bytes": state.longest,
        "client µs": (state.cpu - then.cpu) / (state.texts - then.texts) * 1e6,
    }


def idle_share(pids, seconds=LEVEL_SECONDS, within=60):
    """``(share, is_level)``: of a core that ``pids`` use while nobody writes.

    Waited for until some ``seconds`` in a row differ by less than ``LEVEL``: what follows on
    connecting is no idleness. The quietest second of them; after ``within`` seconds the last.
    """
    shares = []
    while len(shares) < within:
        spent, started = processes.cpu(pids), time.monotonic()
        time.sleep(1)
        shares.append((processes.cpu(pids) - spent) / (time.monotonic() - started))
        newest = shares[-seconds:]
        if len(newest) == seconds and max(newest) - min(newest) < LEVEL:
            return min(newest), True
    return min(newest), False


def _rounds(lines, post, rounds, with_heartbeats):
    """The result of ``_round`` for each, with a heartbeat of all pages now and then.

    The floor gets none: to it each is a mark, which it sends to all.
    """
    beaten = time.monotonic()
    for number in range(1, rounds + 1):
        if with_heartbeats and time.monotonic() - beaten > HEARTBEAT:
            lines.send_heartbeats()
            beaten = time.monotonic()
        yield _round(lines, post, number)


def _round(lines, post, number, gap=0.2):
    """Milliseconds from the commit to each line, and those the writer waited."""
    since, posted = post(number)
    lines.wait(lines.state().open)
    took = [(one.at - since) / 1e6 for one in lines.arrivals() if one.number in (0, number)]
    time.sleep(gap)
    return took, posted


def with_ratios(one, floor):
    """The row ``one`` with how many times the ``floor`` it is."""
    times = {
        f"{what} ÷ floor": one[what] / floor[what] for what in ("last", "CPU µs a delivery")
    }
    return one | times


def compare(site, who, sizes, rounds=20, cores=CORES, name="Foirail", **pages):
    """Measure ``site`` and the floor side by side at each size; yield rows.

    ``pages`` say what ``targets.from_site`` may be told of them; they ask for compressed
    texts, as browsers do, unless that says otherwise.
    """
    pages = {"packing": True} | pages
    space, step, guests = READERS[who]
    scenery = site.run_json("bench.sample_data", readers=max(sizes) * step, space=space)
    cookies = scenery["readers"][::step]
    if guests:
        cookies = ["" if n % guests == 0 else cookie for n, cookie in enumerate(cookies)]
    of_site = partial(targets.from_site, site, scenery, cookies, f"{name}, {who}", **pages)
    for size in sizes:
        site.sockets[0].stop()  # Memory is counted in a process that is new.
        site.sockets[0].start()
        warm_up(of_site(), cores["client"])
        ours = measure(of_site(), size, rounds, cores["client"])
        pins = cores["sockets"], cores["client"]
        floor = measure_floor(size, ours["frame, bytes"], rounds, pins)
        yield from (with_ratios(ours, floor), with_ratios(floor, floor))


def compare_peer(target, sizes, rounds=20):
    """Measure a peer and the floor side by side at each size; yield rows."""
    warm_up(target)
    for size in sizes:
        peer = measure(target, size, rounds)
        floor = measure_floor(size, peer["frame, bytes"], rounds)
        yield from (with_ratios(peer, floor), with_ratios(floor, floor))


def main():
    """Measure what the command line names, and print a table."""
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("--sizes", default="100,500,1000,2000,5000")
    args.add_argument("--rounds", type=int, default=20)
    args.add_argument("--readers", choices=READERS, default="members")
    args.add_argument("--reading", action="store_true", help="pages say they are looked at")
    args.add_argument(
        "--plain", action="store_true", help="pages ask for no compressed texts; browsers do"
    )
    args.add_argument("--textbook", action="store_true", help="measure bench/group_send")
    args.add_argument("--target", help="a peer: a JSON file, see bench/targets.py")
    args = args.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    if args.target:
        return tables.print_table(
            compare_peer(targets.from_file(args.target), sizes, args.rounds)
        )
    name = "group_send" if args.textbook else "Foirail"
    with running_site(**(GROUP_SEND if args.textbook else {})) as site:
        pages = {"is_reading": args.reading, "packing": not args.plain}
        tables.print_table(
            compare(site, args.readers, sizes, args.rounds, CORES, name, **pages)
        )


if __name__ == "__main__":
    main()
