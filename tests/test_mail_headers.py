"""What every mail is held to: RFC 5322, no answer by machines (3834), lists (2369, 2919, 8058).

Of the kinds in ``mail_kinds.py``, which are held to be all there are.
"""

import ast
import email
import email.policy
import re
from email.utils import getaddresses, parseaddr
from pathlib import Path
from types import SimpleNamespace

import allauth
import pytest
from django.conf import settings as site
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.utils.translation import override

from accounts.models import Organisation, User
from forum.mail.thread_mail.models import MailSetting
from forum.models import Follow
from tests.mail_kinds import KINDS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("cast_scene", "no_posting_limits"),
]
TEMPLATES = Path(site.BASE_DIR) / "templates"
#: Texts that are no mails, and what several mails have in common.
NO_MAILS = re.compile(
    r"\w+/messages/|mfa/recovery_codes/download\.txt$|account/email/base_\w+\.txt$"
    r"|mail/thread_mail/(digests/|notifications/)?(reason|welcome|notice_text|post_text|receipt_files|unquoted|untitled_space)\.txt$"
    r"|mail/thread_mail/(meeting|meeting_register|later_meetings)\.txt$"
    r"|library/newsletter/mail_rows\.txt$"
    r"|.*_subject\.txt$"
)
#: The only mails that have no template.
WITHOUT_TEMPLATE = {"group invitation", "group request", "group answer"}
#: Where mails are made besides: the doors of ours and of allauth's, and an invented list.
DOORS = {
    "accounts/base/mail.py", "accounts/users/adapters.py", "accounts/users/email_change.py",
    "accounts/users/known_browsers.py", "forum/site/demo/growth/mailing_list.py",
}  # fmt: skip
MAKING = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail",
          "send_notification_mail", "mail_admins", "mail_managers", "render_mail"}  # fmt: skip
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
HOSTILE = 'Zoé "Énergie", =?utf-8?q?Cl=61ire?= <zoe@autre.example> ⚡'


@pytest.fixture
def world(people, spaces, topics, town, settings):
    """Who mails whom, all of them with names that headers do not bear as they are."""
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"
    settings.DEFAULT_FROM_EMAIL = "Foirail <foirail@forum.example.org>"
    settings.ALLOWED_HOSTS = ["forum.example.org"]
    User.objects.update(full_name=HOSTILE)
    Organisation.objects.update(name=f"{HOSTILE} {'é' * 100}")
    for person in (people.authorities, people.projects, people.animator, town):
        person.refresh_from_db()
    request = RequestFactory(SERVER_NAME="forum.example.org").get("/")
    request.user, request.session = people.authorities, SessionStore()
    return SimpleNamespace(
        claire=people.authorities, jeanne=people.projects, lucie=people.animator,
        town=town, spaces=spaces, request=request,
    )  # fmt: skip


def made(world, name, page="fr", chosen="fr"):
    """The mail of this kind, where a page is in one language and Claire's mails in another."""
    rendered, world.mail_language = [], chosen
    MailSetting.objects.exclude(person=world.claire).delete()
    MailSetting.objects.update_or_create(person=world.claire, defaults={"language": chosen})

    def note(template, **_about):
        rendered.append(template.name)

    template_rendered.connect(note)
    try:
        with override(page):
            KINDS[name].make(world)
    finally:
        template_rendered.disconnect(note)
    (sent,) = (one for one in mail.outbox if one.to == [world.claire.email])
    assert name in {*rendered, *WITHOUT_TEMPLATE}
    return sent


_bytes = {}


def as_sent(world, name):
    """The bytes of one of this kind, as Django's SMTP client hands them over; made once."""
    if name not in _bytes:
        _bytes[name] = made(world, name).message(policy=email.policy.SMTP).as_bytes()
    return _bytes[name]


def parsed_mail(world, name):
    return email.message_from_bytes(as_sent(world, name), policy=email.policy.default)


def raw_headers(raw):
    """``[(name, value as it stands)]``: unfolded, nothing decoded."""
    head = re.sub(rb"\r\n(?=[ \t])", b"", raw.partition(b"\r\n\r\n")[0])
    return [
        (name.decode(), value.strip().decode())
        for name, _colon, value in (line.partition(b":") for line in head.split(b"\r\n"))
    ]


def test_every_mail_is_in_the_table():
    own = {str(it.relative_to(TEMPLATES)) for it in TEMPLATES.rglob("*.txt")}
    package = Path(allauth.__file__).parent
    theirs = {
        it.as_posix().partition("/templates/")[2]
        for app in ("account", "mfa", "socialaccount")
        for it in (package / "templates" / app).rglob("email/*.txt")
    }
    assert theirs, "it has them elsewhere"
    mails = {name for name in own | theirs if not NO_MAILS.match(name)}
    assert mails == KINDS.keys() - WITHOUT_TEMPLATE


@pytest.mark.deep
def test_mails_are_made_in_mail_modules_only_and_say_what_a_template_does():
    """So no kind is missed above: only those of groups have no template."""
    root = Path(site.BASE_DIR)
    making = {
        str(place.relative_to(root))
        for floor in ("accounts", "forum", "realtime")
        for place in (root / floor).rglob("*.py")
        if makes_mail(ast.parse(place.read_text()))
    } - DOORS
    assert {place for place in making if not place.endswith("/mail.py")} == set()
    without = {place for place in making if ".txt" not in (root / place).read_text()}
    assert without == {"forum/members/groups/mail.py"}


def makes_mail(tree):
    """Whether a module makes mails, or has a door send them."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    called = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    imported = {
        name.name
        for node in imports
        if node.module == "accounts.base.mail"
        for name in node.names
    }
    return bool(called & MAKING or "send" in imported)


def of_each_kind(check):
    """A test that does ``check`` of a mail of each kind, which it only reads."""

    def test(world):
        wrong = {}
        for name in KINDS:
            try:
                check(name, world)
            except (AssertionError, ValueError) as error:
                wrong[name] = str(error)
        assert wrong == {}

    return test


@pytest.mark.parametrize("name", KINDS)
def test_its_headers_are_what_the_standards_ask_for(name, world):
    raw, kind = as_sent(world, name), KINDS[name]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    headers = raw_headers(raw)
    assert all(value.isascii() and value.isprintable() for _name, value in headers)
    names = [header.lower() for header, _value in headers]
    assert {header: names.count(header.lower()) for header in ONCE} == dict.fromkeys(ONCE, 1)
    assert len(set(names)) == len(names)

    parsed = parsed_mail(world, name)
    assert not any(parsed[header].defects for header in ONCE)
    assert not re.search(r"[\r\n]", parsed["Subject"]) and parsed["Subject"].strip()
    assert re.fullmatch(r"<[^<>\s@]+@[^<>\s@]+>", dict(headers)["Message-ID"])
    submitted = "auto-replied" if kind.is_answer else "auto-generated"
    assert parsed["Auto-Submitted"] == submitted
    assert (parsed["In-Reply-To"] is not None) >= (
        kind.is_answer and name != "mail/thread_mail/unreadable.txt"
    )


@of_each_kind
def test_it_comes_from_the_site_and_goes_to_one_person(name, world):
    parsed = parsed_mail(world, name)
    (sender,) = parsed["From"].addresses
    assert sender.addr_spec == parseaddr(site.DEFAULT_FROM_EMAIL)[1]
    assert sender.display_name.endswith("Foirail")
    assert [one.addr_spec for one in parsed["To"].addresses] == [world.claire.email]
    for header in ("Cc", "Bcc", "Sender", "Disposition-Notification-To"):
        assert parsed[header] is None
    others = set(User.objects.exclude(pk=world.claire.pk).values_list("email", flat=True))
    written = {address for _name, address in getaddresses(map(str, parsed.values()))}
    assert not others & written


@pytest.mark.parametrize("name", KINDS)
def test_it_is_in_the_language_of_its_receiver(name, world):
    """That of the page where they themselves act, else that which they chose for mails."""
    languages = ("en", "fr") if KINDS[name].is_to_actor else ("fr", "en")
    sent = made(world, name, *languages)

    pages = [text for text, kind in getattr(sent, "alternatives", ()) if kind == "text/html"]
    for text in (sent.body, *pages):
        assert re.search(r"\b(you|your|the)\b", text, re.IGNORECASE), text
        assert not re.search(r"\b(vous|votre|vos)\b", text, re.IGNORECASE), text
    assert not re.search(r"\b(vous|votre|vos|reçu|suivez)\b", sent.subject, re.IGNORECASE)


@of_each_kind
def test_it_has_the_parts_of_its_kind(name, world):
    parsed = parsed_mail(world, name)
    plain = parsed.get_body(("plain",)).get_content()
    assert len(plain.split()) > 5 and "\r" not in plain.replace("\r\n", "")
    lines = plain.splitlines()
    assert "\n\n\n" not in "\n".join(lines) and lines[0].strip() and lines[-1].strip()
    page = parsed.get_body(("html",))
    assert (page is not None) == KINDS[name].has_html
    if page is not None:
        assert 'lang="fr"' in page.get_content() and "<style" not in page.get_content()
        cells = re.findall(r"<td[^>]*>", page.get_content())
        assert all("overflow-wrap: anywhere" in it for it in cells)  # No wider than a phone.
        # What a program cannot show comes first (RFC 2046, 5.1.4), beside a file or not.
        bodies = [
            it for it in parsed.walk() if it.get_content_type() == "multipart/alternative"
        ]
        assert [it.get_content_type() for it in bodies[0].iter_parts()][:2] == [
            "text/plain", "text/html",
        ]  # fmt: skip


# ---------------------------------------------------------------------- to stop it, in a click


@of_each_kind
def test_only_those_of_a_list_have_its_headers_and_no_encoded_word_is_in_them(name, world):
    headers = raw_headers(as_sent(world, name))
    found = {key: value for key, value in headers if key.lower().startswith("list-")}

    assert found.keys() == KINDS[name].lists
    assert not any("=?" in value for value in found.values())
    if not found:
        return
    addresses = re.findall(r"<([^<>]+)>", found["List-Unsubscribe"])
    assert addresses[0].startswith("https://") and max(map(len, addresses)) < 75
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if "List-Id" in found:
        assert re.fullmatch(r"<[\w-]+(\.[\w-]+)+>", found["List-Id"])


def wanted(world):
    """All that Claire is mailed."""
    about = MailSetting.objects.values("channel", "digest", "notifications")
    return (
        about.get(person=world.claire),
        list(Follow.objects.filter(person=world.claire).order_by("pk").values()),
    )


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.lists])
def test_it_is_stopped_in_one_click_without_a_cookie_and_not_by_being_opened(name, world):
    sent = made(world, name)
    address = re.match(r"<https://[^/]+([^<>]+)>", sent.extra_headers["List-Unsubscribe"])[1]
    before = wanted(world)

    def ask(method, path):
        call = getattr(Client(enforce_csrf_checks=True), method)
        given = {"List-Unsubscribe": "One-Click"} if method == "post" else {}
        return call(path, given, headers={"host": "forum.example.org"}, secure=True)

    for method in ("get", "head"):
        assert ask(method, address).status_code == 200
    key = address.split("/")[2]
    forged = key[:-1] + ("a" if key[-1] != "a" else "b")
    for method in ("get", "post"):
        assert ask(method, address.replace(key, forged)).status_code == 404
    assert wanted(world) == before

    assert ask("post", address).status_code == 204
    assert wanted(world) != before
    stopped = wanted(world)
    assert ask("post", address).status_code in (204, 404) and wanted(world) == stopped
