"""Before an archive is opened animators alone know of it; afterwards it is as any thread."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask

from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from forum.base.events import Event, event_recorded
from forum.base.rules import Refused
from forum.conversation.threads.shown_readers import ReadersChanged
from forum.finding.saved_searches.models import FoundPost, SavedSearch
from forum.mail.mail_archives.actions import discard_archive, open_archive
from forum.mail.mail_archives.models import (
    ArchivedMail,
    ArchivedThread,
    MailArchive,
    MailAuthor,
)
from forum.mail.mail_archives.publishing.actions import publish_next_threads
from forum.members.directory.filters import DirectoryFilters
from forum.members.directory.listings import people_page
from forum.models import Follow, Post, Thread
from tests.factories import AUTHORITIES, break_glass, post_reply
from tests.forum.finding.saved_search_helpers import follow, look_for_news, news
from tests.forum.mail.mail_archives.helpers import FIRST_DAY, import_mails, mail, publish, reply
from tests.forum.mail.thread_mail.helpers import deliver, plan
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts

WORD = "zinzolin"


@pytest.fixture
def opened(archive, lucie, viewer_of):
    """The archive after an animator opened it, and the worker made its threads."""
    publish(archive, viewer_of(lucie))
    archive.refresh_from_db()
    return archive


def page(browser, name, *args, query=""):
    return browser.get(reverse(name, args=args) + query)


def test_nothing_of_an_archive_is_a_thread_a_post_or_an_account_before_it_is_opened(archive):
    assert not Thread.objects.exists() and not Post.objects.exists()
    assert not User.objects.filter(is_unclaimed=True).exists()
    assert not MailAuthor.objects.exclude(person=None, unclaimed=None).exists()
    check_thread_counts()


def test_animators_alone_see_what_waits(archive, people, browser_of):
    thread = ArchivedThread.objects.first()
    addresses = [
        reverse("mail-archives"), archive.get_absolute_url(),
        reverse("archived-thread", args=[thread.pk]),
    ]  # fmt: skip
    for role, person in vars(people).items():
        answers = [browser_of(person).get(it) for it in addresses]
        expected = 200 if role == "animator" else 404
        assert {it.status_code for it in answers} == {expected}, role
    animator = browser_of(people.animator)
    assert "Quelle chaufferie ?" in animator.get(addresses[1]).text
    assert WORD in animator.get(addresses[2]).text
    assert "mairie.example" not in "".join(animator.get(it).text for it in addresses)


def test_the_door_gives_archives_to_animators_only(archive, people, viewer_of):
    for role, person in vars(people).items():
        seen = [
            model.objects.visible_to(viewer_of(person)).exists()
            for model in (MailArchive, ArchivedThread, ArchivedMail)
        ]
        assert seen == [role == "animator"] * 3, role


def test_an_animator_who_does_not_read_the_space_sees_nothing_of_its_archive(
    spaces, lucie, viewer_of, browser_of, charter
):
    archive = import_mails(spaces[AUTHORITIES], mail(1))

    assert browser_of(lucie).get(archive.get_absolute_url()).status_code == 404
    for action in (open_archive, discard_archive):
        with pytest.raises(ObjectDoesNotExist):
            action(archive, viewer_of(lucie))
    break_glass(lucie, AUTHORITIES)
    assert browser_of(lucie).get(archive.get_absolute_url()).status_code == 200
    with pytest.raises(Refused):
        open_archive(archive, viewer_of(lucie))


def test_only_animators_open_or_throw_away(archive, people, viewer_of):
    for role, person in vars(people).items():
        if role != "animator":
            for action in (open_archive, discard_archive):
                with pytest.raises((Refused, ObjectDoesNotExist)):
                    action(archive, viewer_of(person))
    archive.refresh_from_db()
    assert archive.opened_at is None


def test_the_page_says_what_will_be_opened_and_to_whom(archive, lucie, jeanne, browser_of):
    text = browser_of(lucie).get(archive.get_absolute_url()).text

    assert "Ouvrir à ces lecteurs : 3 messages" in text.replace("\u00a0", " ")
    assert "Les membres du réseau, tous collèges" in text
    assert "du 5 mars 2012 au 5 mars 2012" in " ".join(text.split())


def test_an_animator_opens_it_by_its_button_and_the_worker_makes_the_threads(
    archive, lucie, browser_of
):
    browser = browser_of(lucie)
    form = browser.get(archive.get_absolute_url()).context
    answer = browser.post(
        reverse("open-archive", args=[archive.pk]), {"shown_readers": form["shown_readers"]}
    )

    assert answer.url == archive.get_absolute_url()
    assert OxTask.objects.get().task_path.endswith("publish_archive")
    assert ModerationLogEntry.objects.get().action == "open_archive"
    assert "en cours d’ouverture" in browser.get(answer.url).text


def test_readers_that_the_animator_was_not_shown_keep_it_shut(
    archive, lucie, viewer_of, browser_of, make_person
):
    shown = browser_of(lucie).get(archive.get_absolute_url()).context["shown_readers"]
    make_person("Nora Nouvelle", AUTHORITIES)

    with pytest.raises(ReadersChanged):
        open_archive(archive, viewer_of(lucie), shown)
    answer = browser_of(lucie).post(
        reverse("open-archive", args=[archive.pk]), {"shown_readers": shown}, follow=True
    )
    assert "D’autres personnes lisent" in answer.text
    archive.refresh_from_db()
    assert archive.opened_at is None


def test_an_import_that_is_not_finished_is_not_opened(archive, lucie, viewer_of):
    MailArchive.objects.update(finished_at=None)

    with pytest.raises(Refused):
        open_archive(archive, viewer_of(lucie))


def test_opened_it_is_threads_with_the_dates_of_the_mails(opened, jeanne, browser_of):
    thread = Thread.objects.get(title="Quelle chaufferie ?")
    posts = list(thread.posts.order_by("number"))

    assert [(it.number, it.created_at) for it in posts] == [
        (1, FIRST_DAY + timedelta(hours=1)),
        (2, FIRST_DAY + timedelta(hours=2)),
    ]
    assert (thread.created_at, thread.last_posted_at) == tuple(it.created_at for it in posts)
    text = browser_of(jeanne).get(thread.get_absolute_url()).text
    assert WORD in text and "Marie Dubosc" in text and "Paul Riou" in text
    assert "mairie.example" not in text
    check_thread_counts()
    check_contribution_counts()


def test_what_was_quoted_is_said_once_where_it_is_in_the_thread(opened):
    assert "Nous cherchons" not in Post.objects.get(number=2).text
    assert "Nous cherchons" in ArchivedMail.objects.get(position=2).folded


def test_what_is_opened_is_found_by_who_reads_there_and_by_nobody_else(
    opened, jeanne, browser_of
):
    query = f"?q={WORD}"

    assert "Quelle chaufferie" in page(browser_of(jeanne), "search", query=query).text
    assert "Quelle chaufferie" not in page(browser_of(None), "search", query=query).text


def test_what_waits_is_found_by_nobody(archive, lucie, jeanne, browser_of):
    for person in (lucie, jeanne):
        assert "chaufferie ?" not in page(browser_of(person), "search", query=f"?q={WORD}").text
        assert "Quelle chaufferie" not in page(browser_of(person), "home").text


def test_nobody_is_told(archive, lucie, jeanne, viewer_of, spaces):
    said = []
    event_recorded.connect(lambda **news: said.append(news), weak=False, dispatch_uid="t")
    try:
        publish(archive, viewer_of(lucie))
    finally:
        event_recorded.disconnect(dispatch_uid="t")

    assert said == [] and outbox.outbox == []
    assert not Event.objects.exists() and not Follow.objects.exists()


def test_a_reply_to_what_was_opened_is_as_any(opened, jeanne, browser_of):
    thread = Thread.objects.get(title="Quelle chaufferie ?")

    post = post_reply(jeanne, thread, "Et chez nous aussi.")

    assert post.number == 3
    assert "Et chez nous aussi." in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_whoever_wrote_is_no_member_and_enters_nowhere(opened, lucie, viewer_of, client):
    authors = User.objects.filter(is_unclaimed=True)

    assert {it.full_name for it in authors} == {"Marie Dubosc", "Paul Riou"}
    for author in authors:
        assert not author.is_active and not author.has_usable_password()
        assert viewer_of(author).level == viewer_of(None).level
        assert not client.login(email=author.email, password="")
    listed = people_page(viewer_of(lucie), DirectoryFilters.from_query({})).rows
    assert not any("Dubosc" in str(vars(it)) for it in listed)


def test_whoever_wrote_has_a_page_of_what_one_may_read_of_it(opened, jeanne, lucie, browser_of):
    marie = User.objects.get(full_name="Marie Dubosc")

    text = browser_of(jeanne).get(marie.get_absolute_url()).text
    assert "A écrit à une liste de diffusion" in text and "Quelle chaufferie ?" in text
    assert marie.email not in text
    assert "Suspendre" not in browser_of(lucie).get(marie.get_absolute_url()).text
    assert browser_of(None).get(marie.get_absolute_url()).status_code == 404


def test_an_archive_that_is_thrown_away_leaves_nothing(archive, lucie, viewer_of, spaces):
    discard_archive(archive, viewer_of(lucie))

    for model in (MailArchive, ArchivedThread, ArchivedMail, MailAuthor, Thread, Post):
        assert not model.objects.exists(), model
    assert import_mails(spaces["network"], mail(1)).report["new"] == 1


def test_throwing_away_asks_for_a_tick(archive, lucie, browser_of):
    address = reverse("discard-archive", args=[archive.pk])

    browser_of(lucie).post(address)
    assert MailArchive.objects.exists()
    answer = browser_of(lucie).post(address, {"confirmed": "on"}, follow=True)
    assert "Aucune archive" in answer.text and not MailArchive.objects.exists()


def test_mails_of_someone_who_has_closed_their_account_do_not_appear(archive, lucie, viewer_of):
    MailAuthor.objects.filter(address="paul@sivom.example").delete()  # As a closing does.

    publish(archive, viewer_of(lucie))

    assert Thread.objects.get(title="Quelle chaufferie ?").post_count == 1
    archive.refresh_from_db()
    assert archive.published_at


def test_what_is_opened_is_not_thrown_away(opened, lucie, viewer_of):
    with pytest.raises(Refused):
        discard_archive(opened, viewer_of(lucie))
    assert Post.objects.count() == 3


def test_making_threads_goes_on_where_it_was_interrupted(
    archive, lucie, viewer_of, monkeypatch
):
    monkeypatch.setattr("forum.mail.mail_archives.publishing.actions._BATCH", 1)
    open_archive(archive, viewer_of(lucie))

    assert publish_next_threads(archive.pk) == 1
    assert Thread.objects.count() == 1
    open_archive(archive, viewer_of(lucie))  # Pressed again.
    while publish_next_threads(archive.pk):
        pass

    assert (Thread.objects.count(), Post.objects.count()) == (2, 3)
    assert publish_next_threads(archive.pk) == 0
    assert User.objects.filter(is_unclaimed=True).count() == 2


def test_a_newer_file_goes_on_with_the_threads_that_are_there_and_rings_nowhere(
    opened, lucie, jeanne, viewer_of, spaces
):
    thread = Thread.objects.get(title="Quelle chaufferie ?")
    read = Follow.objects.create(person=jeanne, thread=thread, last_read_number=2)
    behind = Follow.objects.create(person=lucie, thread=thread, last_read_number=1)

    newer = import_mails(spaces["network"], reply(2, 1), reply(8, 2, "Une suite."), mail(9))
    assert newer.pk != opened.pk and newer.report["new"] == 2
    thread.refresh_from_db()
    assert thread.post_count == 2
    publish(newer, viewer_of(lucie))

    thread.refresh_from_db()
    assert (thread.post_count, thread.last_posted_at) == (3, FIRST_DAY + timedelta(hours=8))
    assert thread.posts.get(number=3).text == "Une suite."
    read.refresh_from_db()
    behind.refresh_from_db()
    assert (read.last_read_number, behind.last_read_number) == (3, 1)
    assert Thread.objects.count() == 3
    check_thread_counts()


def test_a_thread_that_went_elsewhere_is_not_gone_on_with(opened, lucie, viewer_of, spaces):
    thread = Thread.objects.get(title="Quelle chaufferie ?")
    Thread.objects.filter(pk=thread.pk).update(space=spaces["public"])

    publish(import_mails(spaces["network"], reply(8, 2, "Une suite.")), viewer_of(lucie))

    suite = Post.objects.get(text="Une suite.")
    assert (suite.number, suite.thread.space) == (1, spaces["network"])
    assert suite.thread_id != thread.pk


def test_posts_of_yesterday_are_news_to_nobody(lucie, jeanne, spaces, viewer_of, browser_of):
    yesterday = timezone.now() - timedelta(hours=20)
    date = yesterday.strftime("%a, %d %b %Y %H:%M:%S +0000")
    follow(browser_of(jeanne), "nouveauté")
    SavedSearch.objects.update(followed_at=timezone.now() - timedelta(days=2))
    look_for_news()
    plan()

    jeanne.emailaddress_set.create(email="marie@mairie.example", verified=True)
    archive = import_mails(
        spaces["network"],
        mail(1, "Une nouveauté.", Date=date),
        reply(2, 1, "Une autre nouveauté.", Date=date),
    )
    publish(archive, viewer_of(lucie))
    look_for_news()

    assert deliver() == 0 and outbox.outbox == []
    assert not FoundPost.objects.exists()
    for person, claims in ((jeanne, 1), (lucie, 0)):
        assert news(browser_of(person)) == claims
        assert browser_of(person).get("/").context["menu"].unread == 0
