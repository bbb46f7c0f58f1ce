"""The minutes of votes by secret ballot: who voted and what was counted, never who for what."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consent_rounds.models import ConsentRound
from forum.conversation.consent_rounds.queries import decisions
from forum.conversation.consultations.actions import remove, restore
from forum.conversation.follows.actions import choose_follow
from forum.conversation.follows.models import Channel, Level
from forum.conversation.menu.queries import site_menu
from forum.conversation.polls.minutes.models import PollMinutes
from forum.conversation.polls.minutes.queries import digest_of
from forum.conversation.polls.models import Poll
from forum.conversation.polls.notifications import closed_polls, counted_polls
from forum.moderation.thread_moves.merges.actions import merge_threads
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, move_thread, start_thread
from tests.forum.conversation.notification_helpers import notifications_by
from tests.forum.conversation.poll_helpers import (
    add_poll,
    card,
    cast,
    create_counted_poll,
    end_poll,
    open_vote,
    page_of,
    words,
)
from tests.forum.conversation.round_helpers import create_round
from tests.forum.finding.search_helpers import found
from tests.forum.plans import keep_only_index
from tests.forum.test_query_counts import POLL, Counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

QUESTION = "Qui anime le groupe\u202f?"
DECISIONS = "/decisions/"


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="L’animation")


@pytest.fixture
def people(claire, jeanne, lucie, make_person):
    colleges = [AUTHORITIES, PROJECTS, SUPPORT] * 3
    return [make_person(f"Votante {n}", college) for n, college in enumerate(colleges[:8])]


@pytest.fixture
def counted(thread, people, claire):
    """A vote in which six of eleven have voted, four of them for list A."""
    poll = open_vote(thread, claire, question=QUESTION)
    for nth, person in enumerate(people[:6]):
        cast(poll, person, 1 if nth < 4 else 2)
    return end_poll(poll)


def by(person):
    return viewer_of_person(person)


def pdf_of(browser, poll):
    """The text of the minutes of ``poll``."""
    content = browser.get(reverse("poll-minutes", args=[poll.pk])).content
    return words(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def listed(person):
    """What the list of decisions has for ``person``."""
    return [str(one.it) for one in decisions(by(person), 1).rows]


def test_once_counted_its_page_is_its_minutes(counted, people, thread, jeanne, browser_of):
    page, digest = page_of(browser_of(jeanne), counted), counted.written_minutes.digest
    assert page.count("Ce n’est pas une élection au sens de la loi.") == 1
    assert "Liste A 4 voix, 67 %" in page and "Liste B 2 voix, 33 %" in page
    assert page.index("Procès-verbal en PDF") < page.index("Liste A 4 voix, 67")
    assert "11 voix" in page and page.count("Ont voté :") == 3
    voted = [it.split("Voix sans bulletin")[0] for it in page.split("Ont voté :")[1:]]
    for nth, person in enumerate(people):
        assert any(person.full_name in it for it in voted) == (nth < 6)
        assert person.full_name in page
    assert digest in page and "rien n’y a changé depuis" in page
    assert "Voir le procès-verbal" in card(browser_of(jeanne), thread)


def test_while_one_votes_nobody_reads_who_voted(thread, people, claire, lucie, browser_of):
    poll = open_vote(thread, claire)
    for person in people[:6]:
        cast(poll, person, 1)
    for person in claire, lucie:
        page = page_of(browser_of(person), poll)
        assert "Ont voté" not in page and "sans bulletin" not in page
        assert (
            browser_of(person).get(reverse("poll-minutes", args=[poll.pk])).status_code == 403
        )
    assert not PollMinutes.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_pdf_says_the_same_in_either_language(
    counted, people, claire, browser_of, language
):
    browser = browser_of(claire)
    browser.cookies["django_language"] = language
    text = pdf_of(browser, counted)
    assert QUESTION.replace("\u202f", " ") in text and counted.written_minutes.digest in text
    assert "Claire" in text and all(person.full_name in text for person in people)
    said = {
        "fr": ["Procès-verbal d’un vote à bulletin secret", "Liste A : 4 voix, 67 %",
               "Bulletins déposés : 6, pour 11 voix.", "Ont voté :", "Sans bulletin :",
               "Ce n’est pas une élection au sens de la loi."],
        "en": ["Minutes of a vote by secret ballot", "Liste A: 4 votes, 67%",
               "Ballots cast: 6, for 11 voters.", "Voted:", "No ballot:",
               "This is no election in the sense of the law."],
    }  # fmt: skip
    for it in said[language]:
        assert it in text


def test_where_too_few_voted_the_minutes_tell_why_nothing_is_counted(
    thread, people, claire, browser_of
):
    poll = open_vote(thread, claire)
    for person in people[:4]:
        cast(poll, person, 1)
    poll = end_poll(poll)
    assert poll.written_minutes.leading == []
    for said in page_of(browser_of(claire), poll), pdf_of(browser_of(claire), poll):
        assert "Moins de cinq bulletins" in said and "100 %" not in said
        assert all(person.full_name in said for person in people)
    assert "non comptés : moins de cinq" in words(browser_of(claire).get(DECISIONS).text)


def test_the_fingerprint_attests_each_thing_that_the_minutes_have(counted, people):
    digest = digest_of(counted)
    assert digest == counted.written_minutes.digest
    voter = counted.voters.filter(has_voted=False).first()
    changes = [
        lambda: setattr(counted, "question", "Qui ?"),
        lambda: setattr(counted, "choices", counted.choices.replace("A", "Z")),
        lambda: setattr(counted, "author_id", people[0].pk),
        lambda: setattr(counted, "created_at", counted.created_at - timedelta(days=1)),
        lambda: setattr(counted, "closed_at", counted.closed_at - timedelta(days=1)),
        lambda: setattr(counted, "closes_on", counted.closes_on - timedelta(days=1)),
        lambda: counted.voters.filter(pk=voter.pk).update(has_voted=True),
        lambda: counted.ballots.first().delete(),
    ]
    for change in changes:
        change()
        changed = digest_of(counted)
        assert changed != digest
        digest = changed


def test_minutes_with_changed_words_say_so(counted, claire, browser_of):
    Poll.objects.filter(pk=counted.pk).update(question="Qui, sans nom ?")
    assert "Des mots ont été retirés depuis" in page_of(browser_of(claire), counted)


def test_all_who_lead_are_named_in_the_list_and_no_other(thread, people, claire, browser_of):
    poll = open_vote(thread, claire)
    for nth, person in enumerate(people[:6]):
        cast(poll, person, 1 + nth % 2)
    end_poll(poll)
    said = words(browser_of(claire).get(DECISIONS).text)
    assert "en tête, à égalité : Liste A · Liste B" in said and "Liste C" not in said


def test_rounds_and_votes_are_one_list_the_last_first(counted, thread, claire, browser_of):
    now = timezone.now()
    for title, at in ("Avant", now - timedelta(days=1)), ("Après", now + timedelta(minutes=1)):
        create_round(thread, title=title, closed_at=at, decided_at=at, outcome="adopted")
    assert listed(claire) == ["Après", QUESTION, "Avant"]
    text = browser_of(claire).get(DECISIONS).text
    assert "retenu : Liste A" in words(text) and "à bulletin secret" in text
    assert re.search(r':(&#32;| )<span lang="fr">Liste A', text)


def test_the_list_has_pages_on_which_each_stands_once(thread, claire, browser_of):
    for n in range(13):
        about = {"closed_at": timezone.now(), "closes_on": None}
        create_round(thread, title=f"Tour {n}.", decided_at=timezone.now(), **about)
        create_counted_poll(thread, f"Vote {n}.")
    pages = [words(browser_of(claire).get(f"{DECISIONS}?page={n}").text) for n in (1, 2)]
    for n in range(13):
        for name in f"Tour {n}.", f"Vote {n}.":
            assert [page.count(name) for page in pages] in ([1, 0], [0, 1])
    assert "Vote 12." in pages[0] and "Tour 0." in pages[1]


def test_an_open_vote_stands_with_open_rounds_and_a_plain_poll_in_no_list(
    thread, people, claire, spaces, browser_of
):
    open_vote(thread, claire, question=QUESTION)
    add_poll(start_thread(claire, spaces["network"]), claire, question="Un avis\u202f?")
    create_round(start_thread(claire, spaces["network"]), title="Le silo")
    page = words(browser_of(claire).get(DECISIONS).text)
    assert "Qui anime" in page and "Le silo" in page and "Un avis" not in page
    assert listed(claire) == []


def test_a_vote_of_a_college_is_nowhere_for_who_does_not_read_it(
    people, claire, jeanne, lucie, spaces, make_person, browser_of, client
):
    for n in range(5):
        make_person(f"Élue {n}", AUTHORITIES)
    thread = start_thread(claire, spaces[AUTHORITIES], title="Entre nous")
    poll = open_vote(thread, claire, question="Qui préside le collège\u202f?")
    for person in User.objects.filter(full_name__startswith="Élue"):
        cast(poll, person, 1)
    poll = end_poll(poll)
    assert listed(claire) == [poll.question]
    assert found(by(claire), "préside collège") == [thread.pk]
    assert found(by(jeanne), "préside collège") == [] == listed(jeanne)
    assert not PollMinutes.objects.visible_to(by(jeanne)).exists()
    for browser in browser_of(jeanne), client:
        assert "préside" not in browser.get(DECISIONS).text
        assert browser.get(poll.get_absolute_url()).status_code == 404
    assert browser_of(jeanne).get(reverse("poll-minutes", args=[poll.pk])).status_code == 404
    assert notifications_by(counted_polls, jeanne, by(jeanne)) == []


def test_one_that_is_removed_or_left_behind_is_in_no_list(
    counted, thread, claire, lucie, spaces, browser_of
):
    remove(counted, by(lucie), "Une erreur")
    assert listed(claire) == []
    restore(counted, by(lucie), "Non")
    assert listed(claire) == [QUESTION]
    move_thread(thread, by(lucie), spaces["public"])
    assert listed(claire) == [] == listed(lucie)
    assert browser_of(lucie).get(reverse("poll-minutes", args=[counted.pk])).status_code == 404


def test_minutes_of_a_vote_in_which_nobody_voted_are_not_its_authors_to_delete(
    thread, people, claire, lucie
):
    poll = end_poll(open_vote(thread, claire))
    with pytest.raises(Refused):
        remove(poll, by(claire))
    assert Poll.objects.get(pk=poll.pk).written_minutes
    remove(poll, by(lucie), "Une erreur")


def test_who_votes_is_told_once_it_is_counted_and_its_author_once(
    counted, thread, people, claire, jeanne, make_person
):
    site_menu(by(jeanne))
    (told,) = notifications_by(counted_polls, jeanne, by(jeanne))
    assert told.url == counted.get_absolute_url() and "est retenu" in str(told.text)
    assert len(notifications_by(counted_polls, claire, by(claire))) == 1
    assert notifications_by(closed_polls, claire, by(claire)) == []
    late = make_person("Trop Tard", PROJECTS)
    assert notifications_by(counted_polls, late, by(late)) == []
    choose_follow(thread.pk, by(jeanne), Level.MUTED, Channel.MAIL)
    assert notifications_by(counted_polls, jeanne, by(jeanne)) == []


def test_a_merge_that_would_close_a_secret_vote_early_waits(
    thread, people, claire, jeanne, lucie, spaces
):
    poll = open_vote(thread, claire)
    other = start_thread(jeanne, spaces["network"])
    plain = add_poll(other, jeanne)
    with pytest.raises(Refused, match="avant son dernier jour"):
        merge_threads(thread, other, by(lucie))
    poll.refresh_from_db()
    assert poll.takes_votes and poll.thread == thread and poll.closes_on
    merge_threads(other, thread, by(lucie))
    assert Poll.objects.get(pk=plain.pk).closed_at
    assert Poll.objects.get(pk=poll.pk).takes_votes


def test_a_removed_secret_vote_does_not_come_back_closed_before_its_last_day(
    thread, people, claire, lucie
):
    poll = open_vote(thread, claire)
    remove(poll, by(lucie), "Une erreur")
    add_poll(thread, claire)
    with pytest.raises(Refused, match="avant son dernier jour"):
        restore(poll, by(lucie), "Non")
    end_poll(poll)
    assert restore(poll, by(lucie), "Si").closes_on


def test_merged_it_takes_votes_until_its_last_day_and_keeps_its_minutes(
    thread, people, claire, jeanne, lucie, spaces, browser_of
):
    poll = open_vote(thread, claire)
    other = start_thread(jeanne, spaces["network"], title="Le fil qui reste")
    merge_threads(thread, other, by(lucie))
    for person in people[:5]:
        cast(Poll.objects.get(), person, 1)
    poll = end_poll(poll)
    assert "Le fil qui reste" in words(browser_of(claire).get(DECISIONS).text)
    assert digest_of(poll) == poll.written_minutes.digest


def test_minutes_cost_the_same_however_many_vote(
    counted, claire, jeanne, spaces, make_person, browser_of
):
    for n in range(9):
        make_person(f"Autre {n}", PROJECTS)
    more = open_vote(start_thread(claire, spaces["network"]), claire)
    for person in User.objects.filter(full_name__startswith="Autre"):
        cast(more, person, 1, voter=more.voters.of_person(person.pk).get())
    client, costs = browser_of(jeanne), []
    for poll in counted, end_poll(more):
        for address in poll.get_absolute_url(), reverse("poll-minutes", args=[poll.pk]):
            client.get(address)
            with Counted() as queries:
                client.get(address)
            costs.append(queries.number)
    assert costs[:2] == costs[2:] and costs[0] <= POLL + 7


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans of PostgreSQL")
@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (ConsentRound.objects.decided(), "forum_consentround.consentround_by_outcome"),
        (PollMinutes.objects.newest_first(), "forum_pollminutes.poll_minutes_by_date"),
    ],
)
def test_the_newest_decisions_are_found_by_an_index(rows, index):
    table, name = index.split(".")
    keep_only_index(table, name)
    assert name in rows[:20].explain()
