"""Loading the demonstration: whole or not at all, in order, and on no real site."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Organisation, User
from forum.site.demo import source_data, timestamps
from forum.site.demo.consent_rounds import step_times
from forum.site.demo.loading import load_demo

pytestmark = pytest.mark.long


def test_it_is_whole_or_not_at_all(db, monkeypatch):
    monkeypatch.setattr("forum.site.demo.bulk_threads.create_threads", lambda drafts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load_demo()

    assert not Organisation.objects.exists() and not User.objects.exists()


@pytest.mark.parametrize(
    "today", [datetime(2026, 7, day, 7, tzinfo=UTC) for day in range(6, 13)]
)
def test_things_are_said_in_order_in_office_hours_of_working_days_gone_by(today):
    said = timestamps.post_times([9, 8, 7, 7, 6, 5, 4, 3, 2, 1, 1], "un fil", today)

    assert all(earlier < later for earlier, later in pairwise(said))
    assert said[-1] < today
    for moment in map(timezone.localtime, said):
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 20
    assert said == timestamps.post_times([9, 8, 7, 7, 6, 5, 4, 3, 2, 1, 1], "un fil", today)


@pytest.mark.parametrize(
    "today", [datetime(2026, 7, day, 7, tzinfo=UTC) for day in range(6, 13)]
)
def test_what_is_to_come_falls_on_a_working_day_the_next_one_after_a_weekend(today):
    for days in range(10, 20):
        day = timestamps.working_day(today, days)
        late = (day - timezone.localdate(today)).days - days

        assert day.weekday() < 5
        assert late == 0 or (day.weekday() == 0 and 0 < late <= 2)


def test_the_command_refuses_a_real_site(db, settings):
    settings.FORUM_DEMO = False

    with pytest.raises(CommandError, match="FORUM_DEMO=1"):
        call_command("load_demo")

    assert not User.objects.exists()


@pytest.mark.parametrize("day", range(7))
def test_steps_of_a_round_come_in_their_order_whatever_the_day_it_is_loaded(day):
    now = timezone.make_aware(datetime(2026, 11, 23 + day, 7, 0))
    for row in source_data.consent_rounds():
        times = step_times(row, now)
        taken = [times[f"{it['person']}/{it['version']}"] for it in row["positions"]]
        ends = ["closed", "decided"] if "outcome" in row else []
        in_order = [times["began"], *taken, *(times[name] for name in ends)]
        assert in_order == sorted(set(in_order))
        assert in_order[-1] < now
        if "former" in row:
            (first, *others) = (
                times[f"{it['person']}/{it['version']}"] for it in row["positions"]
            )
            assert first < times["amended"] < min(others)
