"""An empty list tells each role what is true, and one useful thing to do now."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.models import Topic
from tests.factories import AUTHORITIES, PROJECTS, break_glass, join_group, start_thread

pytestmark = pytest.mark.usefixtures("cast_scene")

WIND = "/sujets/eolien/"


@pytest.fixture
def wind(db, topics):
    """A topic on which there is nothing yet."""
    return Topic.objects.get(slug="eolien")


@pytest.fixture
def reads(browser_of):
    """The main part of a page, as a person reads it."""

    def reads(person, address=WIND):
        text = browser_of(person).get(address).text
        text = re.sub(r'data-drawn="\d+"', "", text)  # The moment.
        return text[text.index("<main") : text.index("</main>")]

    return reads


def test_a_page_past_the_last_one_is_not_offered(wind, reads):
    past = reads(None, "/?page=2")

    assert "Cette page est vide" in past and 'class="pages"' not in past


def leads_to(text, name, *args):
    return f'href="{reverse(name, args=args)}' in text


def test_a_guest_is_told_how_many_threads_members_have_and_led_to_joining(
    claire, spaces, wind, reads
):
    for title in ("Une question d’éolien", "Une autre question"):
        start_thread(claire, spaces["network"], topic=wind, title=title)
    text = reads(None)

    assert "2 fils de membres sur ce sujet" in text
    assert leads_to(text, "account_signup") and not leads_to(text, "new-thread")
    assert "question d’éolien" not in text and "Personne" not in text


def test_what_colleges_and_groups_say_is_never_counted_for_others(
    claire, people, spaces, wind, reads
):
    outsiders = (None, people.registered)
    before = [reads(person) for person in outsiders]
    start_thread(claire, spaces[AUTHORITIES], topic=wind)
    join_group(claire)
    start_thread(claire, spaces["group"], topic=wind)

    assert [reads(person) for person in outsiders] == before
    assert "fil de membres" not in "".join(before)


def test_public_threads_are_followed_by_the_count_of_the_members_own(
    claire, people, spaces, wind, reads
):
    start_thread(claire, spaces["public"], topic=wind)
    start_thread(claire, spaces["network"], topic=wind)

    for person in (None, people.registered):
        assert "1 fil de membres sur ce sujet" in reads(person)
        assert "1 fil de membres" in reads(person, "/")
    assert "fil de membres" not in reads(claire) + reads(claire, "/")
    for filtered in ("?vue=experiences", "?nature=question", "?espace=place-publique"):
        assert "fil de membres" not in reads(None, WIND + filtered), "what is not counted so"


def test_who_has_not_signed_is_led_to_the_charter_and_not_to_an_account(
    people, spaces, wind, reads
):
    text = reads(people.registered)

    assert "Rien de public ici" in text
    assert leads_to(text, "charter")
    assert not leads_to(text, "new-thread") and not leads_to(text, "account_signup")


@pytest.mark.parametrize("role", ["authorities", "animator"])
def test_a_member_is_not_told_that_nobody_asked_where_another_college_did(
    role, people, jeanne, spaces, wind, reads
):
    before = reads(getattr(people, role))
    start_thread(jeanne, spaces[PROJECTS], topic=wind)
    text = reads(getattr(people, role))

    assert text == before
    assert "Rien encore dans les espaces que vous lisez" in text
    assert leads_to(text, "new-thread") and "topic=eolien" in text


def test_an_empty_room_says_so_to_who_reads_all_of_it(claire, spaces, reads):
    assert "Cette pièce est encore vide" in reads(
        claire, spaces[AUTHORITIES].get_absolute_url()
    )
    assert "Personne n’a encore rien demandé ici" in reads(claire, "/espaces/reseau/")


def test_where_one_only_reads_one_is_not_asked_to_write(claire, lucie, spaces, reads):
    break_glass(lucie, AUTHORITIES)
    group = join_group(claire).group
    group.ends_at = timezone.now()
    group.save()
    opened = reads(lucie, spaces[AUTHORITIES].get_absolute_url())
    archived = reads(claire, spaces["group"].get_absolute_url())

    assert leads_to(opened, "break-glass") and leads_to(archived, "group", group.slug)
    assert not leads_to(opened + archived, "new-thread")


@pytest.mark.parametrize("query", ["?vue=sans-reponse", "?vue=resolus", "?nature=discussion"])
def test_an_empty_choice_promises_nobody_what_they_may_not_do(query, people, wind, reads):
    for person in (None, people.registered):
        text = reads(person, WIND + query)
        assert "Rien de public ne répond à ce choix" in text
        assert not leads_to(text, "new-thread")
    assert leads_to(reads(people.authorities, WIND + query), "new-thread")


def test_an_empty_inbox_leads_who_has_not_signed_to_the_charter(people, reads):
    assert leads_to(reads(people.registered, reverse("inbox")), "charter")


def test_a_search_by_topic_tells_a_guest_that_it_looks_at_what_is_public(people, reads):
    for page in ("organisations", "territories"):
        address = f"{reverse(page)}?sujet=eolien"
        assert "les fils publics" in reads(None, address)
        assert "les fils publics" not in reads(people.authorities, address)
