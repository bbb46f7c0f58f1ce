"""Whoever has an animator's password alone does not take their rights by a first factor."""

import time
from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factor_waits.actions import NothingWaits, begin_wait, confirm_factor
from accounts.factor_waits.mail import mail_first_factor
from accounts.factor_waits.models import WAIT, FactorWait
from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.review_queue.queries import waiting_by_source
from accounts.users.second_factors import is_administrator
from accounts.viewers import rights_clock
from accounts.viewers.viewers import viewer_of_person
from tests.accounts.second_factor_helpers import prove_address
from tests.factories import SUPPORT, add_second_factor

pytestmark = pytest.mark.django_db
PASSWORD = "fort-et-long-42"


@pytest.fixture
def nadia(make_person):
    """An animator who has no second factor yet."""
    person = make_person("Nadia Guérin", SUPPORT, is_animator=True)
    Authenticator.objects.filter(user=person).delete()
    FactorWait.objects.filter(person=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(person):
    """A browser that knows the password, and has just said it."""
    page = Client()
    page.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return page


def stop_link():
    """The path of the link that is mailed when a first factor is set up."""
    return reverse(
        "stop-factor", args=[FactorWait.objects.get(person__full_name="Nadia Guérin").key]
    )


def install(page):
    """Set an application up."""
    secret = page.get(reverse("mfa_activate_totp")).context["form"].secret
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = page.post(reverse("mfa_activate_totp"), {"code": shown})
    cache.clear()
    return answer


@pytest.fixture
def installed(nadia):
    """The browser in which Nadia has set an application up."""
    page = sign_in(nadia)
    prove_address(page)
    assert install(page).url == reverse("mfa_view_recovery_codes")
    return page


def test_a_password_alone_sets_no_first_factor_up(nadia):
    thief = sign_in(nadia)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        shown = thief.get(reverse(name)).text
        assert "code reçu à votre adresse" in shown and 'class="secret"' not in shown
        answer = thief.post(
            reverse(name), {"code": "123456", "name": "Clé", "credential": "{}"}
        )
        assert answer.url == reverse(name)
    wrong = thief.post(reverse("prove-address"), {"code": "AAAA-AAAA", "next": "/"})
    assert wrong.status_code == 422
    assert not Authenticator.objects.exists()


def test_with_the_code_from_the_address_rights_open_after_a_day(nadia, installed):
    assert not viewer_of_person(nadia).is_animator
    assert installed.get(reverse("seats")).url == reverse("mfa_index")
    said = installed.get(reverse("mfa_index")).text
    assert "Votre double protection est en place" in said and "Il vous manque" not in said
    assert "attend d’ouvrir vos droits" in installed.get("/").text

    wait = FactorWait.objects.get()
    assert rights_clock.next_scheduled_change() == wait.opens_at
    FactorWait.objects.update(opens_at=timezone.now() - timedelta(seconds=1))
    assert viewer_of_person(nadia).is_animator
    assert installed.get(reverse("seats")).status_code == 200
    assert wait.opens_at - wait.started_at == WAIT == timedelta(days=1)


def test_another_animator_opens_them_at_once_and_the_log_says_so(
    nadia, installed, lucie, browser_of
):
    counts = {source.name: n for source, n in waiting_by_source(viewer_of_person(lucie), 9)}
    assert counts["protections"] == 1
    address, desk = reverse("confirm-factor", args=[nadia.pk]), browser_of(lucie)
    assert "Nadia Guérin" in desk.get(address).text
    desk.post(address)
    assert viewer_of_person(nadia).is_animator
    entry = ModerationLogEntry.objects.get(action="confirm_factor")
    assert (entry.actor, entry.person) == (lucie, nadia)
    assert desk.get(address).status_code == 404


def test_nobody_confirms_their_own_nor_does_a_member(nadia, installed, claire, browser_of):
    address = reverse("confirm-factor", args=[nadia.pk])
    assert installed.post(address).url == reverse("mfa_index")
    assert browser_of(claire).post(address).status_code == 404
    with pytest.raises(NothingWaits):
        confirm_factor(nadia.pk, nadia)
    assert not viewer_of_person(nadia).is_animator


def test_the_mail_says_when_rights_open_and_how_to_stop_it(nadia, installed):
    mail_first_factor.call(nadia.pk)
    (sent,) = (one for one in mail.outbox if "protégez votre compte" in one.subject)
    assert sent.to == [nadia.email]
    assert f"{stop_link()}\n" in sent.body and "ouvrira ces droits le" in sent.body


def test_the_owner_stops_it_from_the_mail_by_a_press_and_not_by_opening_it(nadia, installed):
    link, owner = stop_link(), Client()
    shown = owner.get(link)
    assert "Ce n’est pas vous" in shown.text and shown["Referrer-Policy"] == "strict-origin"
    assert Authenticator.objects.exists(), "mail programs open links"

    assert owner.post(link).url == reverse("account_request_login_code")
    assert not Authenticator.objects.exists() and not FactorWait.objects.exists()
    assert installed.get(reverse("account")).status_code == 302, "that session has ended"
    nadia.refresh_from_db()
    assert not nadia.has_usable_password() and not viewer_of_person(nadia).is_animator
    assert ModerationLogEntry.objects.get().action == "stop_factor"
    assert owner.get(link).status_code == owner.post(link).status_code == 404


def test_the_link_still_works_once_the_rights_are_open_and_no_other_does(
    nadia, installed, lucie
):
    confirm_factor(nadia.pk, lucie)
    link = stop_link()
    assert Client().get(link.replace(link[-6:-1], "ABCDE")).status_code == 404
    Client().post(link)
    assert not viewer_of_person(nadia).is_animator
    assert not nadia.authenticator_set.exists()


def test_a_link_of_before_stops_no_later_factor(nadia):
    before = begin_wait(nadia).key
    begin_wait(nadia)
    address = reverse("stop-factor", args=[before])
    assert Client().get(address).status_code == Client().post(address).status_code == 404


def test_the_operator_opens_the_rights_of_the_first_animator_of_a_site(nadia, installed):
    said = StringIO()
    call_command("confirm_second_factor", nadia.email, stdout=said)
    assert "opens its rights now" in said.getvalue() and viewer_of_person(nadia).is_animator
    assert ModerationLogEntry.objects.get().actor is None
    for address in (nadia.email, "personne@exemple.fr"):
        with pytest.raises(CommandError):
            call_command("confirm_second_factor", address)


def test_an_administrator_waits_likewise(make_person):
    admin = make_person("Ada Admin", is_superuser=True)
    Authenticator.objects.filter(user=admin).delete()
    Authenticator.objects.create(user=admin, type="totp", data={"secret": "none"})
    assert not is_administrator(admin)
    confirm_factor(admin.pk, None)
    assert is_administrator(admin)


def test_a_second_one_beside_it_and_a_member_s_wait_for_nothing(nadia, claire):
    add_second_factor(nadia)
    Authenticator.objects.create(user=nadia, type="webauthn", data={"name": "Clé"})
    Authenticator.objects.create(user=claire, type="totp", data={"secret": "none"})
    assert viewer_of_person(nadia).is_animator
    assert not FactorWait.objects.filter(opens_at__gt=timezone.now()).exists()


def test_nor_does_one_set_a_member_s_up_which_would_lock_them_out(claire):
    EmailAddress.objects.create(user=claire, email=claire.email, verified=True, primary=True)
    thief = sign_in(claire)
    assert "code reçu à votre adresse" in thief.get(reverse("mfa_activate_totp")).text
    thief.post(reverse("mfa_activate_totp"), {"code": "123456"})
    assert not Authenticator.objects.exists()

    owner = sign_in(claire)
    prove_address(owner)
    assert install(owner).url == reverse("mfa_view_recovery_codes")
    assert not FactorWait.objects.exists(), "their rights need no second factor"


def test_a_site_that_does_without_lets_nobody_wait(nadia, settings):
    settings.FORUM_SECOND_FACTOR = False
    assert viewer_of_person(nadia).is_animator
    page = sign_in(nadia)
    prove_address(page)
    install(page)
    assert not FactorWait.objects.exists() and viewer_of_person(nadia).is_animator


# --------------------------------------------- one that was there before the rights


def give(person, **rights):
    """Name ``person``, as operators do."""
    User.objects.filter(pk=person.pk).update(**rights)
    person.refresh_from_db()


@pytest.fixture
def named(nadia, browser_of):
    """The browser of a member who had an application of before codes were asked, named then."""
    give(nadia, is_animator=False)
    Authenticator.objects.create(user=nadia, type="totp", data={"secret": "A" * 32})
    page = browser_of(nadia)
    give(nadia, is_animator=True)
    return page


def test_one_set_up_before_by_a_password_alone_opens_no_rights_given_later(nadia, named):
    assert not viewer_of_person(nadia).is_animator
    assert named.get(reverse("seats")).url == reverse("mfa_index")
    assert "un code reçu à votre adresse</a>" in named.get("/").text
    assert reverse("prove-factor") in named.get(reverse("mfa_index")).text
    wrong = {"code": "AAAA-AAAA", "next": reverse("prove-factor")}
    assert named.post(reverse("prove-address"), wrong).status_code == 422
    assert not FactorWait.objects.exists()
    give(nadia, is_animator=False, is_superuser=True)
    assert not is_administrator(nadia)
    assert reverse("prove-factor") in named.get(reverse("account")).text


def test_a_code_from_the_address_and_a_day_open_them(nadia, named):
    assert "code reçu à votre adresse" in named.get(reverse("prove-factor")).text
    prove_address(named, "prove-factor")
    wait = FactorWait.objects.get()
    assert wait.opens_at - wait.started_at == WAIT and not viewer_of_person(nadia).is_animator
    assert named.get(reverse("prove-factor")).url == reverse("mfa_index")
    assert "Vos droits s’ouvrent" in named.get(reverse("mfa_index")).text
    assert rights_clock.next_scheduled_change() == wait.opens_at
    FactorWait.objects.update(opens_at=timezone.now() - timedelta(seconds=1))
    assert viewer_of_person(nadia).is_animator


def test_a_colleague_s_word_opens_them_once_the_address_is_proved(
    nadia, named, lucie, browser_of
):
    address, desk = reverse("confirm-factor", args=[nadia.pk]), browser_of(lucie)
    assert desk.post(address).status_code == 404
    with pytest.raises(NothingWaits):
        confirm_factor(nadia.pk, lucie)
    prove_address(named, "prove-factor")
    desk.post(address)
    assert viewer_of_person(nadia).is_animator


def test_the_operator_who_names_somebody_opens_them_and_their_mail_stops_it(nadia, named):
    call_command("confirm_second_factor", nadia.email, stdout=StringIO())
    assert viewer_of_person(nadia).is_animator
    with pytest.raises(NothingWaits):
        confirm_factor(nadia.pk, None)
    mail_first_factor.call(nadia.pk)
    assert stop_link() in mail.outbox[-1].body
    Client().post(stop_link())
    assert not viewer_of_person(nadia).is_animator


def test_whose_was_confirmed_keeps_it_through_other_rights(nadia, installed, lucie):
    confirm_factor(nadia.pk, lucie)
    give(nadia, is_animator=False)
    give(nadia, is_superuser=True)
    assert is_administrator(nadia)
    give(nadia, is_animator=True)
    assert viewer_of_person(nadia).is_animator


def test_what_was_confirmed_of_another_factor_says_nothing_of_a_new_one(
    nadia, installed, lucie
):
    confirm_factor(nadia.pk, lucie)
    give(nadia, is_animator=False)
    nadia.authenticator_set.all().delete()
    page = sign_in(nadia)
    prove_address(page)
    install(page)
    give(nadia, is_animator=True)
    assert not viewer_of_person(nadia).is_animator


def test_a_member_s_proved_address_makes_nothing_wait(nadia, named):
    give(nadia, is_animator=False)
    assert named.get(reverse("prove-factor")).url == reverse("mfa_index")
    prove_address(named, "prove-factor")
    assert not FactorWait.objects.exists()
