"""Three weeks of questions, as ``bench.fair_questions`` has a year of them."""

import pytest
from django.conf import settings

from bench.fair_year import create_members, simulate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "spaces", "topics", "no_posting_limits"),
]


@pytest.mark.deep
def test_nobody_is_told_over_the_ceiling_and_questions_reach_those_who_know(spaces):
    members = create_members(12, topics_each=1)
    year = simulate(members, spaces["network"], questions=30, days=21)
    assert year.busiest_week() == settings.FORUM_QUESTIONS_PER_WEEK
    assert year.short() == [] and year.reached
    assert year.answered > 10 and year.outcomes["passed on"] and year.outcomes["declined"]
