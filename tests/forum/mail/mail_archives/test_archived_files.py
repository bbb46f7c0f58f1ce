"""The files of a list's mails wait with its archive, then are those of the posts."""

from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from accounts.viewers.viewers import viewer_of_person
from forum.base.events import Event
from forum.conversation.files.models import StoredFile
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.sweeping.actions import sweep
from forum.mail.mail_archives.actions import discard_archive
from forum.mail.mail_archives.claims.actions import claim_posts
from forum.mail.mail_archives.files import actions
from forum.mail.mail_archives.models import ArchivedFile, ArchivedMail
from forum.models import Post
from tests.forum.conversation.files.file_helpers import PDF, address_of, picture
from tests.forum.mail.mail_archives.helpers import FIRST_DAY, import_mails, mail, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Where files lie: in the test's own folder."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "posts"


def with_files(number, *files, text="Voici les pièces."):
    """A mail of a list, with ``(name, content)`` each."""
    message = EmailMessage()
    message["From"], message["Message-ID"] = "Marie <marie@mairie.example>", f"<{number}@a.b>"
    message["Date"], message["Subject"] = format_datetime(FIRST_DAY), f"Sujet {number}"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    return message.as_bytes()


def names_of(post):
    return [it.name for it in post.shown_files]


def test_files_wait_with_the_archive_and_become_those_of_the_post(
    spaces, lucie, jeanne, browser_of, client
):
    raw = with_files(1, ("chaudière.jpg", picture()), ("devis.pdf", PDF), ("a.exe", b"MZ"))
    archive = import_mails(spaces["network"], raw)
    assert ArchivedFile.objects.count() == 2 and not StoredFile.objects.exists()
    assert archive.report["files_left_out"] == {"type": 1}

    publish(archive, viewer_of_person(lucie))

    post = Post.objects.get()
    assert names_of(post) == ["chaudière.jpg", "devis.pdf"] and "`a.exe`" in post.text
    assert not ArchivedFile.objects.exists()
    prepare(str(StoredFile.objects.get(is_image=True).pk))
    for row in StoredFile.objects.all():
        assert browser_of(jeanne).get(address_of(row)).status_code == 200
        assert client.get(address_of(row)).status_code == 404
    assert not Event.objects.exists(), "nobody is told"


def test_animators_see_what_waits_and_what_is_left_out(spaces, lucie, browser_of):
    raw = with_files(1, ("devis.pdf", PDF), ("a.exe", b"MZ"))
    archive = import_mails(spaces["network"], raw)
    page = browser_of(lucie).get(archive.get_absolute_url()).text
    thread = reverse("archived-thread", args=[archive.threads.get().pk])

    assert "d’un type qui n’est pas accepté" in page
    assert "devis.pdf (" in browser_of(lucie).get(thread).text


def test_a_mail_that_is_only_a_file_says_so(spaces, lucie):
    archive = import_mails(spaces["network"], with_files(1, ("devis.pdf", PDF), text=""))
    publish(archive, viewer_of_person(lucie))

    assert "`devis.pdf`" in Post.objects.get().text


def test_the_same_file_again_adds_nothing_and_a_newer_one_what_is_new(spaces, lucie):
    first, second = with_files(1, ("a.pdf", PDF)), with_files(2, ("b.pdf", PDF))
    import_mails(spaces["network"], first)
    archive = import_mails(spaces["network"], first, second)
    assert ArchivedFile.objects.count() == 2

    publish(archive, viewer_of_person(lucie))
    import_mails(spaces["network"], first, second)
    assert StoredFile.objects.count() == 2 and not ArchivedFile.objects.exists()


def test_an_archive_that_is_thrown_away_takes_its_files(spaces, lucie):
    archive = import_mails(spaces["network"], with_files(1, ("a.pdf", PDF)))
    discard_archive(archive, viewer_of_person(lucie))

    assert not ArchivedFile.objects.exists()


def test_an_opening_that_fails_leaves_all_where_it_was(spaces, lucie, monkeypatch, own_folder):
    archive = import_mails(spaces["network"], with_files(1, ("a.pdf", PDF)))

    def fail(*_args):
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("forum.mail.mail_archives.publishing.actions.give_to_posts", fail)
        with pytest.raises(RuntimeError):
            publish(archive, viewer_of_person(lucie))
    assert ArchivedFile.objects.count() == 1
    publish(archive, viewer_of_person(lucie))

    assert names_of(Post.objects.get()) == ["a.pdf"]


def test_limits_hold_for_a_mail_and_for_all(spaces, settings, monkeypatch):
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | {"count": 2, "file": 1_000}
    monkeypatch.setattr(actions, "MAX_BYTES", 3 * len(PDF))
    three = [(f"{it}.pdf", PDF) for it in range(3)]
    mails = with_files(1, *three), with_files(2, *three[:2], ("g.pdf", PDF + b" " * 2_000))
    archive = import_mails(spaces["network"], *mails)

    assert ArchivedFile.objects.count() == 3
    assert archive.report["files_left_out"] == {"number": 1, "size": 1, "quota": 1}
    named = ArchivedMail.objects.order_by("pk").values_list("attachments", flat=True)
    assert [[name for name, _size in it] for it in named] == [["2.pdf"], ["g.pdf", "1.pdf"]]


def test_addresses_in_names_are_masked(spaces):
    import_mails(spaces["network"], with_files(1, ("devis paul@riou.example à lire.pdf", PDF)))

    assert "paul@" not in ArchivedFile.objects.get().name


def test_who_claims_the_posts_has_their_files(spaces, lucie, jeanne):
    archive = import_mails(spaces["network"], with_files(1, ("a.pdf", PDF)))
    publish(archive, viewer_of_person(lucie))
    claim_posts(viewer_of_person(jeanne), "marie@mairie.example")

    assert StoredFile.objects.get().owner == jeanne
    assert not User.objects.filter(is_unclaimed=True).exists()


def test_the_files_of_a_verified_address_are_its_accounts_by_a_claim(spaces, lucie, jeanne):
    EmailAddress.objects.create(user=jeanne, email="marie@mairie.example", verified=True)
    archive = import_mails(spaces["network"], with_files(1, ("a.pdf", PDF)), mail(2))
    publish(archive, viewer_of_person(lucie))

    assert StoredFile.objects.get().owner.is_unclaimed
    claim_posts(viewer_of_person(jeanne), "marie@mairie.example")
    assert StoredFile.objects.get().owner == jeanne
    assert sweep() == 0
