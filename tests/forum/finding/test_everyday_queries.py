"""Everyday queries find the threads and sheets of the demonstration that answer them."""

import tomllib
from pathlib import Path

import pytest

from accounts.models import User
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.finding.search.results import SearchResults
from forum.finding.search.search_query import SearchQuery
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.models import PublicVersion
from forum.models import Thread
from forum.site.demo import source_data
from forum.site.demo.loading import load_demo
from forum.site.demo.public_sheets import create_public_sheets
from forum.site.demo.sheets import create_more_sheets

pytestmark = [pytest.mark.deep, pytest.mark.django_db]
QUERIES = Path(__file__).parents[3] / "bench/search/queries_everyday.toml"
TOP = 10
#: The shares of queries with an answer among the first TOP, and with one first.
IN_TOP, FIRST = 0.95, 0.85


@pytest.fixture
def threads(settings, tmp_path):
    """The ids of the threads of the demonstration, by their slugs."""
    settings.MEDIA_ROOT = str(tmp_path)
    load_demo()
    create_more_sheets(now := ExperienceSheet.objects.latest("published_at").published_at)
    create_public_sheets(now)
    rows = [*source_data.threads(), *source_data.sheets(), *source_data.more_sheets()]
    by_title = {plain(title): pk for pk, title in Thread.objects.values_list("pk", "title")}
    return {
        row["slug"]: by_title[plain(row["title"])]
        for row in rows
        if plain(row["title"]) in by_title
    }


def plain(title):
    return " ".join(title.split())


def asked(threads):
    """Each query, with the ids of the threads that answer it."""
    for row in tomllib.loads(QUERIES.read_text("utf-8"))["queries"]:
        keys = [
            slug
            for named in row["relevant"]
            for slug in threads
            if slug == named or (named.endswith("*") and slug.startswith(named[:-1]))
        ]
        assert keys, row
        yield row["q"], {threads[slug] for slug in keys}


def shares(viewer, threads, readable):
    """The shares of ``asked`` that find an answer among the first, and one first."""
    of_versions = dict(PublicVersion.objects.values_list("pk", "sheet__thread"))
    numbers = []
    for typed, answers in asked(threads):
        if not answers & readable:
            continue
        results = SearchResults(viewer, SearchQuery.from_params({"q": typed}))
        found = [row.pk if row.pk > 0 else of_versions[-row.pk] for row in results.rows]
        is_first = bool(found) and found[0] in answers
        numbers.append((not answers.isdisjoint(found[:TOP]), is_first))
    return [sum(column) / len(numbers) for column in zip(*numbers, strict=True)]


def test_everyday_queries_find_what_answers_them(threads):
    viewers = map(viewer_of_person, User.objects.filter(closed_at=None))
    read = {
        viewer: set(Thread.objects.visible_to(viewer).values_list("pk", flat=True))
        for viewer in viewers
    }
    viewer = max(read, key=lambda it: len(read[it]))
    in_top, first = shares(viewer, threads, read[viewer])
    assert (in_top >= IN_TOP, first >= FIRST) == (True, True), (in_top, first)


def test_guests_find_what_is_public_by_them(threads):
    public = PublicVersion.objects.visible_to(GUEST).values_list("sheet__thread", flat=True)
    readable = set(public) | set(Thread.objects.visible_to(GUEST).values_list("pk", flat=True))
    in_top, first = shares(GUEST, threads, readable)
    assert (in_top >= IN_TOP, first >= FIRST) == (True, True), (in_top, first)
