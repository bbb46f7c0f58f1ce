"""A few of the mails that ``make mail-bombs`` tries by the thousand."""

import pytest

from tests.forum.mail.thread_mail.hostile_checks import receive_all
from tests.forum.mail.thread_mail.hostile_mails import bombs, mutated, plain_mails

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.mark.deep
def test_mutated_mails_end_somewhere_and_none_is_lost(address, claire):
    plain = plain_mails(claire)
    results, _longest = receive_all(
        (("mutated", mutated(raw, seed)) for seed, raw in enumerate(plain * 12)), address, 5
    )
    assert results["published"] > 10


@pytest.mark.deep
def test_bombs_end_in_time(address, claire):
    results, _longest = receive_all(bombs(claire, 24, scale=20), address, 5)

    assert sum(results.values()) == 24
