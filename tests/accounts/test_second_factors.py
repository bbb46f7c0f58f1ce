"""The second factor: setting it up, being asked for it, and what waits for it."""

import base64
import json
import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factor_waits.actions import confirm_factor
from accounts.models import Session, User
from accounts.users.adapters import MFAAdapter
from accounts.users.second_factors import is_administrator
from accounts.viewers import rights_clock
from accounts.viewers.viewers import authenticate_sessions, viewer_of_person
from tests import factories
from tests.accounts.second_factor_helpers import prove_address

pytestmark = pytest.mark.django_db
PASSWORD = "fort-et-long-42"


@pytest.fixture
def nadia(make_person):
    """Someone with an account and a proved address."""
    person = make_person("Nadia Guérin", factories.SUPPORT)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def page(nadia, browser_of):
    """Nadia's browser, where she has just said her password, and proved her address."""
    page = browser_of(nadia)
    page.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    prove_address(page)
    return page


def code_of(secret, steps=0):
    """What an application shows, ``steps`` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def install(page):
    """Set an application up; its secret."""
    shown = page.get(reverse("mfa_activate_totp"))
    secret = shown.context["form"].secret
    assert secret == written(shown)
    answer = page.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    cache.clear()  # The code that set it up serves no second time.
    return secret


def written(shown):
    """The key on the page, as copying it gives it."""
    return re.sub(r"<[^>]+>", "", re.search(r'class="secret">(.*?)</code>', shown.text)[1])


def recovery_codes(page):
    return page.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]


def come(person):
    """Sign in with the password alone; the browser, and where it is led."""
    page = Client()
    fields = {"login": person.email, "password": PASSWORD}
    return page, page.post(reverse("account_login"), fields).url


def person_of(page):
    row = Session.objects.filter(session_key=page.session.session_key).first()
    return row and row.person


@pytest.mark.django_db(transaction=True)
def test_an_application_is_set_up_with_a_first_code_and_recovery_codes_follow(page, nadia):
    install(page)

    assert len(recovery_codes(page)) == 10
    assert mail.outbox[-1].subject == "Votre compte a une double protection"
    assert "Elle est active" in page.get(reverse("mfa_index")).text
    assert "Votre compte en a une" in page.get(reverse("account")).text


def test_the_key_is_shown_by_four_and_copied_as_one(page, nadia):
    shown = page.get(reverse("mfa_activate_totp"))
    groups = re.findall(r"<span>([A-Z2-7]{1,4})</span>", shown.text)

    assert len(groups) == 8 and "".join(groups) == written(shown)
    answer = page.post(reverse("mfa_activate_totp"), {"code": code_of(written(shown))})
    assert answer.url == reverse("mfa_view_recovery_codes")


def test_a_wrong_first_code_sets_nothing_up(page, nadia):
    page.get(reverse("mfa_activate_totp"))
    answer = page.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert "Ce code n’est pas le bon" in answer.text
    assert "secours" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert not Authenticator.objects.exists()


def test_signing_in_then_takes_a_code_as_well(page, nadia):
    secret = install(page)
    browser, led = come(nadia)
    assert led == reverse("mfa_authenticate") and person_of(browser) is None
    assert browser.get(reverse("account")).status_code == 302
    shown = browser.post(led, {"code": "000000"})
    assert "Ce code n’est pas le bon" in shown.text and person_of(browser) is None

    browser.post(led, {"code": code_of(secret)})
    assert person_of(browser) == nadia


def test_a_code_serves_once(page, nadia):
    secret = install(page)
    first, second = come(nadia)[0], come(nadia)[0]
    given = {"code": code_of(secret)}
    first.post(reverse("mfa_authenticate"), given)
    second.post(reverse("mfa_authenticate"), given)

    assert person_of(first) == nadia and person_of(second) is None


def test_a_mailed_code_does_not_stand_for_the_second_factor(page, nadia):
    install(page)
    browser = Client()
    answer = browser.post(reverse("account_request_login_code"), {"email": nadia.email})
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.M)[0]

    assert browser.post(answer.url, {"code": code}).url == reverse("mfa_authenticate")
    assert person_of(browser) is None


def test_a_new_password_by_mail_does_not_either(page, nadia):
    install(page)
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": nadia.email})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    chosen = {"password1": "sept-chaudieres", "password2": "sept-chaudieres"}
    browser.post(browser.get(link).url, chosen)
    fields = {"login": nadia.email, "password": "sept-chaudieres"}

    assert browser.post(reverse("account_login"), fields).url == reverse("mfa_authenticate")


def test_a_recovery_code_opens_once(page, nadia):
    install(page)
    code = recovery_codes(page)[0]
    for expected in (nadia, None):
        browser, led = come(nadia)
        browser.post(led, {"code": code})
        assert person_of(browser) == expected
    assert len(recovery_codes(page)) == 9


def test_recovery_codes_are_downloaded_as_text_and_replaced(page, nadia):
    install(page)
    codes = recovery_codes(page)
    file = page.get(reverse("mfa_download_recovery_codes"))
    assert file["Content-Type"].startswith("text/plain")
    assert file["Content-Disposition"] == 'attachment; filename="codes-de-secours.txt"'
    assert "no-store" in file["Cache-Control"]
    assert [line for line in file.text.splitlines() if line.isdigit()] == codes
    page.post(reverse("mfa_generate_recovery_codes"))

    assert not set(recovery_codes(page)) & set(codes)


def test_codes_are_not_shown_to_whoever_sits_at_an_open_page(page, nadia, browser_of):
    install(page)
    nadia.refresh_from_db()  # Sessions from before have ended.
    other = browser_of(nadia)

    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"):
        assert other.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
    led = other.get(reverse("mfa_deactivate_totp")).url
    assert led.startswith(reverse("account_reauthenticate"))
    assert other.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()


def test_guessing_codes_is_throttled(page, nadia):
    secret = install(page)
    browser, led = come(nadia)
    for _guess in range(5):
        browser.post(led, {"code": "000000"})
    answer = browser.post(led, {"code": code_of(secret)})

    assert "Trop d’essais" in answer.text and person_of(browser) is None


def test_one_says_again_who_one_is_by_a_code_too(page, nadia, browser_of):
    secret = install(page)
    nadia.refresh_from_db()  # Sessions from before have ended.
    other = browser_of(nadia)
    asked = other.get(reverse("account_reauthenticate"))
    assert "Plutôt un code de mon application" in asked.text
    answer = other.post(
        reverse("mfa_reauthenticate") + f"?next={reverse('mfa_view_recovery_codes')}",
        {"code": code_of(secret)},
    )

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert len(recovery_codes(other)) == 10


def test_taking_it_off_is_told_by_mail_and_takes_the_recovery_codes_along(page, nadia):
    install(page)
    page.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "Une protection a été retirée de votre compte"
    said = r"\n–\u00a0date\u00a0: \d+ \w+ \d{4} à \d+\u00a0h\u00a0\d\d\n"
    assert re.search(said, mail.outbox[-1].body)
    assert come(nadia)[1] == reverse("home")


def test_a_copy_of_the_database_gives_no_codes(page, nadia, settings):
    secret = install(page)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept and MFAAdapter().decrypt(kept) == secret

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "k" * 60
    assert MFAAdapter().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    unknown = {MFAAdapter().decrypt(kept) for _time in range(2)}
    assert len(unknown) == 2 and secret not in unknown and "" not in unknown


# ------------------------------------------------------------------- those who must


@pytest.fixture
def plain(lucie):
    """An animator without a second factor."""
    Authenticator.objects.filter(user=lucie).delete()
    return lucie


def test_an_animator_without_one_is_a_member_like_others(plain, browser_of):
    viewer = viewer_of_person(plain)
    assert not viewer.is_animator and viewer.is_member and viewer.college_ids
    page = browser_of(plain)
    assert page.get(reverse("seats")).url == reverse("mfa_index")
    assert "Il vous manque une double protection" in page.get(reverse("mfa_index")).text
    assert "Sièges à confirmer" not in page.get("/").text


def test_they_are_told_so_on_every_page_with_the_way_to_it(plain, claire, browser_of):
    page = browser_of(plain)
    assert f'href="{reverse("mfa_index")}">une double protection' in page.get("/").text
    assert "n’animez pas le réseau" in page.get(reverse("account")).text
    assert "une double protection</a>" not in browser_of(claire).get("/").text
    factories.add_second_factor(plain)
    assert "une double protection</a>" not in page.get("/").text


def test_a_charter_that_changed_is_told_beside_a_missing_factor(plain, browser_of):
    factories.create_charter(2, binding_from=timezone.now() + timedelta(days=9))
    said = browser_of(plain).get("/").text
    assert "une double protection</a>" in said and "La charte a changé." in said
    assert re.search(r"nouvelle version avant le \d+\u00a0\w+", said)


@pytest.mark.django_db(transaction=True)
def test_it_counts_from_the_moment_it_is_there_until_it_is_gone(plain, browser_of):
    page = browser_of(plain)
    key = page.session.session_key
    for has in (True, False):
        before = rights_clock.current_number()
        if has:
            factories.add_second_factor(plain)
        else:
            Authenticator.objects.all().delete()
        assert rights_clock.changes_since(before).people == {plain.pk}
        assert authenticate_sessions([key])[key].viewer.is_animator is has
        assert page.get(reverse("seats")).status_code == (200 if has else 302)


def test_recovery_codes_alone_do_not_count(plain):
    Authenticator.objects.create(user=plain, type="recovery_codes", data={})
    assert not viewer_of_person(plain).is_animator
    Authenticator.objects.create(user=plain, type="webauthn", data={"name": "Clé"})
    confirm_factor(plain.pk, None)
    assert viewer_of_person(plain).is_animator


def test_a_site_may_do_without_and_has_to_say_so(plain, settings, browser_of):
    assert settings.FORUM_SECOND_FACTOR
    settings.FORUM_SECOND_FACTOR = False

    assert viewer_of_person(plain).is_animator
    assert "une double protection</a>" not in browser_of(plain).get("/").text


def test_it_makes_nobody_an_animator(claire):
    factories.add_second_factor(claire)
    assert not viewer_of_person(claire).is_animator


def test_an_administrator_is_one_with_a_second_factor_only(make_person, settings, browser_of):
    admin = make_person("Ada Admin", is_superuser=True)
    Authenticator.objects.filter(user=admin).delete()
    assert not is_administrator(admin)
    assert "n’administrez pas le site" in browser_of(admin).get(reverse("account")).text
    factories.add_second_factor(admin)
    assert is_administrator(admin)
    for fields in ({"is_active": False}, {"suspended_at": admin.joined_at}):
        User.objects.filter(pk=admin.pk).update(is_active=True)
        User.objects.filter(pk=admin.pk).update(**fields)
        assert not is_administrator(User.objects.get(pk=admin.pk))
    assert not is_administrator(make_person("Autre"))


PAGES = [
    "mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_deactivate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_in_french_and_carry_no_script_of_their_own(page, nadia, name):
    install(page)
    answer = page.get(reverse(name))

    assert answer.status_code == 200 and len(re.findall(r"<h1\b", answer.text)) == 1
    shown = re.search(r"<main.*</main>", answer.text, re.S)[0]
    for word in ("Authenticat", "Recovery", "Passkey", "Code<", " key", "<script"):
        assert word not in re.sub(r'data-options="[^"]*"', "", shown), word


@pytest.mark.parametrize("name", [*PAGES, "mfa_activate_totp", "devices"])
def test_a_guest_is_sent_to_sign_in(client, db, name):
    assert client.get(reverse(name)).url.startswith(reverse("account_login"))


def test_passkeys_of_others_are_not_found(page, nadia, make_person):
    other = make_person("Autre")
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Clé"})

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert page.post(reverse(name, args=[key.pk]), {"name": "Prise"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).data == {"name": "Clé"}


@pytest.mark.parametrize("credential", ["9" * 5000, "[" * 100_000, '{"id": ' * 50_000, "\0"])
def test_what_is_no_passkey_is_refused_however_it_is_written(client, credential):
    client.raise_request_exception = False
    for name in "mfa_login_webauthn", "mfa_authenticate", "mfa_reauthenticate_webauthn":
        answer = client.post(reverse(name), {"credential": credential})
        assert answer.status_code < 500, name


def _credential(extensions=b"", client_data=b"{}", flags=0x81):
    def encoded(content):
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    said = b"r" * 32 + bytes([flags]) + b"\0\0\0\1" + extensions
    response = {"clientDataJSON": client_data, "authenticatorData": said, "signature": b"s"}
    response = {name: encoded(it) for name, it in response.items()} | {"userHandle": "MQ"}
    return {"id": "eA", "rawId": "eA", "type": "public-key", "response": response}


@pytest.mark.parametrize("sent", [
    {}, [], None, 5, _credential(b"\x9a\xff\xff\xff\xff" + b"\0" * 100),
    _credential(b"\x81" * 9_000), _credential(b"\xa1\x00" * 5_000),
    _credential(client_data=b"[" * 20_000), _credential(b"x" * 90_000),
])  # fmt: skip
def test_what_no_browser_says_of_a_passkey_is_none(sent, client):
    client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json")
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(sent)})

    assert answer.status_code in (200, 302, 400, 422) and "_auth_user_id" not in client.session
