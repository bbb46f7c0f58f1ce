"""Appeals: made by whom a measure concerns, decided by another animator, told to both."""

from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.moderation_log.models import ModerationLogEntry
from accounts.review_queue.queries import waiting_by_source
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.moderation.actions import hide_post
from forum.moderation.appeals.actions import decide_appeal, make_appeal
from forum.moderation.appeals.models import Appeal
from forum.moderation.measures.actions import impose_on_person
from forum.moderation.measures.models import Measure, MeasureKind
from tests import factories
from tests.factories import AUTHORITIES, SUPPORT, moderation_reason

pytestmark = pytest.mark.django_db
WORDS = "Le foyer m’avait donné son accord."


@pytest.fixture
def solene(make_person):
    """Another animator."""
    return make_person("Solène Anime", SUPPORT, is_animator=True)


@pytest.fixture
def suspension(claire, lucie, viewer_of):
    """Lucie suspends Claire."""
    about = "Des faits.", moderation_reason()
    return impose_on_person(MeasureKind.SUSPEND, claire, viewer_of(lucie), *about)


@pytest.fixture
def appeal(suspension, claire, viewer_of):
    """Claire, suspended, appeals."""
    return make_appeal(suspension, viewer_of(claire), WORDS)


def test_whoever_is_suspended_appeals_on_the_statement_and_another_grants_it(
    suspension, claire, solene, browser_of, viewer_of
):
    page, statement = browser_of(claire), suspension.get_absolute_url()
    assert reverse("appeal-measure", args=[suspension.pk]) in page.get(statement).text

    page.post(reverse("appeal-measure", args=[suspension.pk]), {"text": WORDS})
    appeal = Appeal.objects.get()
    decide = reverse("decide-appeal", args=[appeal.pk])
    assert WORDS in unescape(browser_of(solene).get(decide).text)
    browser_of(solene).post(decide, {"is_granted": "1", "answer": "C’est exact."})

    assert viewer_of(claire).is_member
    assert "C’est exact." in unescape(page.get(statement).text)
    suspension.refresh_from_db()
    assert (suspension.ended_by, suspension.ending_reason) == (solene, "C’est exact.")
    logged = ModerationLogEntry.objects.filter(person=claire).values_list("action", flat=True)
    assert {"suspend", "end_suspension", "accept_appeal"} == set(logged)


def test_both_are_told_in_the_inbox(appeal, claire, lucie, solene, viewer_of):
    decide_appeal(appeal, viewer_of(solene), False, "Les faits sont là.")

    for person, words in ((claire, "rejeté"), (lucie, "maintenu, sur recours")):
        told = [one.text for one in notifications_of(person, viewer_of(person))]
        assert any(words in text for text in told), told


def test_who_took_the_measure_does_not_decide_and_is_not_asked(
    appeal, lucie, solene, viewer_of, browser_of
):
    with pytest.raises(Refused, match="Un autre membre"):
        decide_appeal(appeal, viewer_of(lucie), True, "Non.")

    def waiting(person):
        rows = waiting_by_source(viewer_of(person), 10)
        return {source.name: count for source, count in rows}["recours"]

    assert (waiting(lucie), waiting(solene)) == (0, 1)
    page = browser_of(lucie).get(appeal.get_absolute_url()).text
    assert "<textarea" not in page


def test_one_appeals_once_and_only_against_what_concerns_oneself(
    appeal, suspension, claire, jeanne, viewer_of
):
    assert make_appeal(suspension, viewer_of(claire), "Encore.") == appeal
    with pytest.raises(Measure.DoesNotExist):
        make_appeal(suspension, viewer_of(jeanne), WORDS)
    appeal.refresh_from_db()
    assert appeal.text == WORDS


def test_an_appeal_without_words_is_refused_on_the_statement(suspension, claire, browser_of):
    address = reverse("appeal-measure", args=[suspension.pk])

    answer = browser_of(claire).post(address, {"text": " "})

    assert answer.status_code == 422 and "même en quelques mots" in answer.text


def test_it_is_decided_once(appeal, solene, viewer_of, browser_of):
    decide_appeal(appeal, viewer_of(solene), False, "Non.")

    with pytest.raises(Refused, match="déjà décidé"):
        decide_appeal(appeal, viewer_of(solene), True, "Si.")
    sent = {"is_granted": "1", "answer": "Si, pour trois raisons."}
    answer = browser_of(solene).post(appeal.get_absolute_url(), sent)
    assert answer.status_code == 422 and "déjà décidé" in answer.text
    assert "Votre texte n’est pas perdu" in answer.text and sent["answer"] in answer.text


def test_whoever_animates_no_more_decides_nothing(appeal, solene, viewer_of):
    before = viewer_of(solene)
    type(solene).objects.filter(pk=solene.pk).update(is_animator=False)

    with pytest.raises(PermissionDenied):
        decide_appeal(appeal, before, True, "Oui.")


def test_who_decides_reads_the_post_that_it_is_about_and_no_more_of_the_room(
    claire, solene, make_person, spaces, topics, viewer_of, browser_of
):
    insider = make_person("Aline Anime", AUTHORITIES, is_animator=True)
    thread = factories.start_thread(claire, spaces[AUTHORITIES], title="Entre nous seuls")
    post = factories.post_reply(claire, thread, "Les mots masqués.")
    hide_post(post, viewer_of(insider), "Des faits.")
    appeal = make_appeal(Measure.objects.get(), viewer_of(claire), WORDS)
    page = browser_of(solene)

    shown = page.get(appeal.get_absolute_url()).text
    assert "Les mots masqués." in shown and "Entre nous seuls" not in shown
    decide_appeal(appeal, viewer_of(solene), False, "Non.")
    assert "Les mots masqués." not in page.get(appeal.get_absolute_url()).text
