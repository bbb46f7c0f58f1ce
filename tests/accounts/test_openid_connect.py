"""Signing in through a provider: a real one, on this machine, which is not always honest."""

import re
import urllib.request
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from accounts.models import Session, User
from accounts.users.openid_settings import socialaccount_providers
from tests import factories
from tests.accounts.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    UNKNOWN_KEY,
    FakeOpenIDProvider,
)

pytestmark = pytest.mark.django_db
ADDRESS = "nadia.guerin@exemple.fr"


@pytest.fixture(scope="module")
def openid_urls():
    """The addresses of a site with a provider, which take long to put together."""
    with override_settings(ROOT_URLCONF="tests.accounts.openid_urls"):
        yield


@pytest.fixture
def provider(settings, openid_urls):
    """The provider, and a site that trusts it."""
    provider = FakeOpenIDProvider()
    configure(settings, provider)
    yield provider
    provider.close()


def configure(settings, provider, **more):
    env = environ.Env()
    env.ENVIRON = {
        "FORUM_OIDC_ISSUER": provider.issuer,
        "FORUM_OIDC_CLIENT_ID": CLIENT_ID,
        "FORUM_OIDC_SECRET": CLIENT_SECRET,
    } | more
    settings.SOCIALACCOUNT_PROVIDERS = socialaccount_providers(env)


@pytest.fixture
def page():
    return Client()


@pytest.fixture
def nadia(make_person):
    """Someone with an account and a proved address."""
    person = make_person("Nadia Guérin-Le Roy")
    User.objects.filter(pk=person.pk).update(email=ADDRESS)
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    return person


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def go(page, **fields):
    """Press the button; the address that the site sends one to."""
    answer = page.post(reverse("openid"), fields)
    assert answer.status_code == 200
    return re.fullmatch(r"0; url=(.+)", answer["Refresh"])[1]


def visit(address):
    """Say yes at the provider; the address that it sends one back to."""
    opener = urllib.request.build_opener(_Stay)
    try:
        opener.open(address, timeout=10).close()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("The provider did not send one back")


def sign_in(page, **fields):
    """There and back."""
    return page.get(visit(go(page, **fields)), follow=True)


def person_of(page):
    """Who ``page`` is signed in as, or None."""
    row = Session.objects.filter(session_key=page.session.session_key).first()
    return row and row.person


def code():
    """The code in the last mail."""
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.M)[0]


def test_without_a_provider_there_is_neither_button_nor_address(page, db, settings):
    settings.ROOT_URLCONF = "forum.urls"

    assert "identite" not in page.get(reverse("account_login")).text
    assert page.get("/compte/identite/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("openid")


def test_the_addresses_open_nothing_where_the_provider_is_gone(page, openid_urls):
    assert page.get("/compte/identite/").status_code == 404
    assert page.get("/compte/identite/retour/?state=a&code=b").status_code == 404


def test_one_comes_in_with_a_proved_address_and_a_name(provider, page, charter):
    answer = sign_in(page)

    person = person_of(page)
    assert (person.email, person.full_name) == (ADDRESS, "Nadia Guérin")
    assert EmailAddress.objects.get(user=person).verified
    assert not person.has_usable_password() and not mail.outbox
    assert answer.redirect_chain[-1][0] == reverse("charter")


def test_the_second_time_it_is_the_same_person_though_the_address_has_changed(
    provider, page, charter
):
    sign_in(page)
    person, other = person_of(page), Client()
    provider.details = {"email": "autre@exemple.fr"}
    sign_in(other)

    assert person_of(other) == person
    assert person_of(other).email == ADDRESS and User.objects.count() == 1


def test_the_button_leads_there_by_a_page_that_the_policy_allows(provider, page):
    assert "Se connecter avec ProConnect" in page.get(reverse("account_login")).text
    assert page.get(reverse("openid")).status_code == 200  # A link alone leads nowhere.
    answer = page.post(reverse("openid"))

    assert answer.status_code == 200 and f'href="{provider.issuer}/authorize?' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy and provider.issuer not in policy


def test_the_provider_is_asked_for_what_it_wants(provider, page, settings, charter):
    configure(settings, provider, FORUM_OIDC_ACR="eidas1", FORUM_OIDC_NAME="Mon service")
    sign_in(page)

    (asked,) = provider.asked
    assert asked["acr_values"] == "eidas1" and len(asked["nonce"]) >= 32
    assert set(asked["scope"].split()) == {"openid", "email", "given_name", "usual_name"}
    assert asked["redirect_uri"].endswith("/compte/identite/retour/")
    assert "Mon service" in Client().get(reverse("account_login")).text
    assert person_of(page) is not None


def test_a_link_changes_nothing_of_what_is_asked(provider, page):
    address = reverse("openid") + "?scope=siret&auth_params=prompt%3Dnone&process=connect"
    answer = page.post(address)

    asked = parse_qs(urlsplit(answer["Refresh"].partition("url=")[2]).query)
    assert "prompt" not in asked and "siret" not in asked["scope"][0]


def test_one_goes_where_one_was_going(provider, page, charter):
    answer = sign_in(page, next="/charte/signataires/")

    assert answer.redirect_chain[-1][0] == "/charte/signataires/"


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example"])
def test_it_never_leads_to_another_site(provider, page, charter, elsewhere):
    answer = sign_in(page, next=elsewhere)

    assert all(address.startswith("/") for address, _status in answer.redirect_chain)


def test_plain_details_do_as_well_as_signed_ones(provider, page, charter):
    provider.signs_details = False
    provider.details = {"usual_name": None, "family_name": "Le Roy"}
    sign_in(page)

    assert person_of(page).full_name == "Nadia Le Roy"


def test_who_has_no_name_there_shows_nothing_of_their_address(provider, page, charter):
    provider.details = {"given_name": None, "usual_name": " "}
    sign_in(page)

    assert person_of(page).full_name == "Nouveau membre"


LIES = {
    "another nonce": {"identity": {"nonce": "x" * 40}},
    "no nonce": {"identity": {"nonce": None}},
    "another issuer": {"identity": {"iss": "https://ailleurs.example"}},
    "meant for another site": {"identity": {"aud": "autre"}},
    "expired": {"identity": {"exp": 1}},
    "without an end": {"identity": {"exp": None}},
    "signed by another key": {"key": UNKNOWN_KEY},
    "signed by an unknown key": {"kid": "k2"},
    "details signed by another key": {"details_key": UNKNOWN_KEY},
    "details of another person": {"details": {"sub": "pc-2"}},
    "details meant for another site": {"details": {"aud": "autre"}},
    "unsigned details of another person": {"signs_details": False, "details": {"sub": "2"}},
    "no address": {"details": {"email": None}},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_cannot_be_verified_opens_nothing(lie, provider, page, charter):
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    answer = sign_in(page)

    assert answer.status_code == 401 and "n’a pas abouti" in answer.text
    assert person_of(page) is None and not User.objects.exists()


def test_a_lower_level_than_was_asked_opens_nothing(provider, page, settings, charter):
    configure(settings, provider, FORUM_OIDC_ACR="eidas2 eidas3")
    provider.identity = {"acr": "eidas1"}

    assert sign_in(page).status_code == 401
    provider.identity = {"acr": "eidas2"}
    sign_in(page)
    assert person_of(page) is not None


def test_an_answer_to_nothing_that_was_asked_opens_nothing(provider, page, charter):
    back = visit(go(page))
    stranger = Client()

    assert stranger.get(back).status_code == 401  # Another browser.
    assert page.get(re.sub(r"state=\w+", "state=abcdef", back)).status_code == 401
    page.get(back)
    assert person_of(page) is not None
    assert Client().get(back).status_code == 401
    assert person_of(stranger) is None


def test_who_gives_up_is_told_that_nothing_has_changed(provider, page):
    state = parse_qs(urlsplit(go(page)).query)["state"][0]
    back = f"{reverse('openid-return')}?error=access_denied&state={state}"
    answer = page.get(back, follow=True)

    assert answer.status_code == 200 and "Connexion abandonnée" in answer.text
    assert person_of(page) is None


def test_a_provider_that_does_not_answer_is_said(provider, page):
    provider.close()
    answer = page.post(reverse("openid"))

    assert answer.status_code == 401 and "ne répond pas" in answer.text


def test_a_proved_address_leads_to_the_account_that_has_it(provider, page, nadia):
    sign_in(page)

    assert person_of(page) == nadia and nadia.socialaccount_set.count() == 1
    assert mail.outbox[-1].subject == "Une autre manière d’entrer dans votre compte"
    assert nadia.full_name == User.objects.get().full_name


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_an_address_that_the_provider_does_not_vouch_for_takes_no_account(
    said, provider, page, nadia
):
    provider.details = {"email_verified": said}
    answer = sign_in(page)

    assert person_of(page) is None and not SocialAccount.objects.exists()
    assert mail.outbox[-1].subject == "Vous avez déjà un compte"
    assert answer.redirect_chain[-1][0] == reverse("account_email_verification_sent")


def test_an_address_that_nobody_vouches_for_is_proved_by_a_code(provider, page, charter):
    provider.details = {"email_verified": None}
    answer = sign_in(page)
    assert person_of(page) is None
    page.post(answer.redirect_chain[-1][0], {"code": code()})

    assert person_of(page).email == ADDRESS


def test_who_took_an_address_without_proving_it_loses_the_account_to_its_owner(
    provider, page, make_person, browser_of
):
    squatter = make_person("Quelqu’un")
    User.objects.filter(pk=squatter.pk).update(email=ADDRESS)
    EmailAddress.objects.create(user=squatter, email=ADDRESS, verified=False, primary=True)
    before = browser_of(squatter)
    answer = sign_in(page)
    page.post(answer.redirect_chain[-1][0], {"code": code()})

    squatter.refresh_from_db()
    assert person_of(page) == squatter and not squatter.has_usable_password()
    assert before.get(reverse("account")).status_code == 302


def test_the_second_factor_is_asked_all_the_same(provider, page, nadia):
    factories.add_second_factor(nadia)
    answer = sign_in(page)

    assert answer.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert person_of(page) is None


def test_a_closed_account_stays_closed(provider, page, nadia):
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    sign_in(page)

    assert person_of(page) is None


def give_code(page):
    """Verify the address of who has ``page``, from where one connects an identity."""
    connections = reverse("socialaccount_connections")
    assert "Recevoir un code" in page.get(connections).text
    page.post(reverse("prove-address"), {"next": connections})
    sent = {"next": connections, "code": code()}
    assert page.post(reverse("prove-address"), sent).url == connections
    assert "Relier mon compte" in page.get(connections).text


def test_with_the_password_alone_nobody_connects_an_identity_of_theirs(
    provider, nadia, browser_of
):
    thief = browser_of(nadia)
    provider.details = {"email": "autre@exemple.fr"}
    connections = reverse("socialaccount_connections")
    assert "Relier mon compte" not in thief.get(connections).text
    answer = sign_in(thief, process="connect")
    assert answer.redirect_chain[-1][0] == connections
    assert "Donnez d’abord le code" in answer.text
    thief.post(reverse("account_reauthenticate"), {"password": "fort-et-long-42"})
    assert "Donnez d’abord le code" in sign_in(thief, process="connect").text
    SocialAccount.objects.create(user=nadia, provider="openid", uid="hers")
    sign_in(thief, process="connect")

    assert SocialAccount.objects.get().uid == "hers"


def test_one_connects_ones_account_after_a_code_and_saying_ones_password_again(
    provider, nadia, browser_of
):
    page = browser_of(nadia)
    give_code(page)
    provider.details = {"email": None, "email_verified": None}
    answer = sign_in(page, process="connect")
    assert answer.redirect_chain[-1][0] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()
    page.post(reverse("account_reauthenticate"), {"password": "fort-et-long-42"})
    assert nadia.socialaccount_set.count() == 1

    other = Client()
    sign_in(other)
    assert person_of(other) == nadia
    page.post(
        reverse("socialaccount_connections"), {"account": nadia.socialaccount_set.get().pk}
    )
    assert not SocialAccount.objects.exists()


def test_an_identity_belongs_to_one_account(provider, nadia, make_person, browser_of):
    sign_in(Client())
    other = make_person("Autre Personne")
    page = browser_of(other)
    give_code(page)
    sign_in(page, process="connect")
    page.post(reverse("account_reauthenticate"), {"password": "fort-et-long-42"})

    assert SocialAccount.objects.get().user == nadia


def test_nothing_is_kept_but_the_providers_name_for_the_person(provider, page, charter):
    sign_in(page)

    assert SocialAccount.objects.get().extra_data == {"sub": "pc-1"}
    assert not SocialToken.objects.exists()
