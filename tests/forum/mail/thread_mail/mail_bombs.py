"""Mutated mails and bombs, in bounded time and memory: ``make mail-bombs``.

1,000 and 330, or with ``ARGS=--hypothesis-profile=long`` 3,000 and 1,000.
"""

import resource
import time

import pytest
from hypothesis import settings

from tests.forum.mail.thread_mail.hostile_checks import receive_all
from tests.forum.mail.thread_mail.hostile_mails import bombs, mutated, plain_mails

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
#: Seconds of one mail, and megabytes that all may add to what the process takes.
SECONDS, MEGABYTES = 10, 400
#: How far the bombs go: 50 is 0.5 MB of a header or a line, 500 levels of parts.
SCALE = 50
#: How many there are: each of the twelve kinds of bomb comes in two dozen sizes.
MUTATED, BOMBS = 1_000, 330
if settings.get_current_profile_name() == "long":
    MUTATED, BOMBS = 3_000, 1_000


@pytest.fixture(autouse=True)
def bounded_memory():
    """Whatever comes, the process takes no more than it may."""
    before = _megabytes()
    yield
    assert _megabytes() - before < MEGABYTES


def test_of_mutated_mails_none_is_lost(address, claire, capsys):
    begun, plain = time.perf_counter(), plain_mails(claire)
    mails = (("mutated", mutated(plain[it % len(plain)], it)) for it in range(MUTATED))
    results, longest = receive_all(mails, address, SECONDS)

    assert results["published"] > MUTATED / 2
    _say(capsys, results, longest, begun)


def test_bombs_end_in_time(address, claire, capsys):
    begun = time.perf_counter()
    results, longest = receive_all(hostile(claire), address, SECONDS)

    assert sum(results.values()) == BOMBS + 1
    _say(capsys, results, longest, begun)


def hostile(claire):
    """The bombs, and a header of 10 MB."""
    yield from bombs(claire, BOMBS, scale=SCALE)
    yield (
        "header",
        f"From: {claire.email}\nSubject: ".encode() + b"x" * 10_000_000 + b"\n\nOui.",
    )


def _megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def _say(capsys, results, longest, begun):
    told = ", ".join(f"{it}: {number}" for it, number in results.items())
    with capsys.disabled():  # Seen where it runs in one process.
        print(f"\n{told}; the longest {longest[0]:.2f} s ({longest[1]});"
              f" {time.perf_counter() - begun:.1f} s, {_megabytes()} MB")  # fmt: skip
