"""What mails tell of a space that says so: that there is something new, or titles alone."""

import random
import string
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from forum.base.spaces.models import MailContent
from forum.base.spaces.new_thread_addresses import new_thread_address
from forum.conversation.addressees.models import ThreadAddressee
from forum.conversation.follows.actions import follow_thread
from forum.conversation.inbox.queries import notifications_until_now
from forum.finding.saved_searches.actions import follow_search
from forum.mail.thread_mail.actions import key_of, save_mail_setting
from forum.mail.thread_mail.notifications.actions import (
    plan_changed_notifications,
    send_next_notifications,
)
from forum.mail.thread_mail.notifications.models import NotificationMail
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.models import Expertise, Follow, Space, Thread
from forum.moderation.actions import hide_post
from forum.moderation.thread_moves import actions as thread_moves
from forum.site.space_settings.actions import save_space_settings
from tests.factories import AUTHORITIES, post_reply, start_thread
from tests.forum.finding.saved_search_helpers import look_for_news
from tests.forum.mail.thread_mail.helpers import answer, deliver, plan
from tests.forum.mail.thread_mail.test_digests import digest
from tests.forum.mail.thread_mail.test_new_threads import prove, written

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


def everything_in(sent):
    """All that a mail says, as a program shows it and as it is sent, in lower case."""
    message = sent.message()
    parts = [str(message[name]) for name in message] + [sent.subject, sent.from_email]
    parts += [
        part.get_content() for part in message.walk() if part.get_content_maintype() == "text"
    ]
    return "\n".join([*parts, message.as_string()]).casefold()


class Words:
    """Words that stand nowhere else, and all that were given."""

    def __init__(self, seed):
        self._rng, self.given = random.Random(seed), set()

    def some(self, count):
        new = {"".join(self._rng.choices(string.ascii_lowercase, k=9)) for _ in range(count)}
        self.given |= new
        return " ".join(sorted(new))

    def found_in(self, mails):
        texts = [everything_in(one) for one in mails]
        return {word for word in self.given if any(word in text for text in texts)}


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.FORUM_REPLY_ADDRESS = "reponse@forum.example.org"
    settings.FORUM_AUTHSERV_ID = "mx.example.org"


def set_content(space, content):
    Space.objects.filter(pk=space.pk).update(mail_content=content)
    space.refresh_from_db()


def send_notifications():
    plan_changed_notifications()
    NotificationMail.objects.update(due_at=timezone.now())
    while send_next_notifications() is not None:
        pass


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_written_in_such_a_space_is_in_no_mail(
    seed, claire, jeanne, lucie, make_person, spaces, browser_of, viewer_of
):
    """Each kind of mail that can bring something of a thread is sent, and looked through."""
    words, space = Words(seed), spaces["network"]
    set_content(space, MailContent.NOTHING)
    plan(), plan_changed_notifications()
    writer = make_person(words.some(2).title(), AUTHORITIES)
    searched = words.some(1)
    follow_search(searched, viewer_of(claire))

    def start(kind="question", **fields):
        title, text = words.some(4), f"**{words.some(3)}** {words.some(9)}"
        return start_thread(writer, space, title=title, text=text, kind=kind, tags=[], **fields)

    thread, *_others = start(), start("experience"), start("discussion")
    found = start_thread(writer, space, title=f"{searched} {words.some(3)}", tags=[])
    look_for_news()
    for person in (claire, jeanne):
        follow_thread(thread.pk, viewer_of(person))
    Follow.objects.update(last_read_number=0)
    post_reply(writer, thread, words.some(12))
    assert deliver() >= 2
    # What concerns one: put to one, hidden, moved.
    ThreadAddressee.objects.create(thread=found, person=claire, asked_by=writer)
    hide_post(post_reply(claire, thread, words.some(5)), viewer_of(lucie), words.some(2))
    thread_moves.move_thread(thread, viewer_of(lucie), spaces["public"], words.some(2))
    send_notifications()
    # By mail: answered, refused, followed, begun.
    key = key_of(claire.pk, thread.pk).key
    to = f"reponse+{key}@forum.example.org"
    text = f"{words.some(4)}\n\nLe 12/03/2026, X a écrit :\n> {words.some(4)}"
    receive_mail(answer(claire, text, "<1@a>").as_bytes(), to)
    receive_mail(with_file(claire, words.some(3), words.some(1)), to)
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    receive_mail(answer(claire, words.some(4), "<2@a>").as_bytes(), to)
    for number, request in enumerate(("stop", "follow")):
        place = to.replace("@", f"+{request}@")
        receive_mail(answer(claire, "", f"<f{number}@a>").as_bytes(), place)
    prove(claire)
    for number, subject in enumerate((words.some(4), words.some(30))):
        raw = written(claire, subject, words.some(5), message_id=f"<n{number}@a>")
        receive_mail(raw, new_thread_address(space.slug))
    # And the digest.
    save_mail_setting(claire.pk, channel="digest", notifications=False)
    Follow.objects.filter(person=claire).update(last_read_number=0, mailed_number=0)
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    post_reply(jeanne, found, words.some(5))
    follow_thread(found.pk, viewer_of(claire))
    Follow.objects.filter(person=claire).update(last_read_number=0)
    sent = digest(claire)

    assert "Il y a du nouveau dans l’espace" in sent.body.replace("\u00a0", " ")
    assert "Une de vos recherches a trouvé du nouveau." in sent.body
    kinds = {one.subject for one in mail.outbox}
    assert len(mail.outbox) >= 10 and len(kinds) >= 8, kinds
    to_others = [one for one in mail.outbox if one.to != [writer.email]]
    assert words.found_in(to_others) == set()
    assert words.found_in(mail.outbox) <= set(writer.full_name.casefold().split())


def with_file(person, text, name):
    message = EmailMessage()
    message["From"], message["Message-ID"] = person.email, "<file@a>"
    message.set_content(text)
    message.add_attachment(b"x", maintype="image", subtype="png", filename=f"{name}.png")
    return message.as_bytes()


def test_what_is_asked_is_what_the_space_says_as_the_mail_is_sent(
    thread, claire, jeanne, spaces
):
    post_reply(jeanne, thread, "Un secret.")
    plan()
    set_content(spaces["network"], MailContent.NOTHING)
    deliver()

    (sent,) = mail.outbox
    assert sent.subject.replace("\u00a0", " ").startswith("Foirail : du nouveau dans « ")
    assert "Un secret." not in everything_in(sent) and sent.reply_to == []
    assert reverse("post", args=[thread.posts.last().pk]) in sent.body
    assert "+stop@" in sent.message()["List-Unsubscribe"]


def test_a_title_alone_comes_with_its_author_and_no_text(thread, claire, jeanne, spaces):
    set_content(spaces["network"], MailContent.TITLE)
    post_reply(jeanne, thread, "Un **secret**.")
    deliver()
    save_mail_setting(claire.pk, channel="digest")
    Follow.objects.filter(person=claire).update(mailed_number=0)
    start_thread(jeanne, spaces["network"], title="Notre silo", kind="experience", text="Mot.")
    Expertise.objects.create(person=claire, topic=thread.topic)

    at_once, in_digest = mail.outbox[0], digest(claire)
    assert thread.title in at_once.subject and jeanne.full_name in at_once.body
    assert "n’envoie pas ses textes" in at_once.alternatives[0][0] and at_once.reply_to == []
    assert thread.title in in_digest.body and "Notre silo" in in_digest.body
    for sent in (at_once, in_digest):
        assert "secret" not in everything_in(sent) and "mot." not in everything_in(sent)


def test_the_site_says_as_much_as_ever(claire, lucie, thread, spaces, viewer_of):
    set_content(spaces["network"], MailContent.NOTHING)
    hide_post(post_reply(claire, thread), viewer_of(lucie), "Hors sujet.")

    notifications = notifications_until_now(claire, viewer_of(claire))
    (one,) = (it for it in notifications if "masqué" in it.text)
    assert thread.title in one.text and thread.title not in one.in_mail().text


def test_by_default_mails_bring_all(spaces):
    assert {space.mail_content for space in spaces.values()} == {MailContent.FULL}


# --------------------------------------------------------------------------- who says so


def test_an_animator_sets_it_where_they_write_and_the_log_says_so(
    lucie, claire, spaces, browser_of, viewer_of
):
    address = reverse("space-settings")
    browser = browser_of(lucie)
    page = browser.get(address)
    fields = [it for it in page.context["form"].fields if "." not in it]
    assert spaces["network"].slug in fields
    assert spaces[AUTHORITIES].slug not in fields and spaces["group"].slug not in fields

    slug = spaces["network"].slug
    chosen = dict.fromkeys(fields, "full") | {slug: "nothing"}
    browser.post(address, chosen | {spaces[AUTHORITIES].slug: "nothing"})
    for name, expected in ((AUTHORITIES, "full"), ("network", "nothing")):
        spaces[name].refresh_from_db()
        assert spaces[name].mail_content == expected
    entry = ModerationLogEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("set_mail_content", spaces["network"].name)
    assert browser.post(address, chosen | {slug: "else"}).status_code == 422
    with pytest.raises(PermissionDenied):
        save_space_settings(viewer_of(claire), {slug: "full"}, {})


def test_the_command_sets_it_of_any_space(spaces):
    call_command("set_mail_content", spaces[AUTHORITIES].slug, "title")

    spaces[AUTHORITIES].refresh_from_db()
    assert spaces[AUTHORITIES].mail_content == "title"
    with pytest.raises(CommandError):
        call_command("set_mail_content", "nowhere", "title")


def test_an_old_digest_that_was_planned_before_heeds_it(claire, jeanne, thread, spaces):
    save_mail_setting(claire.pk, channel="digest")
    for person in User.objects.exclude(pk=claire.pk):
        save_mail_setting(person.pk, digest="never", channel="site")
    post_reply(jeanne, thread)
    set_content(spaces["network"], MailContent.NOTHING)

    sent = digest(claire)
    assert thread.title not in sent.body and spaces["network"].name in sent.body
    assert Follow.objects.get(person=claire, thread=thread).mailed_number == 2
