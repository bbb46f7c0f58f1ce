"""Polls of threads: who makes them, who votes and sees what, until when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consultations.actions import close_due, remove, restore
from forum.conversation.polls import actions, queries
from forum.conversation.polls.models import Poll, PollValues, PollVote
from forum.models import Event, Space, Thread
from tests.factories import AUTHORITIES, SUPPORT, break_glass, start_thread
from tests.forum.conversation.poll_helpers import (
    CHOICES,
    QUESTION,
    add_poll,
    card,
    page_of,
    vote,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]

FORM = {"question": QUESTION, "choices": CHOICES, "results": "always"}


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["network"], title="Une visite\u00a0?")


def add_url(thread):
    return reverse("add-poll", args=[thread.pk])


def values_of(poll, **changed):
    return PollValues(*(getattr(poll, it) for it in PollValues._fields))._replace(**changed)


def test_who_opened_the_thread_makes_one_and_all_vote_on_its_page_without_a_script(
    thread, claire, jeanne, browser_of
):
    address = thread.get_absolute_url()
    assert "Faire un sondage" in browser_of(claire).get(address).text
    assert "Faire un sondage" not in browser_of(jeanne).get(address).text
    answer = browser_of(claire).post(add_url(thread), FORM, follow=True)
    assert "Le sondage est ouvert." in answer.text
    poll = Poll.objects.get()
    assert "Quelle date pour la visite ? 0 personne a voté" in card(browser_of(jeanne), thread)
    assert answer.redirect_chain[-1][0] == poll.get_absolute_url()

    sent = {"chosen": "2", "version": poll.version}
    answer = browser_of(jeanne).post(poll.get_absolute_url(), sent, follow=True)

    assert "Votre vote est compté." in answer.text
    assert "Le 10 mars 1 voix, 100 %" in page_of(browser_of(claire), poll)
    said = card(browser_of(claire), thread)
    assert "Le 10 mars 1 voix, 100 %" in said and "1 personne a voté" in said


def test_animators_make_one_and_others_do_not_nor_where_one_only_reads(
    thread, claire, jeanne, lucie, spaces, browser_of, client
):
    assert browser_of(jeanne).get(add_url(thread)).status_code == 403
    with pytest.raises(Refused, match="Un sondage est fait par"):
        add_poll(thread, jeanne)
    assert "next" in client.get(add_url(thread)).url
    add_poll(thread, lucie)
    room = start_thread(claire, spaces[AUTHORITIES])
    break_glass(lucie, AUTHORITIES)
    with pytest.raises(Refused, match="Vous avez ouvert cette pièce"):
        add_poll(room, lucie)
    Thread.objects.filter(pk=room.pk).update(is_locked=True)
    with pytest.raises(Refused, match="Ce fil est fermé"):
        add_poll(room, claire)
    assert Poll.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("question", "", "Écrivez votre question."),
        ("question", "x" * 201, "201 caractères"),
        ("choices", "Oui", "vous en avez écrit 1"),
        ("choices", "\n".join("abcdefghijk"), "vous en avez écrit 11"),
        ("choices", f"Oui\n{'n' * 121}", "est trop long"),
        ("choices", "Été\n\n  ete ", "Deux choix sont les mêmes."),
        ("closes_on", "2020-01-01", "Choisissez un jour à venir"),
        ("closes_on", "2100-01-01", "Choisissez un jour à venir"),
        ("results", "never", "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    thread, claire, browser_of, field, value, said
):
    answer = browser_of(claire).post(add_url(thread), FORM | {field: value})
    assert answer.status_code == 422
    assert said in answer.text.replace("\u00a0", " ")
    assert "pour la visite" in answer.text or field == "question"
    assert not Poll.objects.exists()


def test_one_is_open_at_a_time_and_sending_it_twice_makes_one(
    thread, claire, lucie, browser_of
):
    poll = add_poll(thread, claire)
    assert add_poll(thread, claire) == poll
    assert poll.get_absolute_url() in browser_of(lucie).get(add_url(thread)).text
    answer = browser_of(lucie).post(add_url(thread), FORM | {"question": "Une autre ?"})
    assert answer.status_code == 403 and "déjà ouvert" in answer.text
    assert "Une autre ?" in answer.text
    actions.close_poll(poll, viewer_of_person(claire))
    later = add_poll(thread, lucie, question="Une autre ?")
    assert "Une autre ?" in card(browser_of(claire), thread)
    for one, other in (poll, later), (later, poll):
        assert str(other) in browser_of(claire).get(one.get_absolute_url()).text


def test_one_votes_once_changes_it_and_takes_it_back_until_the_close(
    thread, claire, jeanne, browser_of
):
    poll, browser = add_poll(thread, claire), browser_of(jeanne)
    vote(poll, jeanne, 1)
    vote(poll, jeanne, 3)
    assert [it.chosen for it in PollVote.objects.all()] == [[3]]
    assert "Changer mon vote" in page_of(browser, poll)
    assert "1 personne a voté" in card(browser, thread)
    browser.post(reverse("take-vote-back", args=[poll.pk]))
    browser.post(reverse("take-vote-back", args=[poll.pk]))
    assert not PollVote.objects.exists() and "0 personne" in card(browser, thread)
    vote(poll, jeanne, 1)
    actions.close_poll(poll, viewer_of_person(claire))
    for again in lambda: vote(poll, jeanne, 2), lambda: _take_back(poll, jeanne):
        with pytest.raises(Refused, match="Ce sondage est clos"):
            again()
    assert PollVote.objects.get().chosen == [1]
    said = page_of(browser, poll)
    assert "Le 3 mars 1 voix, 100 %" in said and "Voter" not in said


def test_of_several_choices_each_counts_among_those_who_voted(
    thread, claire, jeanne, lucie, browser_of
):
    poll = add_poll(thread, claire, takes_several=True)
    browser = browser_of(jeanne)
    browser.post(poll.get_absolute_url(), {"chosen": ["1", "2"], "version": 1})
    vote(poll, lucie, 2)
    said = page_of(browser, poll)
    assert "Le 3 mars 1 voix, 50 %" in said and "Le 10 mars 2 voix, 100 %" in said
    assert "2 personnes ont voté" in said and 'type="checkbox"' in _text(browser, poll)
    assert _text(browser, poll).count("checked") == 2


def test_of_one_choice_two_are_refused_and_so_is_what_is_not_there(
    thread, claire, jeanne, browser_of
):
    poll = add_poll(thread, claire)
    for wrong in (1, 2), (4,), ():
        with pytest.raises(Refused):
            vote(poll, jeanne, *wrong)
    for sent in {"chosen": "4"}, {}, {"chosen": "x"}:
        answer = browser_of(jeanne).post(poll.get_absolute_url(), {"version": 1} | sent)
        assert answer.status_code == 422
    assert not PollVote.objects.exists()


def test_who_only_reads_sees_it_and_why_they_do_not_vote(
    claire, lucie, spaces, make_person, browser_of, client
):
    public = start_thread(claire, spaces["public"])
    poll = add_poll(public, claire)
    assert "Signez la charte pour voter." in page_of(client, poll)
    sent = {"chosen": "1", "version": 1}
    assert "login" in client.post(poll.get_absolute_url(), sent).url
    nobody = make_person("Noé Inscrit")
    answer = browser_of(nobody).post(poll.get_absolute_url(), sent)
    assert answer.status_code == 403 and "Signez la charte pour voter." in answer.text
    room = start_thread(claire, spaces[AUTHORITIES])
    poll = add_poll(room, claire)
    break_glass(lucie, AUTHORITIES)
    assert "vous n’y écrivez pas" in page_of(browser_of(lucie), poll)
    assert browser_of(lucie).post(poll.get_absolute_url(), sent).status_code == 403
    Thread.objects.filter(pk=public.pk).update(is_locked=True)
    locked = Poll.objects.get(thread=public)
    assert "Ce fil est fermé" in page_of(browser_of(claire), locked)
    assert not PollVote.objects.exists()


@pytest.mark.parametrize(
    ("results", "before", "after"),
    [("always", True, True), ("voted", False, True), ("closed", False, False)],
)
def test_results_are_shown_when_it_was_said_and_the_head_shows_what_all_may_see(
    thread, claire, jeanne, lucie, browser_of, results, before, after
):
    poll = add_poll(thread, claire, results=results)
    vote(poll, lucie, 1)
    browser = browser_of(jeanne)
    counted = "Le 3 mars 1 voix, 100 %"
    assert (counted in page_of(browser, poll)) == before
    vote(poll, jeanne, 2)
    counted = "Le 3 mars 1 voix, 50 %"
    assert (counted in page_of(browser, poll)) == after
    assert (counted in card(browser, thread)) == (results == "always")
    assert (counted in page_of(browser_of(claire), poll)) == (results == "always")
    assert "2 personnes ont voté" in card(browser, thread)
    actions.close_poll(poll, viewer_of_person(claire))
    for reader in jeanne, claire:
        assert counted in page_of(browser_of(reader), poll)
        assert counted in card(browser_of(reader), thread)


@pytest.mark.parametrize("is_named", [True, False])
def test_names_are_shown_only_where_that_was_said_before(
    thread, claire, jeanne, lucie, browser_of, is_named
):
    poll = add_poll(thread, claire, is_named=is_named, results="voted")
    said = "qui a choisi quoi"
    assert said in page_of(browser_of(jeanne), poll)
    notice = "Sondage avec les noms" if is_named else "Sondage sans noms"
    assert notice in page_of(browser_of(jeanne), poll)
    vote(poll, jeanne, 1)
    assert "Jeanne" not in page_of(browser_of(claire), poll)
    assert not PollVote.objects.visible_to(viewer_of_person(claire)).exists()
    assert ("Jeanne Brunel" in page_of(browser_of(jeanne), poll)) == is_named
    vote(poll, claire, 2)
    for reader in claire, lucie:
        shown = reader == claire
        assert ("Jeanne Brunel" in page_of(browser_of(reader), poll)) == (shown and is_named)
    actions.close_poll(poll, viewer_of_person(claire))
    assert ("Jeanne Brunel" in page_of(browser_of(lucie), poll)) == is_named
    seen = PollVote.objects.visible_to(viewer_of_person(lucie))
    assert seen.count() == (2 if is_named else 0)
    assert "Jeanne" not in card(browser_of(lucie), thread)


def test_its_author_changes_it_until_somebody_votes_and_nobody_else_does(
    thread, claire, jeanne, lucie, browser_of
):
    poll = add_poll(thread, claire)
    address = reverse("edit-poll", args=[poll.pk])
    form = browser_of(claire).get(address)
    assert "Le 10 mars" in form.text
    for other in jeanne, lucie:
        assert browser_of(other).get(address).status_code == 403
    read = Poll.objects.get().version
    answer = browser_of(claire).post(address, FORM | {"question": "Quel jour ?"}, follow=True)
    assert "Le sondage est modifié." in answer.text and "Quel jour ?" in answer.text
    late = browser_of(jeanne).post(poll.get_absolute_url(), {"chosen": "1", "version": read})
    assert late.status_code == 409 and "a été modifié" in late.text
    again = {"chosen": "1", "version": late.text.split('name="version" value="')[1][0]}
    assert browser_of(jeanne).post(poll.get_absolute_url(), again).status_code == 302
    assert browser_of(claire).get(address).status_code == 403
    with pytest.raises(Refused, match="tant que personne"):
        actions.edit_poll(poll, viewer_of_person(claire), values_of(poll, question="Autre ?"))


def test_what_was_promised_to_voters_is_never_taken_back(thread, claire):
    poll = add_poll(thread, claire, results="closed")
    for changed in {"is_named": True}, {"results": "always"}, {"results": "voted"}:
        with pytest.raises(Refused):
            actions.edit_poll(poll, viewer_of_person(claire), values_of(poll, **changed))
    kept = values_of(poll, question="Autre ?")
    assert actions.edit_poll(poll, viewer_of_person(claire), kept).question == "Autre ?"
    poll = Poll.objects.get()
    assert (poll.results, poll.is_named) == ("closed", False)


def test_its_author_deletes_it_until_somebody_votes_then_an_animator_for_a_reason(
    thread, claire, jeanne, lucie, browser_of
):
    first = add_poll(thread, claire)
    address = reverse("remove-poll", args=[first.pk])
    assert browser_of(jeanne).post(address).status_code == 403
    assert "n’en restera rien" in browser_of(claire).get(address).text
    browser_of(claire).post(address)
    assert not Poll.objects.exists() and not ModerationLogEntry.objects.exists()
    poll = add_poll(thread, claire)
    vote(poll, jeanne, 1)
    address = reverse("remove-poll", args=[poll.pk])
    assert browser_of(claire).post(address, {"reason": "Raté"}).status_code == 403
    assert browser_of(lucie).post(address).status_code == 422
    with pytest.raises(Refused):
        remove(poll, viewer_of_person(lucie))
    browser_of(lucie).post(address, {"reason": "Hors sujet"})
    entry = ModerationLogEntry.objects.get(action=LoggedAction.REMOVE_POLL)
    assert (entry.actor, entry.person, entry.reason) == (lucie, claire, "Hors sujet")
    for reader in claire, jeanne, lucie:
        assert browser_of(reader).get(poll.get_absolute_url()).status_code == 404
        assert card(browser_of(reader), thread) is None
    assert not PollVote.objects.visible_to(viewer_of_person(jeanne)).exists()
    add_poll(thread, claire)


def removed(poll, jeanne, lucie):
    """``poll``, after somebody voted in it, an animator removed it."""
    vote(poll, jeanne, 1)
    remove(poll, viewer_of_person(lucie), "Hors sujet")
    return poll


def test_an_animator_finds_a_removed_one_and_restores_it_with_its_votes_for_a_reason(
    thread, claire, jeanne, lucie, browser_of
):
    poll = removed(add_poll(thread, claire), jeanne, lucie)
    address = reverse("restore-poll", args=[poll.pk])
    assert address in browser_of(lucie).get(add_url(thread)).text
    assert address not in browser_of(claire).get(add_url(thread)).text
    for other in claire, jeanne:
        assert browser_of(other).post(address, {"reason": "Pour moi"}).status_code == 404
    assert QUESTION in browser_of(lucie).get(address).text
    assert browser_of(lucie).post(address).status_code == 422
    with pytest.raises(Refused):
        restore(poll, viewer_of_person(lucie), "")
    answer = browser_of(lucie).post(address, {"reason": "Une erreur"}, follow=True)
    assert "Le sondage est rétabli." in answer.text
    entry = ModerationLogEntry.objects.get(action=LoggedAction.RESTORE_POLL)
    assert (entry.actor, entry.person, entry.reason) == (lucie, claire, "Une erreur")
    assert "Le 3 mars 1 voix, 100 %" in card(browser_of(claire), thread)
    assert browser_of(lucie).post(address, {"reason": "Encore"}).status_code == 404
    vote(poll, claire, 2)


def test_nobody_restores_a_poll_of_their_own(thread, lucie, jeanne, browser_of, make_person):
    other = make_person("Aline Autre", AUTHORITIES, is_animator=True)
    poll = removed(add_poll(thread, lucie), jeanne, other)
    address = reverse("restore-poll", args=[poll.pk])
    assert address not in browser_of(lucie).get(add_url(thread)).text
    assert browser_of(lucie).post(address, {"reason": "Le mien"}).status_code == 403
    with pytest.raises(Refused, match="pour soi-même"):
        restore(poll, viewer_of_person(lucie), "Le mien")


def test_restored_beside_an_open_one_it_is_closed(thread, claire, jeanne, lucie, browser_of):
    poll = removed(add_poll(thread, claire), jeanne, lucie)
    later = add_poll(thread, claire, question="Et après\u202f?")
    restored = restore(poll, viewer_of_person(lucie), "Une erreur")
    assert restored.closed_at and Poll.objects.get(closed_at=None) == later
    assert "Le 3 mars 1 voix" in page_of(browser_of(claire), restored)


def test_its_author_and_animators_close_it_and_nobody_else(
    thread, claire, jeanne, lucie, browser_of
):
    for closer in claire, lucie:
        poll = add_poll(thread, claire, question=f"{closer} ?")
        address = reverse("close-poll", args=[poll.pk])
        assert browser_of(jeanne).post(address).status_code == 403
        assert "Clore le sondage" in page_of(browser_of(closer), poll)
        assert "Clore le sondage" not in page_of(browser_of(jeanne), poll)
        for _twice in range(2):
            assert browser_of(closer).post(address).status_code == 302
        poll.refresh_from_db()
        assert poll.closed_at and not poll.closes_on


def test_the_buttons_that_end_it_come_after_the_way_back(thread, claire, browser_of):
    poll = add_poll(thread, claire)
    page = page_of(browser_of(claire), poll)

    assert page.index("Revenir au fil") < page.index("Clore le sondage")
    assert page.index("Revenir au fil") < page.index("Supprimer le sondage")


def test_the_minute_at_which_it_closes_is_shown_with_its_zone(
    thread, claire, browser_of, settings
):
    poll = add_poll(thread, claire, closes_on=timezone.localdate())
    for shown in page_of(browser_of(claire), poll), card(browser_of(claire), thread):
        assert ", 23 h 59 (Paris)" in shown
    poll.refresh_from_db()
    settings.TIME_ZONE = "America/Port-au-Prince"
    assert poll.zone_place == "Port-au-Prince"


def test_it_closes_at_the_end_of_its_last_day_before_the_worker_comes(
    thread, claire, jeanne, browser_of
):
    today = timezone.localdate()
    poll = add_poll(thread, claire, closes_on=today, results="closed")
    vote(poll, jeanne, 1)
    assert close_due(Poll) == 0
    Poll.objects.update(closes_on=today - timedelta(days=1))
    with pytest.raises(Refused, match="Ce sondage est clos"):
        vote(poll, jeanne, 2)
    assert "1 voix" not in page_of(browser_of(jeanne), poll)
    seen = Event.objects.count()
    assert close_due(Poll) == 1 and close_due(Poll) == 0
    assert Event.objects.count() == seen + 1
    assert "Le 3 mars 1 voix" in card(browser_of(jeanne), thread)


def test_a_new_one_may_begin_before_the_worker_has_closed_the_last(thread, claire):
    today = timezone.localdate()
    poll = add_poll(thread, claire, closes_on=today)
    Poll.objects.update(closes_on=today - timedelta(days=1))
    later = add_poll(thread, claire, question="Et après ?")
    poll.refresh_from_db()
    assert poll.closed_at and Poll.objects.get(closed_at=None) == later


def test_whose_first_posts_wait_makes_no_poll_and_votes(
    thread, claire, jeanne, lucie, settings, browser_of
):
    settings.FORUM_ADMISSION = "open"
    Space.objects.filter(pk=thread.space_id).update(holds_first_posts=True)
    with pytest.raises(Refused, match="Vos premiers messages"):
        add_poll(thread, claire)
    poll = add_poll(thread, lucie)
    vote(poll, jeanne, 1)
    assert PollVote.objects.count() == 1


def test_a_form_that_others_read_since_is_given_back_once(thread, claire, spaces, browser_of):
    browser = browser_of(claire)
    stamp = browser.get(add_url(thread)).text.split('name="shown_readers" value="')[1]
    stamp = stamp.split('"')[0]
    Thread.objects.filter(pk=thread.pk).update(space=spaces["public"])
    answer = browser.post(add_url(thread), FORM | {"shown_readers": stamp})
    assert answer.status_code in (403, 409) and not Poll.objects.exists()
    assert "Le 10 mars" in answer.text


def test_too_many_votes_are_refused_in_words(thread, claire, jeanne, browser_of):
    poll, browser = add_poll(thread, claire), browser_of(jeanne)
    sent = [{"chosen": f"{n % 2 + 1}", "version": 1} for n in range(21)]
    statuses = [browser.post(poll.get_absolute_url(), one).status_code for one in sent]
    assert statuses == [302] * 20 + [429]


def test_a_vote_of_the_same_changes_nothing_and_tells_nobody(thread, claire, jeanne):
    poll = add_poll(thread, claire)
    vote(poll, jeanne, 1)
    seen = Event.objects.count()
    vote(poll, jeanne, 1)
    assert Event.objects.count() == seen


def test_nobody_learns_of_a_poll_in_a_room_of_others(claire, make_person, spaces, browser_of):
    poll = add_poll(start_thread(claire, spaces[AUTHORITIES]), claire)
    other = make_person("Omar Autre", SUPPORT)
    for name in "poll", "edit-poll", "remove-poll", "close-poll", "take-vote-back":
        for pk in poll.pk, 10**6:
            answer = browser_of(other).post(reverse(name, args=[pk]))
            assert answer.status_code == 404
    with pytest.raises(Thread.DoesNotExist):
        vote(poll, other, 1)


def _take_back(poll, person):
    actions.take_vote_back(poll, viewer_of_person(person))


def _text(browser, poll):
    return browser.get(poll.get_absolute_url()).text


def test_of_very_many_votes_as_many_names_are_shown_as_one_reads(
    thread, claire, jeanne, lucie, browser_of, monkeypatch
):
    monkeypatch.setattr(queries, "MAX_NAMED_VOTES", 1)
    poll = add_poll(thread, claire, is_named=True)
    for person in jeanne, lucie:
        vote(poll, person, 1)

    page = page_of(browser_of(claire), poll)
    assert "2 voix" in page and "Seuls les cinq cents premiers noms" in page
    assert "Jeanne Brunel" in page and page.count("Lucie") == 0
