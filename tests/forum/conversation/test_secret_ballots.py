"""Polls by secret ballot: who votes, once; and that nothing kept tells who voted what."""

from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consultations.actions import remove
from forum.conversation.polls import actions
from forum.conversation.polls.models import Poll, PollVote, PollVoter
from forum.conversation.polls.secret_ballots.cipher import seal, unseal
from forum.conversation.polls.secret_ballots.models import Ballot, BallotBox
from forum.conversation.polls.tasks import close_polls
from tests.factories import AUTHORITIES, PROJECTS, SUPPORT, move_thread, start_thread
from tests.forum.conversation.poll_helpers import (
    add_poll,
    card,
    cast,
    end_poll,
    open_vote,
    page_of,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

FORM = {"question": "Qui anime le groupe\u202f?", "choices": "Liste A\nListe B\nListe C"}


def in_ten_days():
    return timezone.localdate() + timedelta(days=10)


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="L’animation")


@pytest.fixture
def people(claire, jeanne, make_person):
    colleges = [AUTHORITIES, PROJECTS, SUPPORT] * 3
    more = [make_person(f"Votante {n}", college) for n, college in enumerate(colleges[:8])]
    return [claire, jeanne, *more]


def test_a_vote_is_opened_cast_and_counted_without_a_script(
    thread, people, claire, jeanne, lucie, browser_of
):
    address = reverse("add-secret-poll", args=[thread.pk])
    assert address in browser_of(claire).get(thread.get_absolute_url()).text
    form = FORM | {"voter_kind": "person", "closes_on": in_ten_days()}
    refused = browser_of(claire).post(address, form | {"majority": "colleges"})
    assert refused.status_code == 422 and not Poll.objects.exists()
    opened = browser_of(claire).post(address, form, follow=True)
    assert "Ce n’est pas une élection" in words(opened.text)
    poll = Poll.objects.get()
    assert poll.voters.count() == 11
    page = browser_of(jeanne).get(poll.get_absolute_url())
    voter = page.context["voters"].next_own
    sent = {"voter_id": voter.pk, "chosen": "2", "version": 1}
    said = browser_of(jeanne).post(poll.get_absolute_url(), sent, follow=True).text
    assert "Votre bulletin est déposé." in said and "Déposer mon bulletin" not in said
    again = browser_of(jeanne).post(poll.get_absolute_url(), sent | {"chosen": "1"})
    assert again.status_code == 403 and "ne se reprend ni ne se change" in again.text
    for person in people[2:6]:
        cast(poll, person, 1)
    assert "bulletins déposés : 5" in card(browser_of(claire), thread)
    for browser in browser_of(claire), browser_of(jeanne), browser_of(lucie):
        assert "%" not in page_of(browser, poll) and "%" not in card(browser, thread)
    end_poll(poll)
    said = page_of(browser_of(lucie), poll)
    assert "Liste A 4 voix, 80 %" in said and "Liste B 1 voix, 20 %" in said
    assert "Liste A 4 voix" in card(browser_of(claire), thread)


def test_of_a_secret_vote_nothing_is_edited_closed_early_or_taken_back(
    thread, people, claire, jeanne, lucie, browser_of
):
    poll = open_vote(thread, claire)
    for person in claire, lucie:
        viewer = viewer_of_person(person)
        with pytest.raises(Refused):
            actions.edit_poll(
                poll, viewer, poll.values._replace(voter_kind="", is_secret=False)
            )
        with pytest.raises(Refused):
            actions.close_poll(poll, viewer)
    plain = add_poll(start_thread(claire, thread.space), claire)
    with pytest.raises(Refused):
        values = plain.values._replace(voter_kind="person", is_secret=True)
        actions.edit_poll(plain, viewer_of_person(claire), values)
    cast(poll, jeanne, 1)
    with pytest.raises(Refused):
        actions.vote(poll, viewer_of_person(jeanne), [1], 1)
    browser_of(jeanne).post(reverse("take-vote-back", args=[poll.pk]))
    assert PollVoter.objects.filter(has_voted=True).count() == 1
    assert not PollVote.objects.exists() and len(unseal(BallotBox.objects.get().sealed)) == 1


def test_voters_are_frozen_and_each_counts_once_whoever_answers(
    thread, people, claire, jeanne, make_person, browser_of, spaces
):
    poll = open_vote(thread, claire, voter_kind="organisation")
    late = make_person("Trop Tard", PROJECTS)
    with pytest.raises(Refused, match="Vous n’avez pas de voix"):
        cast(poll, late, 1)
    assert "Vous n’avez pas de voix" in page_of(browser_of(late), poll)
    of_claire = PollVoter.objects.of_person(claire.pk).get()
    with pytest.raises(Refused):
        cast(poll, jeanne, 1, voter=of_claire)
    for wrong in [], [11], [0], [1, 2]:
        with pytest.raises(Refused):
            cast(poll, claire, *wrong)
    cast(poll, claire, 1)
    with pytest.raises(Refused, match="ne se reprend"):
        cast(poll, claire, 2)
    assert "Trop Tard" not in page_of(browser_of(jeanne), poll)


@pytest.mark.parametrize(("count", "are_counted"), [(4, False), (5, True)])
def test_of_fewer_than_five_ballots_none_is_ever_read(
    thread, people, claire, browser_of, count, are_counted
):
    poll = open_vote(thread, claire)
    for person in people[:count]:
        cast(poll, person, 3)
    end_poll(poll)
    assert Ballot.objects.exists() == are_counted and not BallotBox.objects.exists()
    said = page_of(browser_of(claire), poll)
    assert ("Moins de cinq bulletins" in said) != are_counted
    assert ("voix, 100 %" in said) == are_counted


def test_where_too_few_would_vote_or_guests_read_there_is_none(
    thread, claire, jeanne, lucie, spaces, browser_of
):
    form = FORM | {"voter_kind": "person", "closes_on": in_ten_days()}
    address = reverse("add-secret-poll", args=[thread.pk])
    refused = browser_of(claire).post(address, form)
    assert refused.status_code == 422 and "Moins de 5 voix" in refused.text
    assert "Liste A" in refused.text and not Poll.objects.exists()
    public = start_thread(claire, spaces["public"])
    address = reverse("add-secret-poll", args=[public.pk])
    assert address not in browser_of(claire).get(public.get_absolute_url()).text
    assert browser_of(claire).post(address, form).status_code == 403
    missing = browser_of(claire).post(
        reverse("add-secret-poll", args=[thread.pk]), FORM | {"voter_kind": "x"}
    )
    assert "Dites jusqu’à quel jour on vote." in missing.text


def test_before_more_readers_it_stays_behind_and_never_shows_its_voters(
    thread, people, claire, lucie, spaces, client
):
    poll = open_vote(thread, claire)
    cast(poll, claire, 1)
    move_thread(thread, viewer_of_person(lucie), spaces["public"])
    assert client.get(poll.get_absolute_url()).status_code == 404
    assert card(client, thread) is None


def test_a_removed_one_counts_nothing_until_it_is_closed(thread, people, claire, lucie):
    poll = open_vote(thread, claire)
    for person in people[:5]:
        cast(poll, person, 1)
    remove(poll, viewer_of_person(lucie), "Hors sujet")
    close_polls.call()
    assert BallotBox.objects.exists() and not Ballot.objects.exists()


def test_without_the_key_ballots_are_neither_read_nor_lost(thread, people, claire, browser_of):
    poll = open_vote(thread, claire)
    for person in people[:5]:
        cast(poll, person, 1)
    with override_settings(SECRET_KEY="another one, of a copy of the database"):
        assert unseal(BallotBox.objects.get().sealed) is None
        end_poll(poll)
        poll.refresh_from_db()
        assert poll.closed_at and not poll.shows_all_results
        assert "sont comptés dans la minute" in page_of(browser_of(claire), poll)
    close_polls.call()
    assert Ballot.objects.count() == 5


def test_what_is_sealed_has_one_length_no_time_or_order_and_never_looks_the_same():
    ballots = [[1], [2, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]
    sealed = [seal(it, 7) for it in ([], ballots[:1], ballots, ballots)]
    assert len({len(it) for it in sealed}) == 1 and len(set(sealed)) == 4
    assert sorted(unseal(sealed[-1])) == sorted(ballots)
    assert unseal(sealed[-1]) == unseal(seal(ballots[::-1], 7))
    assert {urlsafe_b64decode(it)[1:9] for it in sealed} == {bytes(8)}


def test_a_guest_whose_session_ended_leaves_no_ballot_in_it(thread, people, claire, client):
    poll = open_vote(thread, claire)
    voter = PollVoter.objects.of_person(claire.pk).get()
    client.post(poll.get_absolute_url(), {"voter_id": voter.pk, "chosen": "7", "version": 1})
    saved = [it.get_decoded().get("kept", {}) for it in Session.objects.all()]
    assert all("chosen" not in it.get("typed", {}) for it in saved)


def physical_order(model, columns):
    """The ids of the rows of ``model`` by each column, and by what the database adds."""
    hidden = ["ctid", "xmin::text::bigint"] if connection.vendor == "postgresql" else ["rowid"]
    with connection.cursor() as cursor:
        for column in [*columns, *hidden]:
            table = model._meta.db_table
            cursor.execute(f"SELECT id, {column} FROM {table} ORDER BY {column}, id")
            yield column, cursor.fetchall()


def test_a_copy_of_the_database_does_not_tell_who_voted_what(thread, people, claire):
    """Ten people vote for ten things: no order, id, time or system column ties them."""
    poll = open_vote(thread, claire)
    wanted = dict(zip(people, [4, 9, 1, 7, 10, 2, 8, 3, 6, 5], strict=True))
    for person, number in wanted.items():
        cast(poll, person, number)
        assert not Ballot.objects.exists()
    for model in PollVoter, Ballot, BallotBox:
        types = [type(it) for it in model._meta.get_fields()]
        assert not {models.DateTimeField, models.DateField, models.TimeField} & {*types}
    linked = {it.related_model for it in Ballot._meta.get_fields() if it.is_relation}
    assert linked == {Poll}
    end_poll(poll)

    cast_order = list(wanted.values())
    chosen = {it.pk: it.chosen[0] for it in Ballot.objects.all()}
    assert sorted(chosen.values()) == sorted(cast_order)
    voters = {it.pk: it.seat.person for it in PollVoter.objects.all()}
    for column, rows in physical_order(Ballot, ["id"]):
        order = [chosen[pk] for pk, _value in rows]
        if column.startswith("xmin"):
            assert len({value for _pk, value in rows}) == 1
            continue
        for _column, voter_rows in physical_order(PollVoter, ["id"]):
            of_voters = [wanted[voters[pk]] for pk, _ in voter_rows if voters[pk] in wanted]
            assert order not in (of_voters, of_voters[::-1])
        assert order not in (cast_order, cast_order[::-1])
        assert order not in (sorted(order), sorted(order)[::-1])


def test_its_page_costs_the_same_however_many_vote(thread, people, claire, browser_of):
    poll, browser, costs = open_vote(thread, claire), browser_of(claire), []
    for voting in people[1:2], people[2:7]:
        for person in voting:
            cast(poll, person, 1)
        page_of(browser, poll)
        with CaptureQueriesContext(connection) as asked:
            page_of(browser, poll)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 16
