"""The first steps of a new member: after signing, on home, and gone once done or dismissed."""

import re

import pytest
from django.urls import reverse

from accounts.models import Territory, User
from forum.conversation.follows.subscriptions.models import Subscription
from forum.models import Space, Topic
from tests import factories
from tests.factories import start_thread

STEPS = "/premiers-pas/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("spaces", "topics")]


@pytest.fixture
def mayor(make_person, browser_of, charter, settings):
    """Rita, who has just signed for a commune; and her browser."""
    settings.FORUM_ADMISSION = "open"
    rita = make_person("Rita Nouvelle")
    browser = browser_of(rita)
    fields = {
        "version": charter.name, "college": factories.AUTHORITIES, "position": "Maire",
        "authority": "office", "authority_detail": "", "typed_name": "Rita Nouvelle",
        "organisation": "Commune d’Orbain", "asked": "commune d'orbain", "country": "DE",
    }  # fmt: skip
    assert browser.post(reverse("sign-charter"), fields).url == reverse("joining-steps")
    return rita, browser


def test_who_has_just_signed_is_led_to_three_steps_and_told_what_is_open(mayor):
    _rita, browser = mayor
    page = browser.get(reverse("joining-steps"), follow=True)

    assert page.redirect_chain[-1][0] == STEPS and "Votre reçu (PDF)" in page.text
    for words in ("Votre territoire", "Deux sujets à suivre", "Votre première question"):
        assert words in page.text
    assert page.text.count('class="current"') == 3
    assert STEPS in browser.get("/").text


def test_steps_that_are_done_say_so_and_home_leads_there_no_more(mayor):
    rita, browser = mayor
    place = Territory.objects.create(slug="orbain", name="Orbain", type="commune")
    rita.seats.get().organisation.territories.add(place)
    one, two = Topic.objects.all()[:2]
    page = browser.post(STEPS, {"chosen": [f"topic-{it.pk}" for it in (one, two)]}, follow=True)

    assert {*Subscription.objects.filter(person=rita).values_list("topic", flat=True)} == {
        one.pk, two.pk,
    }  # fmt: skip
    assert page.text.count('class="done"') == 2 and "Orbain" in page.text
    asked = browser.get(STEPS).text
    assert "kind=discussion" in asked and STEPS in browser.get("/").text
    start_thread(
        rita, Space.objects.get(audience="public"), title="Quelle chaufferie pour l’école ?"
    )
    assert STEPS not in browser.get("/").text and STEPS in browser.get("/compte/").text
    assert browser.get(STEPS).text.count('class="done"') == 3
    assert not User.objects.get(pk=rita.pk).is_onboarding


def test_dismissed_they_are_gone_from_home_and_stay_on_the_account(mayor):
    rita, browser = mayor

    assert browser.post(reverse("end-first-steps")).url == "/"
    assert not User.objects.get(pk=rita.pk).is_onboarding
    assert STEPS not in browser.get("/").text
    assert browser.get(reverse("joining-steps")).status_code == 200
    assert STEPS in browser.get(reverse("account")).text
    assert "Deux sujets à suivre" in browser.get(STEPS).text


def test_introducing_an_organisation_begins_a_discussion_with_its_name(mayor):
    _rita, browser = mayor
    page = browser.get(
        reverse("new-thread"), {"kind": "discussion", "title": "Orbain se présente"}
    )

    assert 'value="Orbain se présente"' in page.text
    assert re.search(r'value="discussion"[^>]*checked', page.text)


def test_whose_seat_waits_is_led_to_the_steps_of_joining(make_person, browser_of):
    mina = make_person("Mina Dupré", factories.AUTHORITIES, confirmed=False)

    assert browser_of(mina).get(STEPS).url == reverse("joining-steps")


def test_a_second_seat_brings_no_first_steps(mayor, charter):
    rita, browser = mayor
    browser.post(reverse("end-first-steps"))
    fields = {
        "version": charter.name, "college": factories.PROJECTS, "position": "Présidente",
        "authority": "office", "authority_detail": "", "typed_name": "Rita Nouvelle",
        "organisation": "SCIC du Thouet", "asked": "scic du thouet", "country": "DE",
    }  # fmt: skip
    assert browser.post(reverse("sign-charter"), fields).status_code == 302
    assert rita.seats.count() == 2 and not User.objects.get(pk=rita.pk).is_onboarding
