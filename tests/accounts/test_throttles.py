"""Coming in is throttled, and no page of it tells a stranger who has an account."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.base.rate_limits import RateLimit
from accounts.base.text import fold
from accounts.charter.views import signing
from accounts.models import Organisation, Session, User
from accounts.territories import views as territories
from accounts.users.known_browsers import COOKIE, note_sign_in
from tests import factories

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "nadia.guerin@exemple.fr", "inconnue@exemple.fr"
PASSWORD = "sept-chaudieres-bleues"


@pytest.fixture
def nadia(make_person):
    """Someone with an account and a proved address."""
    person = make_person("Nadia Guérin")
    EmailAddress.objects.create(user=person, email=KNOWN, verified=True, primary=True)
    return person


WAYS = {
    "account_signup": {"full_name": "Nadia Guérin", "password1": PASSWORD},
    "account_request_login_code": {},
    "account_reset_password": {},
    "account_login": {"password": "ce-n-est-pas-lui-42"},
}


def fields(name, address):
    return WAYS[name] | {"login" if name == "account_login" else "email": address}


def plain(answer):
    """The whole page, without what is new in each and the address that was typed."""
    new = r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"|data-drawn="\d+"'  # That is the second.
    text = re.sub(new, "", answer.text)
    return re.sub(r"[\w.]+@exemple\.fr", "…", text)


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("asked", [1, 4])
def test_known_and_unknown_addresses_get_the_same_answers_page_by_page(name, asked, nadia):
    seen = []
    for address in (KNOWN, UNKNOWN):
        cache.clear()
        browser = Client(REMOTE_ADDR="10.0.0.1")
        answers = [browser.post(reverse(name), fields(name, address)) for _ in range(asked)]
        answers.append(browser.get(answers[0].url if answers[0].status_code == 302 else "/"))
        seen.append([
            (answer.status_code, answer.get("Location"), sorted(answer.headers), plain(answer))
            for answer in answers
        ])  # fmt: skip

    assert seen[0] == seen[1]


@pytest.mark.parametrize("name", ["account_signup", "account_request_login_code"])
@pytest.mark.parametrize("sent", [{"code": "AAAA-AAAA"}, {"action": "resend"}])
def test_nor_does_the_page_that_takes_the_code(name, sent, nadia):
    seen = []
    for address in (KNOWN, UNKNOWN):
        cache.clear()
        browser = Client()
        led = browser.post(reverse(name), fields(name, address)).url
        cache.clear()
        answers = [browser.post(led, sent, follow=True) for _ in range(3)]
        seen.append([(answer.status_code, plain(answer)) for answer in answers])

    assert seen[0] == seen[1]


def test_nor_does_beginning_anew(nadia):
    seen = []
    for address in (KNOWN, UNKNOWN):
        browser = Client()
        browser.post(reverse("account_signup"), fields("account_signup", address))
        again = browser.get(reverse("account_signup"))
        left = browser.post(reverse("account_logout"), {"next": reverse("account_signup")})
        seen.append((again.status_code, again.get("Location"), left.url))
        seen[-1] += (plain(browser.get(left.url)),)

    assert seen[0] == seen[1]


def test_each_of_them_writes_a_letter_either_way(nadia):
    for name in ("account_signup", "account_request_login_code", "account_reset_password"):
        for address in (KNOWN, UNKNOWN):
            cache.clear()
            mail.outbox.clear()
            Client().post(reverse(name), fields(name, address))
            assert [letter.to for letter in mail.outbox] == [[address]], (name, address)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("account_signup", 10),
        ("account_request_login_code", 20),
        ("account_reset_password", 20),
        ("account_login", 10),
    ],
)
def test_one_address_on_the_net_asks_so_often_and_no_oftener(name, most, charter):
    for n in range(most):
        answer = Client().post(reverse(name), fields(name, f"p{n}@exemple.fr"))
        assert answer.status_code in (200, 302) and "Trop" not in answer.text, n
    people, letters = User.objects.count(), len(mail.outbox)
    answer = Client().post(reverse(name), fields(name, "encore@exemple.fr"))

    assert answer.status_code == 429 or "Trop d" in answer.text
    assert User.objects.count() == people and len(mail.outbox) == letters
    other = Client(REMOTE_ADDR="10.0.0.2")
    answer = other.post(reverse(name), fields(name, "ailleurs@exemple.fr"))
    assert answer.status_code in (200, 302) and "Trop" not in answer.text


def test_too_many_is_said_in_french(charter):
    for n in range(11):
        answer = Client().post(
            reverse("account_signup"), fields("account_signup", f"p{n}@a.fr")
        )

    assert answer.status_code == 429
    assert "Attendez quelques minutes" in answer.text
    assert Client().get(reverse("account_signup")).status_code == 200


@pytest.mark.parametrize(
    ("name", "most"), [("account_request_login_code", 3), ("account_reset_password", 3)]
)
def test_nobody_is_drowned_in_letters(name, most, nadia):
    for n in range(most + 3):
        browser = Client(REMOTE_ADDR=f"10.0.1.{n}")
        browser.post(reverse(name), fields(name, KNOWN))

    assert len(mail.outbox) == most


@pytest.mark.parametrize("name", WAYS)
def test_an_address_that_mail_takes_for_another_text_is_refused(name, charter):
    answer = Client().post(reverse(name), fields(name, "=?utf-8?q?nadia?=@exemple.fr"))

    assert "en lettres ordinaires" in answer.text and mail.outbox == []


@pytest.mark.parametrize("domain", ["ｅxemple.fr", "exemﬁn.fr", "exempleß.fr", "exemple。fr"])
@pytest.mark.parametrize("name", WAYS)
def test_a_mailbox_has_one_spelling(name, domain, charter):
    """Else whoever spells its domain anew each time would be mailed without end."""
    answer = Client().post(reverse(name), fields(name, f"nadia@{domain}"))

    assert "en lettres ordinaires" in answer.text or "adresse e-mail valide" in answer.text
    assert mail.outbox == [] and not User.objects.exists()


@pytest.mark.parametrize("domain", ["exemple.fr", "EXEMPLE.fr", "mairie-évry.fr"])
def test_an_address_is_taken_as_people_spell_it(domain, charter):
    name = "account_signup"
    Client().post(reverse(name), fields(name, f"nadia@{domain}"))

    assert User.objects.get().email == f"nadia@{domain.lower()}" and mail.outbox


@pytest.mark.deep
@pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_nor_over_a_day_by_someone_patient(name, address, nadia, monkeypatch):
    began = time.time()
    for n in range(120):  # Every two minutes, from everywhere.
        monkeypatch.setattr(time, "time", lambda n=n: began + 120 * n)
        browser = Client(REMOTE_ADDR=f"10.0.{n}.1")
        browser.post(reverse(name), fields(name, address))

    assert 5 <= len(mail.outbox) <= 40


def test_attempts_on_others_do_not_free_a_locked_account(nadia):
    def attempt(address, password, ip):
        browser = Client(REMOTE_ADDR=ip)
        sent = {"login": address, "password": password}
        return browser.post(reverse("account_login"), sent)

    for n in range(6):
        attempt(KNOWN, "faux-mot-de-passe", f"10.1.0.{n}")
    for n in range(3000):  # What attempts on as many others would leave there.
        cache.set(f"attempt-{n}", [n], 300)

    answer = attempt(KNOWN, "fort-et-long-42", "10.3.0.1")
    assert "Trop d’essais" in answer.text


def known_browser(person, ip="10.4.0.1"):
    """A browser in which ``person`` has signed in before, and out again."""
    browser = Client(REMOTE_ADDR=ip)
    browser.force_login(person)
    response = HttpResponse()
    note_sign_in(RequestFactory().get("/"), response, person)
    browser.logout()
    browser.cookies[COOKIE] = response.cookies[COOKIE].value
    return browser


def use_up_attempts(address):
    """Try wrong passwords from many places until the address takes no more."""
    for n in range(6):
        page = Client(REMOTE_ADDR=f"10.5.0.{n}")
        page.post(reverse("account_login"), {"login": address, "password": "faux"})
    for n in range(9):
        page = Client(REMOTE_ADDR=f"10.6.0.{n}")
        page.post(reverse("account_request_login_code"), {"email": address})


RIGHT = {"login": KNOWN, "password": "fort-et-long-42"}


def test_strangers_keep_nobody_out_of_a_browser_they_have_used_before(nadia):
    own = known_browser(nadia)
    use_up_attempts(KNOWN)

    assert "Trop d’essais" in Client().post(reverse("account_login"), RIGHT).text
    assert own.post(reverse("account_login"), RIGHT | {"login": KNOWN.upper()}).url == "/"


def test_nor_from_the_codes_that_it_asks_for(nadia):
    own = known_browser(nadia)
    use_up_attempts(KNOWN)
    mail.outbox.clear()
    Client().post(reverse("account_request_login_code"), {"email": KNOWN})
    assert mail.outbox == []
    for _ in range(5):
        page = Client()
        page.cookies[COOKIE] = own.cookies[COOKIE].value
        page.post(reverse("account_request_login_code"), {"email": KNOWN})

    assert [letter.to for letter in mail.outbox] == [[KNOWN]] * 3


def test_a_browser_that_is_known_has_five_attempts_too(nadia):
    own = known_browser(nadia)
    for _ in range(5):
        own.post(reverse("account_login"), RIGHT | {"password": "faux"})

    assert "Trop d’essais" in own.post(reverse("account_login"), RIGHT).text
    assert Client().post(reverse("account_login"), RIGHT).url == "/"


def test_all_browsers_that_are_known_have_five_attempts_together(nadia):
    for own in [known_browser(nadia) for _ in range(5)]:
        own.post(reverse("account_login"), RIGHT | {"password": "faux"})

    assert "Trop d’essais" in known_browser(nadia).post(reverse("account_login"), RIGHT).text


def test_a_browser_that_knows_another_person_has_no_attempts_of_its_own(nadia, make_person):
    other = known_browser(make_person("Paul Bureau"))
    use_up_attempts(KNOWN)

    assert "Trop d’essais" in other.post(reverse("account_login"), RIGHT).text


def test_choosing_another_password_gives_back_all_attempts(nadia):
    own = known_browser(nadia)
    use_up_attempts(KNOWN)
    for _ in range(5):
        own.post(reverse("account_login"), RIGHT | {"password": "faux"})
    mail.outbox.clear()
    own.post(reverse("account_reset_password"), {"email": KNOWN})
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    page = own.get(link, follow=True)
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    own.post(page.redirect_chain[-1][0], chosen)

    for browser in (own, Client()):
        browser.logout()
        sent = RIGHT | {"password": PASSWORD}
        answer = browser.post(reverse("account_login"), sent)
        assert answer.status_code == 302


def test_a_name_in_the_headers_is_not_another_address(charter):
    """Without a proxy in front, whoever asks cannot say who they are."""
    answers = [
        Client(HTTP_X_FORWARDED_FOR=f"10.0.2.{n}").post(
            reverse("account_signup"), fields("account_signup", f"p{n}@exemple.fr")
        )
        for n in range(11)
    ]

    assert answers[-1].status_code == 429


def in_code(pattern):
    """What ``pattern`` finds in the code of the product."""
    modules = (*Path("accounts").rglob("*.py"), *Path("forum").rglob("*.py"))
    return [found for path in modules for found in re.findall(pattern, path.read_text())]


def test_every_limit_that_allauth_is_asked_for_is_set():
    """It lets everything pass where it is asked for a limit that it does not know."""
    asked = in_code(r'ratelimit\.consume\w*\([^)]*action="(\w+)"')

    assert asked and set(asked) <= app_settings.RATE_LIMITS.keys()


def test_no_two_limits_count_together():
    actions = in_code(r'RateLimit\("(\w+)"')

    assert len(actions) >= 7
    assert len(actions) == len({*actions})


def test_a_limit_counts_each_person_and_each_key_alone(rf, claire, jeanne):
    limit = RateLimit("try", "2/h/user,1/h/key")

    def allows(person, key):
        request = rf.post("/")
        request.user = person
        return limit.allows(request, key)

    assert allows(claire, "a") and not allows(jeanne, "a")
    assert allows(claire, "b") and not allows(claire, "c")
    assert allows(jeanne, "c") and not allows(jeanne, "d")


def test_a_guest_does_not_fill_the_database_with_what_they_type(thread):
    address = reverse("replies", args=[thread.pk])
    for _n in range(70):
        Client().post(address, {"text": "x" * 60_000})
    kept = Session.objects.count()
    answer = Client().post(address, {"text": "encore"}, follow=True)

    assert kept == Session.objects.exclude(session_data="").count() <= 71
    assert "trop de textes ont été gardés" in answer.text


def test_previews_and_names_are_throttled_and_say_so(claire, browser_of):
    page = browser_of(claire)
    answers = [page.post(reverse("preview"), {"text": "**Bois**"}) for _n in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert "beaucoup en peu de temps" in answers[-1].text
    assert browser_of(claire).post(reverse("preview"), {"text": "x"}).status_code == 429


def test_names_of_organisations_are_compared_so_often_and_no_more(
    claire, browser_of, monkeypatch
):
    monkeypatch.setattr(signing, "_NAMES", replace(signing._NAMES, rates="2/h/user"))
    page = browser_of(claire)
    asked = reverse("unknown-organisation", query={"q": "Syndicat des eaux de Malvigny"})
    answers = [page.get(asked).text.strip() for _n in range(3)]

    assert answers[1] and not answers[2]


def test_territories_are_searched_so_often_and_no_more_from_one_address(db, monkeypatch):
    monkeypatch.setattr(
        territories, "_SEARCHES", replace(territories._SEARCHES, rates="2/h/ip")
    )
    asked = reverse("territory-search", query={"q": "pays"})
    answers = [Client().get(asked) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Réessayez dans 60" in answers[-1].text


def test_one_account_does_not_bring_any_number_of_organisations(
    make_person, charter, colleges, departments, browser_of
):
    person = make_person("Gaston Partout")
    page = browser_of(person)

    def sign(n):
        name = f"Commune de {chr(65 + n)}arville-le-Haut"
        fields = {
            "version": charter.name, "college": factories.AUTHORITIES, "department_code": "56",
            "organisation": name, "asked": fold(name), "same": "-", "position": "Maire",
            "authority": "office", "typed_name": person.full_name,
        }  # fmt: skip
        return page.post(reverse("sign-charter"), fields)

    answers = [sign(n) for n in range(12)]

    assert [it.status_code for it in answers] == [302] * 10 + [429] * 2
    assert "beaucoup en peu de temps" in answers[-1].text
    assert "Commune de Larville-le-Haut" in answers[-1].text  # Nothing typed is lost.
    assert Organisation.objects.filter(name__endswith="arville-le-Haut").count() == 10
