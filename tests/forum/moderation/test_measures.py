"""Measures: taken for a reason, told to whom they concern, ended with another reason."""

import json
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.moderation_log.models import ModerationLogEntry
from forum.base.rules import Refused
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.threads.edits.actions import delete_post
from forum.moderation.actions import (
    end_measure,
    hide_post,
    lock_thread,
    restore_post,
    slow_thread,
)
from forum.moderation.measures.actions import impose_on_person
from forum.moderation.measures.mail import mail_decision_about
from forum.moderation.measures.models import Measure, MeasureKind
from tests import factories
from tests.factories import AUTHORITIES, SUPPORT, moderation_reason
from tests.forum.members.export_helpers import data_of
from tests.forum.moderation.report_helpers import reported

pytestmark = pytest.mark.django_db
FACTS = "Le nom d’un foyer, et sa facture."


@pytest.fixture
def given(db):
    """What the form of a measure is sent with."""
    return {"reason": moderation_reason().slug, "facts": FACTS}


@pytest.fixture
def impose(lucie, viewer_of):
    """Lucie takes a measure against a person."""

    def impose(kind, person, **fields):
        values = {"facts": FACTS, "reason": moderation_reason()} | fields
        return impose_on_person(MeasureKind(kind), person, viewer_of(lucie), **values)

    return impose


def test_a_hidden_post_is_a_measure_whose_reason_outlives_its_end(
    thread, claire, lucie, viewer_of
):
    post = thread.posts.get()
    hide_post(post, viewer_of(lucie), FACTS, moderation_reason())
    restore_post(post, viewer_of(lucie), "Le foyer est d’accord.")

    measure = Measure.objects.get(post=post)
    assert (measure.person, measure.taken_by, measure.facts) == (claire, lucie, FACTS)
    assert (measure.ended_by, measure.ending_reason) == (lucie, "Le foyer est d’accord.")
    logged = ModerationLogEntry.objects.order_by("pk").values_list("action", "person")
    assert list(logged) == [("hide_post", claire.pk), ("restore_post", claire.pk)]


def test_nobody_hides_their_own_post(lucie, spaces, topics, viewer_of):
    own = factories.start_thread(lucie, spaces["network"]).posts.get()

    with pytest.raises(Refused, match="supprimer"):
        hide_post(own, viewer_of(lucie), FACTS)


def test_a_thread_is_closed_and_opened_again_by_a_page(
    thread, claire, lucie, browser_of, given
):
    page, address = browser_of(lucie), reverse("lock-thread", args=[thread.pk])

    assert page.post(address, {"facts": FACTS}).status_code == 422
    assert page.post(address, given).status_code == 302
    thread.refresh_from_db()
    measure = Measure.objects.get(thread=thread)
    assert thread.is_locked and measure.is_in_force and measure.person == claire
    page.post(address, {"ending_reason": "Les esprits sont apaisés."})
    thread.refresh_from_db()
    measure.refresh_from_db()
    assert not thread.is_locked and measure.ending_reason == "Les esprits sont apaisés."


@pytest.mark.parametrize("kind", ["warn", "silence", "suspend"])
def test_an_animator_takes_each_measure_by_a_page_and_the_person_reads_why(
    kind, claire, lucie, browser_of, viewer_of, given
):
    address = reverse(f"{kind}-person", args=[claire.pk])

    assert browser_of(lucie).post(address, given | {"length": "7"}).status_code == 302

    measure = Measure.objects.get()
    statement = unescape(browser_of(claire).get(measure.get_absolute_url()).text)
    for said in (FACTS, "Manquement à la charte", "rien d’automatique", "Arcom"):
        assert said in statement
    assert "Lucie" not in statement
    (told, *_) = notifications_of(claire, viewer_of(claire))
    assert told.url == measure.get_absolute_url()
    claire.refresh_from_db()
    viewer = viewer_of(claire)
    assert viewer.is_registered == (kind != "suspend")
    assert bool(viewer.silenced_until) == (kind == "silence")


def test_a_mail_leads_to_the_decision_and_says_nothing_of_it(claire, impose, settings):
    settings.ALLOWED_HOSTS = ["foirail.exemple.fr"]
    measure = impose("suspend", claire)

    mail_decision_about.call(measure.pk)

    (message,) = mail.outbox
    assert message.to == [claire.email]
    assert f"://foirail.exemple.fr{measure.get_absolute_url()}" in message.body
    assert FACTS not in message.body and "suspend" not in message.body.lower()


def test_a_form_with_errors_keeps_what_was_typed(claire, lucie, browser_of, given):
    address = reverse("suspend-person", args=[claire.pk])

    answer = browser_of(lucie).post(address, given | {"reason": "inconnu"})

    assert answer.status_code == 422 and FACTS in unescape(answer.text)
    assert not Measure.objects.exists()


def test_whoever_is_silenced_is_led_to_the_decision_from_every_page(
    claire, impose, browser_of, thread
):
    page, led = browser_of(claire), f'href="{reverse("own-moderation")}">Lire la décision'
    assert led not in page.get(thread.get_absolute_url()).text
    impose("silence", claire, ends_at=timezone.now() + timedelta(days=7))
    assert led in page.get(thread.get_absolute_url()).text
    assert led in page.get(reverse("new-thread")).text


def test_whoever_is_suspended_reads_the_decision_and_takes_their_data_along(
    claire, impose, browser_of, thread
):
    measure = impose("suspend", claire)
    page = browser_of(claire)

    assert page.get(thread.get_absolute_url()).status_code == 404
    home = page.get("/").text
    assert reverse("own-moderation") in home and reverse("new-thread") not in home
    assert "Lire et signer la charte" not in home and "il suffit de signer" not in home
    assert measure.get_absolute_url() in page.get(reverse("own-moderation")).text
    assert page.get(measure.get_absolute_url()).status_code == 200
    (taken,) = json.loads(data_of(page))["measures"]
    assert taken["facts"] == FACTS


def test_a_measure_answers_the_report_that_it_was_taken_from(
    claire, jeanne, lucie, thread, viewer_of, browser_of, given
):
    report = reported(viewer_of(jeanne), thread.posts.get().get_absolute_url())
    address = reverse("hide-post", args=[report.post_id])
    page = browser_of(lucie)

    assert f'value="{report.pk}"' in page.get(f"{address}?signalement={report.pk}").text
    answer = page.post(address, given | {"report_id": report.pk})
    assert answer.url == report.get_absolute_url()

    report.refresh_from_db()
    measure = Measure.objects.get()
    assert not report.is_open and report.measure == measure
    statement = unescape(browser_of(claire).get(measure.get_absolute_url()).text)
    assert "Un signalement, dont l’auteur n’est dit à personne" in statement


def test_whoever_took_a_measure_from_a_report_takes_another_from_it(
    claire, jeanne, lucie, thread, viewer_of, browser_of, given, make_person
):
    report = reported(viewer_of(jeanne), thread.posts.get().get_absolute_url())
    page, given = browser_of(lucie), given | {"report_id": report.pk}
    page.post(reverse("hide-post", args=[report.post_id]), given)

    warning = reverse("warn-person", args=[claire.pk])
    assert f"{warning}?signalement={report.pk}" in page.get(report.get_absolute_url()).text
    other = browser_of(make_person("Autre Animatrice", AUTHORITIES, is_animator=True))
    assert warning not in other.get(report.get_absolute_url()).text
    assert other.post(warning, given).status_code == 422
    assert page.post(warning, given).url == report.get_absolute_url()

    report.refresh_from_db()
    assert report.measure.kind == "hide_post"
    taken = page.get(report.get_absolute_url()).context["measures"]
    assert [one.kind for one in taken] == ["warn", "hide_post"]
    kinds = Measure.objects.filter(report_id=report.pk).values_list("kind", flat=True)
    assert set(kinds) == {"hide_post", "warn"}


def test_a_measure_that_is_ended_by_a_page_is_undone(
    claire, lucie, impose, browser_of, viewer_of
):
    measure = impose("suspend", claire, ends_at=timezone.now() + timedelta(days=7))
    address = reverse("end-measure", args=[measure.pk])

    browser_of(lucie).post(address, {"ending_reason": "C’était une méprise."})

    assert viewer_of(claire).is_member
    statement = browser_of(claire).get(measure.get_absolute_url()).text
    assert "C’était une méprise." in unescape(statement)
    again = browser_of(lucie).post(address, {"ending_reason": "Encore."})
    assert again.status_code == 422


@pytest.mark.parametrize("kind", ["lock_thread", "slow_mode"])
def test_a_measure_on_a_thread_is_undone_where_it_is_ended(
    kind, thread, claire, lucie, browser_of, viewer_of
):
    if kind == "lock_thread":
        lock_thread(thread, viewer_of(lucie), True, FACTS, moderation_reason())
    else:
        slow_thread(thread, viewer_of(lucie), 60, FACTS, moderation_reason())
    measure = Measure.objects.get()
    address = reverse("end-measure", args=[measure.pk])
    browser_of(lucie).post(address, {"ending_reason": "Le calme est revenu."})

    thread.refresh_from_db()
    assert not thread.is_locked and thread.slow_mode_minutes == 0
    measure.refresh_from_db()
    assert (measure.ended_by, measure.ending_reason) == (lucie, "Le calme est revenu.")


def test_a_warning_is_taken_back(claire, lucie, impose, browser_of):
    measure = impose("warn", claire)
    address = reverse("end-measure", args=[measure.pk])
    browser_of(lucie).post(address, {"ending_reason": "C’était une méprise."})
    measure.refresh_from_db()
    assert measure.ended_by == lucie

    again = browser_of(lucie).post(address, {"ending_reason": "Encore."})
    assert again.status_code == 422


def test_no_animator_decides_about_themselves_nor_about_another(
    lucie, make_person, impose, viewer_of
):
    other = make_person("Armelle Anime", SUPPORT, is_animator=True)

    with pytest.raises(Refused, match="soi-même"):
        impose("suspend", lucie)
    with pytest.raises(Refused, match="exploitant"):
        impose("warn", other)


def test_whoever_animates_no_more_takes_no_measure(claire, lucie, viewer_of):
    before = viewer_of(lucie)
    lucie.is_animator = False
    lucie.save()

    with pytest.raises(PermissionDenied):
        impose_on_person(MeasureKind.WARN, claire, before, FACTS, moderation_reason())
    assert not Measure.objects.exists()


def test_sent_twice_it_is_one_measure_and_another_waits_for_its_end(claire, impose):
    first = impose("silence", claire, ends_at=timezone.now() + timedelta(days=1))

    assert impose("silence", claire, ends_at=timezone.now() + timedelta(days=1)) == first
    with pytest.raises(Refused, match="déjà en cours"):
        impose("silence", claire, facts="Autre chose.")


def test_a_statement_is_for_whom_it_concerns_and_animators(
    claire, jeanne, lucie, impose, browser_of
):
    address = impose("warn", claire).get_absolute_url()

    assert browser_of(jeanne).get(address).status_code == 404
    assert browser_of(lucie).get(address).status_code == 200
    assert "/compte/login/" in browser_of(None).get(address)["Location"]


def test_an_animator_outside_the_room_reads_neither_title_nor_text(
    claire, lucie, make_person, spaces, topics, browser_of, viewer_of
):
    insider = make_person("Aline Anime", AUTHORITIES, is_animator=True)
    thread = factories.start_thread(claire, spaces[AUTHORITIES], title="Entre nous seuls")
    post = factories.post_reply(claire, thread, "Mots de la pièce.")
    hide_post(post, viewer_of(insider), FACTS)
    address = Measure.objects.get().get_absolute_url()

    for person, reads in ((insider, True), (lucie, False)):
        page = browser_of(person).get(address).text
        assert ("Entre nous seuls" in page) == ("Mots de la pièce." in page) == reads


def test_a_measure_is_ended_where_its_animator_does_not_read(
    claire, lucie, make_person, spaces, topics, viewer_of
):
    insider = make_person("Aline Anime", AUTHORITIES, is_animator=True)
    thread = factories.start_thread(claire, spaces[AUTHORITIES])
    post = factories.post_reply(claire, thread)
    hide_post(post, viewer_of(insider), FACTS)

    end_measure(Measure.objects.get(), viewer_of(lucie), "À sa place.")

    post.refresh_from_db()
    assert post.hidden_at is None and not Measure.objects.get().is_in_force


def test_an_animator_undoes_nothing_that_another_imposed_on_them(
    make_person, claire, lucie, spaces, viewer_of
):
    anne = make_person("Anne Animatrice", SUPPORT, is_animator=True)
    own = factories.start_thread(lucie, spaces["public"])
    reply = factories.post_reply(lucie, own)
    hide_post(reply, viewer_of(anne), FACTS)
    lock_thread(own, viewer_of(anne), True, FACTS)
    slow_thread(own, viewer_of(anne), 30, FACTS)

    for undo in (
        lambda viewer: restore_post(reply, viewer, "Non."),
        lambda viewer: lock_thread(own, viewer, False, "Non."),
        lambda viewer: slow_thread(own, viewer, 0, "Non."),
    ):
        with pytest.raises(Refused, match="soi-même"):
            undo(viewer_of(lucie))
        undo(viewer_of(anne))
    assert not Measure.objects.in_force().exists()


def test_who_hid_a_post_is_offered_to_show_it_again_and_its_author_is_not(
    make_person, lucie, spaces, viewer_of, browser_of
):
    anne = make_person("Anne Animatrice", SUPPORT, is_animator=True)
    post = factories.post_reply(lucie, factories.start_thread(lucie, spaces["public"]))
    hide_post(post, viewer_of(anne), FACTS)
    address, form = (
        reverse("hidden-post", args=[post.pk]),
        reverse("restore-post", args=[post.pk]),
    )

    assert form in browser_of(anne).get(address).text
    page = browser_of(lucie).get(address)
    assert page.status_code == 200 and form not in page.text


def test_the_end_of_a_measure_brings_back_nothing_that_its_author_deleted(
    thread, jeanne, lucie, viewer_of
):
    post = factories.post_reply(jeanne, thread)
    hide_post(post, viewer_of(lucie), FACTS)
    delete_post(post, viewer_of(jeanne))
    end_measure(Measure.objects.get(), viewer_of(lucie), "Une erreur.")

    post.refresh_from_db()
    assert post.restored_at is None
    assert not Measure.objects.in_force().exists()


def test_facts_of_any_length_hide_a_post_and_are_read_whole(
    thread, claire, lucie, given, browser_of
):
    post, facts = thread.posts.get(), f"{FACTS} " * 50
    address = reverse("hide-post", args=[post.pk])
    assert browser_of(lucie).post(address, given | {"facts": facts}).status_code == 302

    post.refresh_from_db()
    post.clean_fields(exclude=["text", "html"])
    measure = Measure.objects.get()
    page = browser_of(claire).get(measure.get_absolute_url())
    assert facts.strip() in unescape(page.text)


def test_a_page_offers_the_measures_that_an_animator_may_take(
    claire, lucie, make_person, browser_of
):
    other = make_person("Autre Animatrice", AUTHORITIES, is_animator=True)
    page = browser_of(lucie)
    for person, is_offered in ((claire, True), (other, False), (lucie, False)):
        shown = page.get(person.get_absolute_url()).text
        assert (reverse("suspend-person", args=[person.pk]) in shown) == is_offered
