"""Consent rounds of threads: who opens them, whose voters count, what is kept of them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from accounts.viewers.viewers import viewer_of_person
from forum.base.rules import Refused
from forum.conversation.consent_rounds import actions
from forum.conversation.consent_rounds.actions import RoundChanged
from forum.conversation.consent_rounds.models import (
    ConsentRound,
    RoundPosition,
    RoundVersion,
    RoundVoter,
)
from forum.conversation.consent_rounds.queries import digest_of
from forum.conversation.consultations import actions as consultations
from forum.conversation.consultations.actions import close_due, remove, restore
from forum.conversation.consultations.rules import has_quorum
from forum.models import Event, Thread
from tests.factories import (
    AUTHORITIES,
    PROJECTS,
    SUPPORT,
    break_glass,
    create_seat,
    join_group,
    start_thread,
)
from tests.forum.conversation.poll_helpers import page_of, words
from tests.forum.conversation.round_helpers import (
    TEXT,
    TITLE,
    answer,
    card,
    create_round,
    decide,
    end_round,
    open_round,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]
CHANGED = "Chacun réserve deux semaines avant."


@pytest.fixture
def thread(claire, jeanne, lucie, spaces):
    return start_thread(claire, spaces["network"], title="Notre silo")


def in_ten_days():
    return (timezone.localdate() + timedelta(days=10)).isoformat()


def by(person):
    return viewer_of_person(person)


def tally(it):
    """``{name: how many}`` of the voters of ``it`` that say something, or nothing."""
    return {name: n for name, n in ConsentRound.objects.get(pk=it.pk).counts if n}


def test_who_opened_the_thread_opens_one_and_who_votes_takes_a_position(
    thread, claire, jeanne, browser_of
):
    address = thread.get_absolute_url()
    assert "Ouvrir un tour de consentement" in browser_of(claire).get(address).text
    assert "Ouvrir un tour de consentement" not in browser_of(jeanne).get(address).text
    form = {"title": TITLE, "text": TEXT, "voter_kind": "organisation", "phase": "decide"}
    form["closes_on"] = in_ten_days()
    opened = browser_of(claire).post(reverse("open-round", args=[thread.pk]), form, follow=True)
    assert "Le tour de consentement est ouvert." in opened.text
    it = ConsentRound.objects.get()
    assert it.voters.count() == 3
    assert "voix exprimées : 0 sur 3" in card(browser_of(jeanne), thread)
    voter = RoundVoter.objects.of_person(jeanne.pk).get()
    sent = {"voter": voter.pk, "kind": "reserve", "reason": "C’est court.", "version": 1}
    said = browser_of(jeanne).post(it.get_absolute_url(), sent, follow=True)
    assert "Votre position est enregistrée." in said.text
    page = page_of(browser_of(claire), it)
    assert "réserve C’est court. Jeanne Brunel" in page and "réserve : 1" in page
    assert "réserve : 1" in card(browser_of(claire), thread)


def test_a_round_of_more_voters_than_a_page_lists_is_refused_beside_whose_they_are(
    thread, claire, browser_of, monkeypatch
):
    monkeypatch.setattr(consultations, "MAX_VOTERS", 2)
    form = {"title": TITLE, "text": TEXT, "voter_kind": "organisation", "phase": "decide"}
    form["closes_on"] = in_ten_days()
    refused = browser_of(claire).post(reverse("open-round", args=[thread.pk]), form)
    assert refused.status_code == 422 and "Plus de 2 voix" in refused.text
    assert TEXT in refused.text and not ConsentRound.objects.exists()


def test_nothing_is_adopted_while_a_college_lacks_its_quorum(
    thread, claire, jeanne, lucie, browser_of
):
    form = {"title": TITLE, "text": TEXT, "voter_kind": "organisation", "phase": "decide"}
    form |= {"closes_on": in_ten_days(), "quorum": "half"}
    opened = browser_of(claire).post(reverse("open-round", args=[thread.pk]), form, follow=True)
    assert "quorum : la moitié des voix de chaque collège" in words(opened.text)
    it = ConsentRound.objects.get()
    for person in claire, jeanne:
        answer(it, person)
    assert page_of(browser_of(jeanne), it).count("Il manque des réponses pour le quorum.") == 1
    it = end_round(it)
    assert page_of(browser_of(jeanne), it).count("Quorum non atteint.") == 1
    address = reverse("round-outcome", args=[it.pk])
    sent = {"outcome": "adopted", "text": "On essaie un an."}
    refused = browser_of(claire).post(address, sent)
    assert refused.status_code == 422 and "Le quorum n’est pas atteint" in refused.text
    assert "On essaie un an." in refused.text
    browser_of(claire).post(address, sent | {"outcome": "not_adopted"})
    assert ConsentRound.objects.get().outcome == "not_adopted"


@pytest.mark.parametrize(
    ("quorum", "voters", "fewest"),
    [("", 3, 0), ("half", 3, 2), ("half", 4, 2), ("two_thirds", 3, 2), ("two_thirds", 4, 3)],
)
def test_a_quorum_is_a_part_of_the_voters_rounded_up(quorum, voters, fewest):
    enough = [n for n in range(voters + 1) if has_quorum(quorum, voters, n)]
    assert enough == list(range(fewest, voters + 1))


def test_voters_without_an_answer_are_named_behind_their_number(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne)
    page = browser_of(claire).get(it.get_absolute_url()).text
    answered, _, unanswered = page.partition("Voix sans réponse")
    names = [str(voter) for voter in it.voters.exclude(positions__isnull=False)]
    assert names and not any(name in answered.split("<h2")[-1] for name in names)
    assert any(name in unanswered for name in names)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("objection", "Une objection dit pourquoi"),
        ("reserve", "Une réserve dit ce qui inquiète"),
    ],
)
def test_a_reserve_or_objection_without_a_reason_is_refused_beside_the_field_and_all_is_kept(
    thread, claire, jeanne, browser_of, kind, words
):
    it = open_round(thread, claire)
    voter = RoundVoter.objects.of_person(jeanne.pk).get()
    sent = {"voter": voter.pk, "kind": kind, "version": 1}
    refused = browser_of(jeanne).post(it.get_absolute_url(), sent)
    assert refused.status_code == 422 and words in refused.text
    assert "(demandé pour une réserve ou une objection)" in refused.text
    assert "(facultatif)" not in refused.text
    with pytest.raises(Refused, match=words):
        answer(it, jeanne, kind)
    assert not RoundPosition.objects.exists()


def test_one_changes_ones_position_until_the_close_and_each_change_is_kept(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne, "objection", "Trop cher.")
    answer(it, jeanne, "consent")
    seen = Event.objects.count()
    answer(it, jeanne, "consent")
    assert Event.objects.count() == seen
    assert tally(it) == {"consentement": 1, "sans réponse": 2}
    assert [row.kind for row in it.positions.order_by("pk")] == ["objection", "consent"]
    page = page_of(browser_of(claire), it)
    assert "Positions qui ne comptent plus" in page and "Suite donnée" not in page
    end_round(it)
    with pytest.raises(Refused, match="clos"):
        answer(it, jeanne, "abstain")


def test_another_text_asks_all_anew_says_why_and_keeps_the_former_one(
    thread, claire, jeanne, lucie, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne)
    answer(it, lucie, "objection", "Une semaine ne suffit pas.")
    for other in jeanne, lucie:
        with pytest.raises(Refused):
            actions.amend_round(it, by(other), CHANGED, "Pour moi", 1)
    form = {"text": CHANGED, "version": 1}
    address = reverse("amend-round", args=[it.pk])
    assert browser_of(claire).post(address, form).status_code == 422
    form["reason"] = "L’objection est entendue."
    assert "Le texte est amendé." in browser_of(claire).post(address, form, follow=True).text
    assert tally(it) == {"sans réponse": 3}
    page = page_of(browser_of(jeanne), it)
    assert "deux semaines" in page and "L’objection est entendue." in page
    assert "votre position est attendue sur celui-ci" in page
    assert RoundVersion.objects.get().text == TEXT
    _, _, after = page.partition("Une semaine ne suffit pas.")
    assert "L’objection est entendue." in after.partition("</li>")[0]
    with pytest.raises(RoundChanged):
        answer(it, jeanne, version=1)
    with pytest.raises(RoundChanged):
        actions.amend_round(it, by(claire), "Autre chose.", "Encore", 1)
    answer(it, jeanne)
    assert tally(it) == {"consentement": 1, "sans réponse": 2}


def test_who_came_later_or_only_reads_does_not_vote_and_sees_which_there_are(
    thread, claire, make_person, browser_of
):
    it = open_round(thread, claire)
    late = make_person("Tardive Arrivée", SUPPORT)
    page = page_of(browser_of(late), it)
    assert "Vous n’avez pas de voix" in page and "Organisation de Claire Le Bihan" in page
    own = RoundVoter.objects.of_person(claire.pk).get()
    for voter in None, own:
        with pytest.raises(Refused, match="pas de voix"):
            answer(it, late, voter=voter)


def test_an_organisation_is_one_voter_by_whoever_represents_it(
    thread, claire, jeanne, make_person
):
    colleague = make_person("Cora Collègue")
    town = claire.seats.get().organisation
    create_seat(colleague, AUTHORITIES, organisation=town)
    it = open_round(thread, claire)
    assert it.voters.count() == 3
    answer(it, claire)
    answer(it, colleague, "abstain")
    assert tally(it) == {"abstention": 1, "sans réponse": 2}
    assert it.positions.get(replaced_at=None).person == colleague


def test_where_each_person_votes_a_successor_in_the_seat_answers_in_its_stead(
    thread, claire, jeanne, make_person
):
    colleague = make_person("Cora Collègue")
    town = claire.seats.get().organisation
    create_seat(colleague, AUTHORITIES, organisation=town)
    it = open_round(thread, claire, voter_kind="person")
    assert it.voters.count() == 4
    left = colleague.seats.get()
    next_one = make_person("Suzanne Suite")
    seat = create_seat(next_one, AUTHORITIES, organisation=town)
    with pytest.raises(Refused):
        answer(it, next_one)
    left.ended_at, left.successor = timezone.now(), seat
    left.save()
    answer(it, next_one)
    with pytest.raises((Refused, Thread.DoesNotExist)):
        answer(it, colleague, voter=it.voters.get(seat=left))
    assert tally(it) == {"consentement": 1, "sans réponse": 3}


def test_whose_charter_lapsed_who_is_silenced_or_suspended_answers_for_no_voter(
    thread, claire, jeanne, lucie
):
    it = open_round(thread, claire)
    voter = RoundVoter.objects.of_person(jeanne.pk).get()
    soon = timezone.now() + timedelta(days=1)
    for change in {"silenced_until": soon}, {"suspended_at": timezone.now()}:
        User.objects.filter(pk=jeanne.pk).update(**change)
        with pytest.raises((Refused, Thread.DoesNotExist)):
            answer(it, User.objects.get(pk=jeanne.pk), voter=voter)
        User.objects.filter(pk=jeanne.pk).update(**dict.fromkeys(change))
    jeanne.signatures.all().delete()
    with pytest.raises((Refused, Thread.DoesNotExist)):
        answer(it, jeanne, voter=voter)
    assert it.voters.count() == 3 and not RoundPosition.objects.exists()


def test_one_clarifies_and_reacts_before_positions_are_taken(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire, phase="clarify")
    with pytest.raises(Refused, match="pas encore"):
        answer(it, jeanne)
    shown = card(browser_of(jeanne), thread)
    assert "Éclaircir" in shown and "se prononcer" not in shown
    assert "posez vos questions" in page_of(browser_of(jeanne), it)
    address = reverse("begin-round-phase", args=[it.pk])
    assert browser_of(jeanne).post(address, {"phase": "react"}).status_code == 403
    begun = {"react": "Place aux réactions", "decide": "est invitée à se prononcer"}
    for phase in "react", "react", "decide":
        told = browser_of(claire).post(address, {"phase": phase}, follow=True)
        assert begun[phase] in told.text
        is_waiting = "dites dans le fil ce que vous en pensez" in page_of(
            browser_of(jeanne), it
        )
        assert is_waiting == (phase == "react")
    assert "se prononcer" in card(browser_of(jeanne), thread)
    answer(it, jeanne)
    assert ConsentRound.objects.get().decides_from


def test_it_closes_once_by_the_worker_and_before_only_when_all_have_answered(
    thread, claire, jeanne, lucie
):
    it = open_round(thread, claire)
    for person in claire, jeanne:
        answer(it, person)
    with pytest.raises(Refused):
        actions.close_round(it, by(claire))
    answer(it, lucie)
    with pytest.raises(Refused):
        actions.close_round(it, by(lucie))
    actions.close_round(it, by(claire))
    actions.close_round(it, by(claire))
    second = open_round(thread, claire)
    assert close_due(ConsentRound) == 0
    yesterday = timezone.localdate() - timedelta(days=1)
    ConsentRound.objects.filter(pk=second.pk).update(closes_on=yesterday)
    with pytest.raises(Refused):
        answer(second, jeanne)
    assert close_due(ConsentRound) == 1 and close_due(ConsentRound) == 0


def test_its_outcome_says_what_became_of_each_objection_and_never_changes(
    thread, claire, jeanne, lucie, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne, "objection", "Trop cher.")
    with pytest.raises(Refused):
        decide(it, claire)
    it = end_round(it)
    address = reverse("round-outcome", args=[it.pk])
    assert browser_of(jeanne).get(address).status_code == 403
    form = {"outcome": "reserves", "text": "On essaie un an."}
    late = browser_of(claire).post(address, form)
    assert late.status_code == 422 and "Dites ce que devient cette objection." in late.text
    objection = RoundPosition.objects.get()
    form[f"treatment_{objection.pk}"] = "Le prix est revu en mars."
    assert "L’issue est écrite." in browser_of(claire).post(address, form, follow=True).text
    page = page_of(browser_of(lucie), it)
    assert "Adoptée avec réserves" in page and "Le prix est revu en mars." in page
    assert "rien n’y a changé depuis" in page
    assert "Adoptée avec réserves" in card(browser_of(jeanne), thread)
    assert browser_of(claire).get(address).status_code == 403
    it.refresh_from_db()
    assert it.digest == digest_of(it)
    RoundPosition.objects.update(reason="Autre chose.")
    assert it.digest != digest_of(it)
    assert "Des mots ont été retirés" in page_of(browser_of(lucie), it)


def test_the_minutes_are_a_pdf_for_who_reads_the_thread(
    thread, claire, jeanne, make_person, browser_of, client
):
    it = open_round(thread, claire, text="# Un titre\n\n- une **liste** ☃")
    answer(it, jeanne, "objection", "Trop cher.")
    actions.amend_round(it, by(claire), CHANGED, "Revu", 1)
    answer(it, jeanne, "reserve", "Encore un peu cher.")
    it = end_round(it)
    address = reverse("round-minutes", args=[it.pk])
    assert browser_of(claire).get(address).status_code == 403
    decide(it, claire)
    sent = browser_of(jeanne).get(address)
    assert sent.headers["Content-Type"] == "application/pdf" and sent.content[:4] == b"%PDF"
    assert client.get(address).status_code in (302, 404)
    assert browser_of(make_person("Rita Inscrite")).get(address).status_code == 404


def test_decisions_are_listed_for_who_reads_their_threads_and_for_nobody_else(
    thread, claire, jeanne, lucie, spaces, browser_of, client
):
    room = start_thread(claire, spaces[AUTHORITIES], title="Entre nous")
    hidden = open_round(room, claire, title="Un secret de collège")
    answer(hidden, claire)
    decide(end_round(hidden), claire, text="Un secret bien gardé.")
    shown = open_round(thread, claire)
    address = reverse("decisions")
    assert TITLE in browser_of(jeanne).get(address).text
    decide(end_round(shown), claire)
    later = open_round(thread, claire, title="Un autre tour")
    assert "Adoptée" in words(browser_of(jeanne).get(address).text)
    assert "secret" in browser_of(claire).get(address).text
    for browser in browser_of(jeanne), client:
        said = browser.get(address).text
        assert "secret" not in said
        assert (later.title in said) == (browser is not client)
        assert ("Ouvrir un fil avec un vote" in said) == (browser is not client)
        for name in "consent-round", "round-minutes", "amend-round", "round-outcome":
            assert browser.get(reverse(name, args=[hidden.pk])).status_code in (302, 404)
    assert browser_of(jeanne).get(hidden.get_absolute_url()).status_code == 404


def test_none_is_opened_in_public_in_a_locked_thread_or_beside_an_open_one(
    thread, claire, lucie, spaces, browser_of
):
    public = start_thread(claire, spaces["public"])
    with pytest.raises(Refused, match="espace de membres"):
        open_round(public, claire)
    it = open_round(thread, claire)
    assert open_round(thread, claire) == it
    with pytest.raises(Refused, match="déjà ouvert"):
        open_round(thread, claire, title="Un autre")
    other = start_thread(claire, spaces["network"])
    Thread.objects.filter(pk=other.pk).update(is_locked=True)
    with pytest.raises(Refused):
        open_round(other, claire)


def test_in_a_room_only_its_readers_vote_and_who_opened_it_only_reads(
    claire, jeanne, lucie, spaces, browser_of
):
    join_group(jeanne)
    join_group(claire)
    group = open_round(start_thread(jeanne, spaces["group"]), jeanne)
    people = {voter.organisation.seats.get().person for voter in group.voters.all()}
    assert people == {jeanne, claire}
    it = open_round(start_thread(claire, spaces[AUTHORITIES]), claire)
    break_glass(lucie, AUTHORITIES)
    page = page_of(browser_of(lucie), it)
    assert it.title in page and "Donner cette position" not in page
    with pytest.raises(Refused):
        answer(it, lucie, voter=it.voters.get())


def test_its_author_deletes_it_until_somebody_answered_then_an_animator_for_a_reason(
    thread, claire, jeanne, lucie, browser_of
):
    remove(open_round(thread, claire), by(claire))
    assert not ConsentRound.objects.exists() and not RoundVoter.objects.exists()
    it = open_round(thread, claire)
    answer(it, jeanne)
    address = reverse("remove-round", args=[it.pk])
    assert browser_of(claire).post(address, {"reason": "Raté"}).status_code == 403
    assert browser_of(lucie).post(address).status_code == 422
    browser_of(lucie).post(address, {"reason": "Hors sujet"})
    for reader in claire, lucie:
        assert browser_of(reader).get(it.get_absolute_url()).status_code == 404
        assert card(browser_of(reader), thread) is None
    assert not RoundPosition.objects.visible_to(by(jeanne)).exists()
    assert reverse("restore-round", args=[it.pk]) in browser_of(lucie).get(
        reverse("open-round", args=[thread.pk])
    ).text  # fmt: skip
    restored = restore(it, by(lucie), "Une erreur")
    assert tally(restored) == {"consentement": 1, "sans réponse": 2}
    said = [entry.action for entry in ModerationLogEntry.objects.order_by("pk")]
    assert said == [LoggedAction.REMOVE_ROUND, LoggedAction.RESTORE_ROUND]


def test_what_was_decided_is_not_its_authors_to_delete(thread, claire):
    it = decide(end_round(open_round(thread, claire)), claire, "not_adopted")
    with pytest.raises(Refused):
        remove(it, by(claire), "Plus jamais")


def test_who_has_two_organisations_says_for_which(thread, claire, browser_of):
    create_seat(claire, PROJECTS)
    it = open_round(thread, claire)
    assert it.voters.count() == 4
    page = browser_of(claire).get(it.get_absolute_url()).text
    assert "Vous répondez pour" in page
    for voter in RoundVoter.objects.of_person(claire.pk):
        answer(it, claire, voter=voter)
    assert tally(it) == {"consentement": 2, "sans réponse": 2}


def test_objections_are_said_above_all_and_lead_to_their_reasons(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire)
    assert "objection" not in card(browser_of(jeanne), thread)
    answer(it, jeanne, "objection", "Une semaine ne suffit pas.")

    assert "Lire l’objection et sa raison" in card(browser_of(claire), thread)
    page = browser_of(claire).get(it.get_absolute_url()).text
    links = re.search(r'<p id="objections">.*?</p>', page, re.DOTALL)[0]
    assert "Une objection, avec sa raison\u00a0:" in links
    assert page.index(links) < page.index('id="proposal"')
    place = re.search(r'href="#(position-\d+)"', links)[1]
    reason = re.search(rf'<li id="{place}".*?</li>', page, re.DOTALL)[0]
    assert "Une semaine ne suffit pas." in reason


def test_what_was_decided_stands_apart_from_the_counts_in_the_head(
    thread, claire, jeanne, browser_of
):
    it = open_round(thread, claire)
    answer(it, jeanne)
    decide(end_round(it), claire, text="On essaie un an.")

    page = browser_of(jeanne).get(thread.get_absolute_url()).text
    decided = re.search(r'<div class="notice">\s*<h3>Adoptée</h3>.*?</div>', page, re.DOTALL)[0]
    assert "On essaie un an." in decided and "consentement" not in decided
    assert "Voir le procès-verbal" in card(browser_of(jeanne), thread)
    minutes = page_of(browser_of(jeanne), it)
    assert minutes.index("Procès-verbal en PDF") < minutes.index("Le texte, version 1")


def test_the_button_that_ends_a_round_comes_after_all_others_and_its_author_is_led_there(
    thread, claire, jeanne, browser_of
):
    it, leads = create_round(thread), '<a href="#close-round">'
    assert leads not in browser_of(claire).get(it.get_absolute_url()).text
    answer(it, claire)
    page = browser_of(claire).get(it.get_absolute_url()).text

    assert page.index(leads) < page.index('id="proposal"')
    assert page.index("Toutes les décisions") < page.index('id="close-round"')
    assert leads not in browser_of(jeanne).get(it.get_absolute_url()).text


def test_who_leads_three_rounds_at_once_meets_no_limit_and_opens_no_more_than_a_few(
    claire, spaces, browser_of
):
    browser = browser_of(claire)
    for number in range(3):
        thread = start_thread(claire, spaces["network"], title=f"Silo {number}", tags=[])
        it = open_round(thread, claire, phase="clarify")
        for phase in ("react", "decide"):
            browser.post(reverse("begin-round-phase", args=[it.pk]), {"phase": phase})
        sent = {"text": CHANGED, "reason": "On a relu.", "version": 1}
        assert browser.post(reverse("amend-round", args=[it.pk]), sent).status_code == 302
        end_round(it)
        sent = {"outcome": "adopted", "text": "On essaie un an."}
        assert browser.post(reverse("round-outcome", args=[it.pk]), sent).status_code == 302
        it.refresh_from_db()
        assert it.decided_at and it.version == 2
    thread = start_thread(claire, spaces["network"], title="Encore un silo", tags=[])
    it = open_round(thread, claire)
    url, sent = reverse("amend-round", args=[it.pk]), {"reason": "On a relu."}
    statuses = [
        browser.post(url, sent | {"text": f"{CHANGED} {n}", "version": n}).status_code
        for n in range(1, 9)
    ]
    assert statuses == [302] * 7 + [429]


def test_a_step_that_is_pressed_without_end_is_refused_in_words(thread, claire, browser_of):
    it, browser = open_round(thread, claire, phase="clarify"), browser_of(claire)
    url, sent = reverse("begin-round-phase", args=[it.pk]), {"phase": "react"}
    for _number in range(40):
        browser.post(url, sent)
    assert "C’est beaucoup en peu de temps." in browser.post(url, sent, follow=True).text


def test_the_form_of_a_round_begins_with_questions_and_who_answers_sees_for_whom(
    thread, claire, jeanne, browser_of
):
    browser = browser_of(claire)
    form = browser.get(reverse("open-round", args=[thread.pk])).context["form"]
    assert form["phase"].value() == "clarify"
    assert [it.name for it in form][:4] == ["title", "text", "phase", "voter_kind"]
    it = open_round(thread, claire)
    voter = RoundVoter.objects.of_person(jeanne.pk).get()
    assert f"Vous répondez pour {words(str(voter))}" in page_of(browser_of(jeanne), it)
    form = browser.get(reverse("amend-round", args=[it.pk])).context["form"]
    assert [it.name for it in form][:2] == ["reason", "text"]
