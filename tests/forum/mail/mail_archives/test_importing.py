"""Importing an mbox: once is as good as twice, and a half one is made whole."""

from io import StringIO
from itertools import islice

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from forum.mail.incoming_mail.mbox import read_mbox
from forum.mail.mail_archives.importing import actions
from forum.mail.mail_archives.models import (
    ArchivedMail,
    ArchivedThread,
    MailArchive,
    MailAuthor,
)
from tests.forum.mail.mail_archives.helpers import import_mails, mail, mbox, reply

pytestmark = pytest.mark.django_db


def state():
    """The threads with their mails, as somebody would read them."""
    return [
        (
            thread.title,
            [
                (it.position, it.author.name, it.placed_at, it.text, it.shows_folded)
                for it in thread.mails.order_by("position").select_related("author")
            ],
        )
        for thread in ArchivedThread.objects.all()
    ]


def run(path, space="reseau", **options):
    said = StringIO()
    options = {"topic": "eolien", "verbosity": 0} | options
    call_command("import_mbox", str(path), space=space, stdout=said, **options)
    return said.getvalue()


def test_mails_become_threads_that_wait_with_the_dates_and_names_that_they_had(archive):
    assert [title for title, _mails in state()] == ["Quelle chaufferie ?", "Réunion"]
    assert [(it[0], it[1], it[3]) for it in state()[0][1]] == [
        (1, "Marie Dubosc", "Nous cherchons une chaufferie zinzolin."),
        (2, "Paul Riou", "Prenez du bois amarante."),
    ]
    assert archive.report == {"read": 3, "new": 3, "known": 0, "left_out": {}}


def test_the_order_of_the_file_changes_nothing(spaces):
    mails = [mail(1), reply(2, 1), reply(3, 2), mail(4, Subject="Autre"), reply(5, 99)]
    import_mails(spaces["network"], *mails)
    expected = state()
    MailArchive.objects.all().delete()
    import_mails(spaces["network"], *reversed(mails))

    assert state() == expected


def test_the_same_file_again_and_a_newer_one_add_only_what_is_new(spaces, archive):
    before = state()
    again = import_mails(
        spaces["network"],
        mail(1, "Nous cherchons une chaufferie zinzolin."),
        reply(2, 1, "Autre texte, même courriel."),
    )

    assert again == archive and state() == before
    assert (again.report["new"], again.report["known"]) == (0, 2)

    newer = import_mails(spaces["network"], mail(1, "?"), reply(9, 2, "Bien plus tard."))
    assert newer.report["new"] == 1
    assert [it[3] for it in state()[0][1]][2:] == ["Bien plus tard."]


def test_a_mail_twice_in_one_file_is_there_once(spaces):
    archive = import_mails(spaces["network"], mail(1), mail(1), mail(2, Message_ID=None),
                           mail(2, Message_ID=None))  # fmt: skip

    assert archive.mails.count() == 2
    assert archive.report["known"] == 2


@given(st.integers(0, 7))
def test_a_run_that_was_killed_anywhere_is_made_whole_by_the_next(spaces, batches):
    mails = [mail(n) if n % 3 == 1 else reply(n, n - 1) for n in range(1, 8)]
    MailArchive.objects.all().delete()
    import_mails(spaces["network"], *mails)
    expected = state()
    MailArchive.objects.all().delete()
    archive = actions._begin(spaces["network"], MailTopic.first())
    counts = actions.ImportCounts()
    entries = islice(read_mbox(mbox(*mails), 10_000), batches)
    actions._save_mails(archive, list(actions._parsed(entries, counts, timezone.now())), counts)

    import_mails(spaces["network"], *mails)

    assert state() == expected


class MailTopic:
    """The topic that mails are imported on."""

    @staticmethod
    def first():
        from forum.models import Topic

        return Topic.objects.order_by("pk")[0]


def test_while_a_file_is_read_its_archive_is_not_to_be_opened(archive, spaces):
    actions._begin(spaces["network"], archive.topic)

    archive.refresh_from_db()
    assert archive.finished_at is None


def test_of_two_names_the_one_of_the_latest_mail_is_kept(spaces):
    import_mails(
        spaces["network"],
        mail(5, From="Marie Martin <marie@mairie.example>"),
        mail(1, From="Marie Dubosc <MARIE@mairie.example>"),
        mail(9, From="marie@mairie.example"),
    )

    assert MailAuthor.objects.get().name == "Marie Martin"


def test_a_mail_without_a_subject_is_called_by_its_first_words(spaces):
    import_mails(spaces["network"], mail(1, "Bonjour, qui vient mardi ?", Subject=None))

    assert [title for title, _mails in state()] == ["Bonjour, qui vient mardi ?"]


def test_no_address_is_in_what_readers_will_see(spaces):
    import_mails(
        spaces["network"],
        mail(1, "Voyez jean@sivom.example.\n\n> jean@sivom.example\n\nbien",
             Subject="Pour jean@sivom.example", From="marie@mairie.example"),
    )  # fmt: skip
    one = ArchivedMail.objects.select_related("author").get()

    shown = [one.subject, one.text, one.folded, one.author.name]
    assert not any("sivom" in it or "mairie" in it for it in shown)
    assert ArchivedThread.objects.get().title == "Pour [adresse masquée]"


def test_the_command_reports_what_it_read_and_left_out(spaces, topics, tmp_path):
    path = tmp_path / "liste.mbox"
    path.write_bytes(mbox(mail(1), reply(2, 1), mail(3, ""), mail(4, X_Spam_Flag="YES")).read())

    said = run(path)

    assert "Mails read: 4\n  new: 2\n  already there: 0\n  left out: 2" in said
    assert "    marked as spam: 1\n" in said and "    empty, or encrypted: 1\n" in said
    assert "  threads: 1\n  posts: 2\n  people: 2" in said
    assert MailArchive.objects.get().get_absolute_url() in said
    assert "  new: 0\n  already there: 2" in run(path)


def test_what_is_left_out_is_named_by_its_subject(spaces, topics, tmp_path, lucie, browser_of):
    left_out = [
        mail(2, "", Subject="Bois de marie@mairie.example"),
        mail(3, Subject="Tepos Digest, Vol 5, Issue 11"),
        mail(4, Subject="=?utf-8?q?=C3=89olien?=", From="a@x.example, b@x.example"),
    ]
    path = tmp_path / "liste.mbox"
    path.write_bytes(mbox(*left_out).read())
    said = run(path)
    assert "of several senders: 1\n      « Éolien »" in said and "Nothing new" in said

    path.write_bytes(mbox(mail(1), *left_out).read())
    said = run(path)
    assert "list: 1\n      « Tepos Digest, Vol 5, Issue 11 »" in said
    assert "encrypted: 1\n      « Bois de [adresse masquée] »" in said
    page = browser_of(lucie).get(MailArchive.objects.get().get_absolute_url()).text
    assert "Éolien" in page and "Tepos Digest, Vol 5" in page and "marie@" not in page


def test_of_very_many_that_are_left_out_the_first_are_named(spaces, monkeypatch, topics):
    monkeypatch.setattr(actions, "_MAX_SUBJECTS", 2)
    archive = import_mails(spaces["network"], mail(0), *(mail(it, "") for it in range(1, 5)))

    assert archive.report["left_out"] == {"empty": 4}
    assert len(archive.report["subjects"]["empty"]) == 2


def test_a_file_with_nothing_new_leaves_no_archive(spaces, topics, tmp_path):
    path = tmp_path / "liste.mbox"
    path.write_bytes(b"")

    assert "Nothing new" in run(path)
    assert not MailArchive.objects.exists()


def test_what_cannot_be_read_or_is_nowhere_to_put_is_said_in_plain_words(
    spaces, topics, tmp_path
):
    path = tmp_path / "liste.mbox"
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(path)
    path.write_bytes(b"%PDF-1.4 no mails\n")
    with pytest.raises(CommandError, match="is no mbox"):
        run(path)
    with pytest.raises(CommandError, match="« nulle-part ». There are: .*reseau"):
        run(path, space="nulle-part")
    with pytest.raises(CommandError, match="no topic « x ». There are: bois-energie, eolien"):
        run(path, topic="x")
    assert not MailArchive.objects.exists()


def test_while_the_worker_makes_threads_nothing_is_imported(archive, spaces, tmp_path):
    MailArchive.objects.update(opened_at=timezone.now())
    path = tmp_path / "liste.mbox"
    path.write_bytes(mbox(mail(8)).read())

    with pytest.raises(CommandError, match="being opened"):
        run(path)


def test_a_grown_list_is_imported(spaces, topics, tmp_path):
    path = tmp_path / "liste.mbox"
    call_command("grow", mbox=str(path), mails=60, verbosity=0)

    said = run(path)

    assert "Mails read: 60" in said
    assert ArchivedMail.objects.count() > 50
    assert not ArchivedMail.objects.filter(text__contains=".invalid").exists()
    assert not ArchivedMail.objects.filter(archived_thread=None).exists()


def test_who_takes_the_id_and_date_of_another_s_mail_does_not_take_its_place(spaces):
    forged = mail(1, "Les mots de Mallory.", From="Mallory <m@ailleurs.example>")
    mails = [mail(1, "Les mots de Marie."), forged]
    for ordered in mails, mails[::-1]:
        MailArchive.objects.all().delete()
        archive = import_mails(spaces["network"], *ordered)
        texts = sorted(archive.mails.values_list("text", flat=True))
        assert texts == ["Les mots de Mallory.", "Les mots de Marie."]
