"""The sheets of the demonstration: whole, plausible, of eight topics and more."""

from collections import Counter

import pytest

from accounts.viewers.viewers import GUEST
from forum.library.sheets.figures.figure_questions import questions_about
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import MAX_SUMMARY_LENGTH, PublicVersion
from forum.library.sheets.queries import missing_parts, typed_figures
from forum.library.sheets.sheet_text import sheet_text
from forum.models import Thread
from forum.site.demo import source_data
from forum.site.demo.loading import load_demo
from forum.site.demo.public_sheets import create_public_sheets
from forum.site.demo.sheets import create_more_sheets
from tests.forum.thread_invariants import check_all_threads

pytestmark = pytest.mark.django_db


#: Sheets of each larger set, its topics, and sheets of each topic in all, at least.
_SHEETS, _TOPICS, _OF_EACH = 24, 8, 3


def test_each_of_the_larger_sets_is_of_eight_topics():
    rows = source_data.more_sheets()
    split = next(n for n, row in enumerate(rows) if row["slug"] == "fiche-bois-erdille")
    for some in (rows[:split], rows[split:]):
        assert len(some) >= _SHEETS and len({row["topic"] for row in some}) >= _TOPICS
    assert min(Counter(row["topic"] for row in rows[split:]).values()) >= _OF_EACH
    assert (
        len({row["slug"] for row in rows}) == len({row["title"] for row in rows}) == len(rows)
    )


@pytest.mark.deep
def test_nothing_in_the_larger_sets_is_asked_about_or_missing():
    load_demo()
    small = ExperienceSheet.objects.count()
    create_more_sheets(ExperienceSheet.objects.latest("published_at").published_at)

    rows = ExperienceSheet.objects.select_related("thread__topic", "territory")
    topics = Counter(sheet.thread.topic.slug for sheet in rows)
    assert small == len(source_data.sheets())
    assert len(rows) - small == len(source_data.more_sheets())
    assert len(topics) >= _TOPICS and min(topics.values()) >= _OF_EACH
    for sheet in rows:
        asked = questions_about(typed_figures(sheet), sheet.thread.topic.slug)
        assert (asked, missing_parts(sheet)) == ({}, {}), sheet.title
        post = sheet.thread.posts.get(number=1)
        assert post.text == sheet_text(sheet, sheet.figures.all())
    assert Thread.objects.filter(has_sheet=True).count() == len(rows)
    check_all_threads()


@pytest.mark.deep
def test_three_are_public_and_one_waits_for_an_author():
    load_demo()
    now = ExperienceSheet.objects.latest("published_at").published_at
    create_more_sheets(now)
    create_public_sheets(now)

    public = PublicVersion.objects.visible_to(GUEST)
    assert public.count() == 3 and public.filter(without_prices=True).count() == 1
    waiting = PublicVersion.objects.waiting().get()
    assert waiting.consents.filter(answer="").count() == 1
    for version in PublicVersion.objects.all():
        assert len(version.summary) <= MAX_SUMMARY_LENGTH
