"""Coming in: sign-up, sign-in, a forgotten password, and what strangers cannot learn."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from accounts.viewers.viewers import viewer_of_person
from tests import factories
from tests.page_elements import without_term_links

pytestmark = pytest.mark.django_db
PASSWORD = "sept-chaudieres-bleues"
ADDRESS = "nadia.guerin@exemple.fr"


@pytest.fixture
def page():
    """A guest's browser."""
    return Client()


@pytest.fixture
def nadia(make_person):
    """Someone with an account and a proved address."""
    person = make_person("Nadia Guérin")
    person.email = ADDRESS
    person.save()
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    return person


def sign_up(page, **changed):
    """Send the form of sign-up."""
    fields = {"full_name": "Nadia  Guérin", "email": ADDRESS, "password1": PASSWORD}
    return page.post(reverse("account_signup"), fields | changed)


def code():
    """The code in the last mail."""
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.M)[0]


def person_of(page):
    """Who ``page`` is signed in as, or None."""
    key = page.session.session_key
    row = Session.objects.filter(session_key=key).first()
    return row and row.person


def test_sign_up_leads_by_a_code_to_the_charter(page, charter):
    answer = sign_up(page)
    assert answer.url == reverse("account_email_verification_sent")
    assert person_of(page) is None
    answer = page.post(answer.url, {"code": code()})
    assert answer.url == reverse("charter")
    person = person_of(page)
    assert (person.full_name, person.email) == ("Nadia Guérin", ADDRESS)
    assert 'name="typed_name"' in page.get(answer.url).text
    assert not viewer_of_person(person).is_member


def test_where_one_was_going_is_kept_through_sign_up(page, charter):
    after = "/charte/signer/?next=/fils/nouveau/"
    form = page.get(reverse("account_signup"), {"next": after}).text
    assert f'name="next" value="{after}"' in form
    answer = sign_up(page, next=after)
    assert page.post(answer.url, {"code": code()}).url == after


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example"])
def test_sign_in_never_leads_to_another_site(page, nadia, elsewhere):
    fields = {"login": ADDRESS, "password": "fort-et-long-42", "next": elsewhere}
    assert page.post(reverse("account_login"), fields).url == reverse("home")


@pytest.mark.parametrize(
    "before, after",
    [
        ("http://testserver/rencontres/?sujet=eolien#x", "/rencontres/?sujet=eolien"),
        ("http://testserver/compte/signup/", None),
        ("http://testserver/nulle-part/", None),
        ("https://ailleurs.example/rencontres/", None),
        ("http://testserver//ailleurs.example/rencontres/", None),
        ("http://[testserver/rencontres/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_one_signs_in_and_is_led_back_to_the_page_one_came_from(page, nadia, before, after):
    shown = page.get(reverse("account_login"), headers={"referer": before}).text
    fields = {"login": ADDRESS, "password": "fort-et-long-42"}
    if sent := re.search(r'name="next" value="([^"]*)"', shown):
        fields["next"] = sent[1]
    assert page.post(reverse("account_login"), fields).url == (after or reverse("home"))


def test_a_wrong_code_opens_nothing(page, charter):
    answer = sign_up(page)
    shown = page.post(answer.url, {"code": "AAAAAA"})
    assert "Ce code n’est pas le bon" in shown.text
    assert person_of(page) is None


def test_one_asks_for_another_code(page, charter):
    address = sign_up(page).url
    first = code()
    assert "Trop de demandes" in page.post(address, {"action": "resend"}).text
    cache.clear()  # Three minutes later.
    page.post(address, {"action": "resend"})
    assert code() != first
    page.post(address, {"code": code()})
    assert person_of(page).email == ADDRESS


def test_one_who_mistyped_ones_address_signs_up_anew(page, charter):
    """Not in place: only a sign-up that made an account could, and so would tell."""
    address = sign_up(page, email="nadia.guerrin@exemple.fr").url
    assert "Recommencer l’inscription" in page.get(address).text
    page.post(address, {"action": "change", "email": ADDRESS})
    assert [letter.to for letter in mail.outbox] == [["nadia.guerrin@exemple.fr"]]
    anew = page.post(reverse("account_logout"), {"next": reverse("account_signup")})
    assert "Créer mon compte" in page.get(anew.url).text
    page.post(sign_up(page).url, {"code": code()})
    assert person_of(page).email == ADDRESS


def test_three_wrong_codes_end_the_attempt(page, charter):
    answer = sign_up(page)
    right = code()
    for _attempt in range(3):
        page.post(answer.url, {"code": "AAAAAA"})
    page.post(answer.url, {"code": right})
    assert person_of(page) is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("full_name", "", "Écrivez votre prénom et votre nom"),
        ("full_name", "12 34", "avec des lettres"),
        ("email", "", "Écrivez votre adresse"),
        ("email", "nadia", "adresse"),
        ("password1", "", "Écrivez votre mot de passe"),
        ("password1", "court", "court"),
        ("password1", "12345678901", "numérique"),
    ],
)
def test_sign_up_says_by_the_field_what_will_not_do(page, field, value, said):
    answer = sign_up(page, **{field: value})
    assert said in " ".join(answer.context["form"].errors[field])
    assert not User.objects.exists()
    assert not mail.outbox


def test_sign_up_does_not_tell_who_has_an_account(page, nadia):
    known = sign_up(page, email=ADDRESS.upper())
    told = mail.outbox[-1]
    unknown = sign_up(Client(), email="inconnue@exemple.fr")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert User.objects.filter(email__iexact=ADDRESS).count() == 1
    assert told.to == [ADDRESS]
    assert told.subject == "Vous avez déjà un compte"
    shown = page.get(known.url)
    assert shown.status_code == 200
    assert "Confirmer votre adresse" in shown.text
    page.post(known.url, {"code": "AAAAAA"})
    assert person_of(page) is None


def test_sign_up_costs_the_same_whether_or_not_there_is_an_account(page, nadia, monkeypatch):
    hashed, encode = [], MD5PasswordHasher.encode

    def counted(hasher, password, salt):
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    sign_up(page, email=ADDRESS)
    known = hashed.copy()
    sign_up(Client(), email="inconnue@exemple.fr")

    assert known == [PASSWORD] and hashed == [PASSWORD, PASSWORD]


def test_one_signs_in_with_address_and_password(page, nadia):
    fields = {"login": f" {ADDRESS.upper()} ", "password": "fort-et-long-42"}
    answer = page.post(reverse("account_login"), fields)
    assert answer.url == reverse("home")
    assert person_of(page) == nadia


def test_a_wrong_password_says_the_same_as_an_unknown_address(page, nadia):
    said = [
        page.post(reverse("account_login"), {"login": login, "password": "autre-chose-42"})
        for login in (ADDRESS, "inconnue@exemple.fr")
    ]
    first, second = (answer.context["form"].non_field_errors() for answer in said)
    assert first == second
    assert "ne vont pas ensemble" in first[0]


def test_an_unproved_address_does_not_sign_in_without_a_code(page, make_person):
    person = make_person("Paul Neuf")
    fields = {"login": person.email, "password": "fort-et-long-42"}
    answer = page.post(reverse("account_login"), fields)
    assert answer.url == reverse("account_email_verification_sent")
    assert person_of(page) is None
    page.post(answer.url, {"code": code()})
    assert person_of(page) == person


def test_one_signs_in_with_a_mailed_code_and_goes_where_one_was_going(page, nadia):
    asked = {"email": ADDRESS, "next": "/charte/signataires/"}
    answer = page.post(reverse("account_request_login_code"), asked)
    assert mail.outbox[-1].to == [ADDRESS]
    assert "next=" in answer.url
    answer = page.post(answer.url, {"code": code(), "next": "/charte/signataires/"})
    assert answer.url == "/charte/signataires/"
    assert person_of(page) == nadia


def test_asking_for_a_code_does_not_tell_who_has_an_account(page, nadia):
    known = page.post(reverse("account_request_login_code"), {"email": ADDRESS})
    asked = {"email": "inconnue@exemple.fr"}
    other = Client()
    unknown = other.post(reverse("account_request_login_code"), asked)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mail.outbox[-1].subject == "Aucun compte à cette adresse"
    shown = [browser.get(known.url).text for browser in (page, other)]
    kept = [
        re.sub(r'value="\w{64}"|nonce="[^"]+"|[\w.]+@exemple.fr', "", text) for text in shown
    ]
    assert kept[0] == kept[1]


def test_a_forgotten_password_is_replaced_by_a_mailed_link_once(page, nadia):
    page.post(reverse("account_reset_password"), {"email": ADDRESS})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    form = page.get(link).url
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    assert page.post(form, chosen).url == reverse("account_reset_password_from_key_done")
    nadia.refresh_from_db()
    assert nadia.check_password(PASSWORD)
    assert mail.outbox[-1].subject == "Votre mot de passe a changé"
    assert "Ce lien ne sert plus" in Client().get(link).text


def test_a_forgotten_password_does_not_tell_who_has_an_account(page, nadia):
    known = page.post(reverse("account_reset_password"), {"email": ADDRESS})
    asked = {"email": "inconnue@exemple.fr"}
    unknown = Client().post(reverse("account_reset_password"), asked)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox] == [[ADDRESS], ["inconnue@exemple.fr"]]


def test_a_closed_account_does_not_sign_in(page, nadia):
    nadia.is_active = False
    nadia.save()
    page.post(reverse("account_login"), {"login": ADDRESS, "password": "fort-et-long-42"})
    assert person_of(page) is None


def test_a_suspended_person_signs_in_and_reads_why(page, make_person, browser_of):
    person = make_person("Serge Suspendu", factories.SUPPORT, suspended_at=timezone.now())
    assert "Votre compte est suspendu" in browser_of(person).get(reverse("account")).text


def test_signing_out_asks_first_and_then_ends_the_session(nadia, browser_of):
    page = browser_of(nadia)
    assert "Me déconnecter" in page.get(reverse("account_logout")).text
    assert person_of(page) == nadia
    assert page.post(reverse("account_logout")).url == reverse("home")
    assert person_of(page) is None


def test_a_new_password_ends_ones_other_sessions_only(nadia, browser_of):
    page, other = browser_of(nadia), browser_of(nadia)
    fields = {"oldpassword": "fort-et-long-42", "password1": PASSWORD, "password2": PASSWORD}
    page.post(reverse("account_change_password"), fields)
    (left,) = page.get(reverse("devices")).context["devices"]
    assert left.is_current
    assert page.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302


def test_the_account_page_is_for_the_person_alone(page, nadia, browser_of):
    answer = page.get(reverse("account"))
    assert answer.url == f"{reverse('account_login')}?next={reverse('account')}"
    text = without_term_links(browser_of(nadia).get(reverse("account")).text)
    assert ADDRESS in text
    assert "Il vous reste à signer la charte" in text


def test_one_changes_ones_name(nadia, browser_of):
    page = browser_of(nadia)
    assert page.post(reverse("account"), {"full_name": ""}).status_code == 422
    page.post(reverse("account"), {"full_name": "Nadia  Guérin-Le Roy"})
    nadia.refresh_from_db()
    assert nadia.full_name == "Nadia Guérin-Le Roy"


def test_every_mail_is_in_french_and_asks_for_no_automatic_answer(page, charter):
    sign_up(page)
    message = mail.outbox[-1]
    assert message.subject == "Votre code de confirmation"
    assert message.body.startswith("Bonjour,")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


ENTRY = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_request_login_code",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
]
OWN = [
    "account_logout",
    "account_change_password",
    "account_email",
    "account",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "devices",
]


@pytest.mark.parametrize("name", ENTRY)
def test_pages_of_entry_speak_french(page, name):
    assert_french(page.get(reverse(name)))


@pytest.mark.parametrize("name", OWN)
def test_pages_of_ones_own_speak_french(nadia, browser_of, name):
    page = browser_of(nadia)
    page.post(reverse("account_reauthenticate"), {"password": "fort-et-long-42"})
    assert_french(page.get(reverse(name)))


def assert_french(answer):
    """One title, and no word of allauth's own pages."""
    assert answer.status_code == 200
    assert len(re.findall(r"<h1\b", answer.text)) == 1
    shown = re.search(r"<main.*</main>", answer.text, re.S)[0]
    for words in ("Sign ", "Password", "E-mail", "Email", "Adresse e-mail", " account"):
        assert words not in shown, words
