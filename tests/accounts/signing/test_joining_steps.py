"""The steps of joining, said truly: what is done, what comes next, who decides, by when."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.charter.signing_requests.models import SigningRequest
from accounts.charter.status import get_charter_status
from accounts.charter.steps import AHEAD, CURRENT, DONE, joining_steps
from accounts.organisations.actions import confirm_seat
from accounts.viewers.viewers import AccessLevel, viewer_of_person
from tests import factories
from tests.accounts.signing.forms import countersigned

pytestmark = pytest.mark.django_db

MODES = ("open", "review", "sponsored")


def steps_of(person):
    return joining_steps(get_charter_status(person, viewer_of_person(person)))


def states(person):
    return [step.state for step in steps_of(person)]


def words(person):
    return " ".join(step.text for step in steps_of(person))


@pytest.mark.parametrize("mode", MODES)
def test_before_signing_it_is_ones_turn_and_the_steps_say_who_decides_of_what_follows(
    rita, charter, settings, mode
):
    settings.FORUM_ADMISSION = mode
    assert states(rita)[:2] == [DONE, CURRENT]
    assert set(states(rita)[2:]) == {AHEAD}
    said = words(rita)
    assert ("Deux organisations membres en décident" in said) == (mode == "sponsored")
    assert ("Le contact de votre organisation ou l’équipe" in said) == (mode != "open")
    assert ("il l’est dès votre signature" in said) == (mode == "open")
    assert "Ils s’ouvrent dès que votre siège est confirmé" in said


@pytest.mark.parametrize("mode", MODES)
def test_after_signing_what_is_called_done_is_open_and_what_is_not_waits_for_whom_it_says(
    rita, town, lucie, charter, settings, browser_of, mode
):
    settings.FORUM_ADMISSION = mode
    assert countersigned(browser_of(rita), rita, town).url == reverse("joining-steps")
    seat, areas = states(rita)[-2:]
    level = viewer_of_person(rita).level
    assert (areas == DONE) == (level >= AccessLevel.MEMBER)
    assert (seat == DONE) == (areas == DONE) == (mode == "open")
    if mode != "open":
        assert level == AccessLevel.SIGNATORY
        assert "vous lisez la place publique et vous y écrivez, en votre nom" in words(rita)
        assert f"Le contact de « {town.name} » ou l’équipe" in plain(words(rita))
        confirm_seat(rita.seats.get(), lucie)
        assert set(states(rita)) == {DONE}
        assert viewer_of_person(rita).level == AccessLevel.MEMBER


def test_a_seat_in_an_organisation_without_contact_waits_for_the_animators(
    rita, claire, town, charter, browser_of
):
    town.seats.update(confirmed_at=None)
    page = browser_of(rita)
    answer = page.get(countersigned(page, rita, town).url)
    message = answer.text.partition('id="messages"')[2].partition("</div>")[0]
    assert "confirmé par l’équipe d’animation" in message
    said = f"L’équipe d’animation confirme votre siège pour « {town.name} »"
    assert said in plain(words(rita))
    town.seats.exclude(person=rita).update(confirmed_at=timezone.now())
    assert "Le contact de" in words(rita)


def test_a_new_organisation_waits_for_its_sponsors_and_nothing_else_is_called_current(
    rita, town, charter, settings, browser_of
):
    settings.FORUM_ADMISSION = "sponsored"
    countersigned(browser_of(rita), rita, town)
    town.admitted_at, town.needs_sponsors = None, True
    town.save()
    assert states(rita) == [DONE, DONE, CURRENT, AHEAD, AHEAD]
    assert "qui en a 0 sur deux" in words(rita)
    assert viewer_of_person(rita).level < AccessLevel.MEMBER


def test_while_the_representative_is_asked_the_step_says_whom_and_until_when(
    rita, colleges, charter
):
    day = timezone.now() + timedelta(days=3)
    SigningRequest.objects.create(
        preparer=rita, organisation_name="Saint-Éloi", college=colleges[factories.AUTHORITIES],
        full_name="Édith Maréchal", position="Maire", email="e@exemple.fr", authority="office",
        expires_at=day,
    )  # fmt: skip
    assert "À Édith Maréchal de signer avant le" in words(rita)
    SigningRequest.objects.update(expires_at=timezone.now())
    assert "Le lien envoyé à Édith Maréchal a expiré" in words(rita)


@pytest.mark.parametrize("surface", ["joining-steps", "charter", "account"])
def test_whoever_is_on_the_way_in_finds_the_steps_and_which_is_theirs(
    rita, mona, charter, browser_of, surface
):
    for person, step in (rita, "La charte, signée pour"), (mona, "Votre siège, confirmé"):
        text = browser_of(person).get(reverse(surface)).text
        current = text[text.index('<li class="current" aria-current="step"') :]
        assert step in current[:200]


def test_the_page_of_the_steps_says_what_is_left_once(rita, charter, browser_of):
    page = browser_of(rita)
    assert "Il reste une étape" in page.get(reverse("account")).text
    assert "Il reste une étape" not in page.get(reverse("joining-steps")).text


def test_home_says_once_that_the_charter_is_to_be_countersigned(
    rita, town, colleges, charter, browser_of
):
    SigningRequest.objects.create(
        preparer=rita, organisation=town, organisation_name=town.name, college=town.college,
        full_name="Édith Maréchal", position="Maire", email="e@exemple.fr", authority="office",
        expires_at=timezone.now() + timedelta(days=3), signed_at=timezone.now(),
    )  # fmt: skip
    home = browser_of(rita).get("/").text
    assert home.count(reverse("countersign", args=[town.slug])) == 1
    assert "La charte vous ouvre" not in home


def test_every_page_says_whose_turn_it_is_after_one_prepared_a_signature(
    rita, town, colleges, charter, browser_of
):
    page = browser_of(rita)
    asked = SigningRequest.objects.create(
        preparer=rita, organisation=town, organisation_name=town.name, college=town.college,
        full_name="Édith Maréchal", position="Maire", email="e@exemple.fr", authority="office",
        expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    for surface in ("home", "account"):
        text = page.get(reverse(surface)).text
        assert "À Édith Maréchal de signer la charte avant le" in text
        assert "Il reste une étape" not in text and "à signer la charte" not in text
    assert "que vous avez préparée n’est pas encore donnée" in text
    SigningRequest.objects.update(expires_at=timezone.now())
    assert "Le lien envoyé à Édith Maréchal pour signer" in page.get("/").text
    page.cookies["django_language"] = "en"
    assert "The link sent to Édith Maréchal to sign the charter" in page.get("/").text
    page.cookies["django_language"] = "fr"
    SigningRequest.objects.update(signed_at=timezone.now())
    text = page.get("/").text
    assert reverse("countersign", args=[asked.organisation.slug]) in text
    assert "contresigner la charte" in text


@pytest.mark.parametrize("surface", ["joining-steps", "account"])
def test_while_somebody_else_must_sign_the_page_does_not_ask_one_to_sign(
    rita, link, browser_of, surface
):
    page = browser_of(rita)
    text = page.get(reverse(surface)).text
    assert "Lire et signer la charte" not in text and "Lire la charte" in text
    SigningRequest.objects.update(expires_at=timezone.now())
    assert "Lire et signer la charte" in page.get(reverse(surface)).text


def test_a_guest_is_told_all_that_an_account_asks(charter, browser_of):
    guest = browser_of(None)
    text = guest.get(reverse("joining-steps")).text
    assert "votre nom, votre adresse et un mot de passe" in text
    guest.cookies["django_language"] = "en"
    assert "your name, your address and a password" in guest.get(reverse("joining-steps")).text


def test_the_seat_is_the_step_that_comes_once_one_has_signed(rita, town, charter, browser_of):
    page = browser_of(rita)
    assert current(page.get(reverse("charter")).text) == "2 La charte"
    landed = countersigned(page, rita, town)
    assert current(page.get(landed.url).text) == "3 Votre siège"
    assert current(page.get(reverse("charter")).text) == "3 Votre siège"
    assert current(browser_of(None).get(reverse("joining-steps")).text) == "1 Votre compte"


@pytest.mark.parametrize("mode", MODES)
def test_there_are_as_many_steps_wherever_they_are_counted(
    rita, charter, settings, browser_of, mode
):
    settings.FORUM_ADMISSION = mode
    steps = list(steps_of(rita))
    signup = in_line(browser_of(None).get(reverse("account_signup")).text)
    assert signup == [f"{n} {step.name}" for n, step in enumerate(steps, 1)]
    text = browser_of(rita).get(reverse("charter")).text
    assert in_line(text) == signup
    assert text.partition('<ol class="joining">')[2].partition("</ol>")[0].count("<li") == len(
        steps
    )


def test_the_way_to_signing_is_the_only_filled_button_above_the_charter(
    rita, charter, browser_of
):
    above = browser_of(rita).get(reverse("charter")).text.partition('id="texte"')[0]
    header, _tag, above = above.partition("</header>")
    assert "icon-only primary" not in header and above.count(" primary") == 1
    assert '<a class="button primary" href="#signer">' in above


def test_who_has_been_in_reads_where_they_stand_rather_than_steps(people, browser_of):
    for person in (people.former, people.lapsed, people.suspended):
        assert steps_of(person) == ()
        assert browser_of(person).get(reverse("joining-steps")).status_code == 200


def current(text):
    """Which of the steps in a line is current."""
    return text.partition('<span aria-current="step">')[2].partition("</span>")[0].strip()


def in_line(text):
    """The steps in a line, numbered."""
    line = text.partition('<p class="steps">')[2].partition("</p>")[0]
    return [" ".join(it.split()) for it in re.findall(r"<span[^>]*>(.*?)</span>", line, re.S)]


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")
