"""The files of a mail are those of its post: what is taken, what is not, and what is said."""

import os

import pytest
from django.core import mail

from accounts.viewers.viewers import viewer_of_person
from forum.base.spaces.models import MailContent
from forum.conversation.files.models import StoredFile
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.threads.edits.actions import delete_post
from forum.mail.incoming_mail.message import IncomingMail
from forum.mail.incoming_mail.models import MailResult
from forum.mail.thread_mail.mail_files import actions
from forum.mail.thread_mail.reception.actions import receive_mail
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.moderation.actions import lock_thread
from tests.forum.conversation.files.file_helpers import PDF, address_of, picture, zip_of
from tests.forum.mail.thread_mail.helpers import answer, deliver

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits", "own_folder"),
]


@pytest.fixture
def own_folder(settings, tmp_path):
    """Where files lie: in the test's own folder."""
    settings.MEDIA_ROOT = str(tmp_path)


def with_files(person, *files, text="Voici.", message_id="<1@example.org>"):
    """A mail of ``person`` with ``(name, content)`` each, as bytes."""
    message = answer(person, text, message_id)
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def names(post):
    return [it.name for it in post.shown_files]


def said():
    """What its writer was told last."""
    return mail.outbox[-1].body.replace("\u00a0", " ").replace("\u202f", " ")


def test_its_files_are_those_of_the_post_and_the_receipt_names_them(address, thread, claire):
    raw = with_files(claire, ("chaudiere.jpg", picture()), ("devis.pdf", PDF))

    assert receive_mail(raw, address) is MailResult.PUBLISHED

    post = thread.posts.last()
    assert names(post) == ["chaudiere.jpg", "devis.pdf"] and post.text == "Voici."
    assert post.shown_files[0].description == "Image jointe par courriel\u00a0: chaudiere.jpg"
    assert "- chaudiere.jpg (" in said() and "- devis.pdf (" in said()
    assert "Dites ce que montrent vos images" in said()
    assert f"/messages/{post.pk}/modifier/" in said() and "pas été joints" not in said()


def test_who_reads_the_post_reads_its_files_and_nobody_else(
    address, thread, claire, jeanne, browser_of, client
):
    receive_mail(with_files(claire, ("devis.pdf", PDF)), address)
    row = StoredFile.objects.get()

    assert browser_of(jeanne).get(address_of(row)).status_code == 200
    assert client.get(address_of(row)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("plan.exe", b"MZ", "n’est pas d’un type accepté ici"),
        ("plan.pdf", b"MZ", "n’est pas ce que dit son nom"),
        ("vide.pdf", b"", "est vide"),
        ("winmail.dat", b"\x78\x9f\x3e\x22", "Outlook y a enfermé"),
        ("contact.vcf", b"BEGIN:VCARD", "n’est pas d’un type accepté ici"),
    ],
)
def test_what_is_not_taken_is_named_with_the_reason(
    name, content, reason, address, thread, claire
):
    receive_mail(with_files(claire, (name, content), ("bon.pdf", PDF)), address)

    assert names(thread.posts.last()) == ["bon.pdf"]
    assert "Ces fichiers n’ont pas été joints :" in said()
    assert f"« {name} »" in said() and reason in said()


def test_too_heavy_too_many_and_more_than_there_is_room_for_are_left_out(
    address, thread, claire, settings
):
    limits = {"file": 2_000, "post": 3_000, "count": 3, "person": 2_500}
    settings.FORUM_FILE_LIMITS = settings.FORUM_FILE_LIMITS | limits
    large, half = PDF + b" " * 3_000, PDF + b" " * 1_000
    files = [("lourd.pdf", large), ("a.pdf", half), ("b.pdf", half), ("c.pdf", half)]
    raw = with_files(claire, *files, ("d.pdf", PDF), ("e.pdf", PDF))
    receive_mail(raw, address)

    assert names(thread.posts.last()) == ["a.pdf", "b.pdf", "d.pdf"]
    assert "« lourd.pdf »" in said() and "en pèse" in said()
    assert "« c.pdf »" in said() and "« e.pdf ». Un message a 3 fichiers au plus" in said()


def test_a_photograph_without_words_is_posted(address, thread, claire):
    text = "\nEnvoyé de mon iPhone\n\nLe 12/03/2026 à 10:00, Jeanne a écrit :\n> Et chez vous ?"
    receive_mail(with_files(claire, ("IMG_2041.jpg", picture()), text=text), address)

    post = thread.posts.last()
    assert post.text == "(fichier joint\u00a0: `IMG_2041.jpg`)"
    assert names(post) == ["IMG_2041.jpg"]
    assert "> Et chez vous ?" in ReceivedMail.objects.get().folded


def test_a_mail_without_words_whose_files_are_not_taken_is_refused_with_the_reasons(
    address, thread, claire
):
    raw = with_files(claire, ("plan.pdf", b"MZ"), text="")

    assert receive_mail(raw, address) is MailResult.REFUSED
    assert thread.posts.count() == 2 and not StoredFile.objects.exists()
    assert "pas de texte" in said() and "n’est pas ce que dit son nom" in said()


def test_the_same_mail_twice_stores_nothing_twice(address, thread, claire):
    raw = with_files(claire, ("devis.pdf", PDF))

    results = [receive_mail(raw, address) for _ in range(2)]

    assert results == [MailResult.PUBLISHED, MailResult.TWICE]
    assert StoredFile.objects.count() == 1


def test_a_run_that_was_killed_after_it_posted_stores_nothing_twice(address, thread, claire):
    raw = with_files(claire, ("devis.pdf", PDF), text="")
    receive_mail(raw, address)
    ReceivedMail.objects.all().delete()

    assert receive_mail(raw, address) is MailResult.PUBLISHED
    assert StoredFile.objects.count() == 1 and thread.posts.count() == 3
    assert "- devis.pdf (" in said()


def test_a_run_that_is_killed_before_it_posts_leaves_what_the_sweeper_takes(
    address, thread, claire, monkeypatch
):
    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "discard_drafts", lambda *_args: None)
    monkeypatch.setattr("forum.mail.thread_mail.replies.actions.post_reply", die)
    with pytest.raises(KeyboardInterrupt):
        receive_mail(with_files(claire, ("devis.pdf", PDF)), address)
    monkeypatch.undo()

    assert StoredFile.objects.get().post is None
    receive_mail(with_files(claire, ("devis.pdf", PDF)), address)
    assert names(thread.posts.last()) == ["devis.pdf"]
    assert StoredFile.objects.filter(post=None).count() == 1


def test_a_mail_that_is_refused_leaves_no_file(address, thread, claire, lucie, tmp_path):
    lock_thread(thread, viewer_of_person(lucie), is_locked=True)

    receive_mail(with_files(claire, ("devis.pdf", PDF)), address)

    assert not StoredFile.objects.exists() and "fermé" in said()


def test_one_that_fails_as_it_is_posted_leaves_no_file_and_can_be_tried_again(
    address, thread, claire, monkeypatch
):
    def fail(*_args, **_kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr("forum.mail.thread_mail.replies.actions.post_reply", fail)
    result = receive_mail(with_files(claire, ("devis.pdf", PDF)), address)

    assert result is MailResult.QUARANTINED and not StoredFile.objects.exists()


def test_the_same_words_once_more_tell_that_the_file_is_not_joined(address, thread, claire):
    receive_mail(with_files(claire, ("a.pdf", PDF)), address)
    receive_mail(with_files(claire, ("b.pdf", PDF), message_id="<2@example.org>"), address)

    assert StoredFile.objects.count() == 1
    assert "« b.pdf » : le même texte est déjà publié" in said()


def test_taking_the_post_back_takes_its_files(address, thread, claire):
    receive_mail(with_files(claire, ("devis.pdf", PDF)), address)
    delete_post(thread.posts.last(), viewer_of_person(claire))

    assert not StoredFile.objects.exists()


def test_putting_back_what_was_folded_keeps_the_files(address, thread, claire, browser_of):
    text = "Voici.\n\nLe 12/03/2026 à 10:00, Jeanne a écrit :\n> Et chez vous ?\n"
    receive_mail(with_files(claire, ("devis.pdf", PDF), text=text), address)
    page = f"/compte/courriels/{ReceivedMail.objects.get().pk}/"
    browser = browser_of(claire)
    form = {"version": thread.posts.last().version}
    stamp = browser.get(page).context["readership"].stamp
    browser.post(page, form | {"shown_readers": stamp})

    post = thread.posts.last()
    assert "> Et chez vous ?" in post.text and names(post) == ["devis.pdf"]


def test_a_post_that_waits_for_an_animator_has_its_files(
    address, claire, lucie, jeanne, spaces, browser_of, settings
):
    settings.FORUM_ADMISSION = "open"
    spaces["network"].holds_first_posts = True
    spaces["network"].save()
    assert receive_mail(with_files(claire, ("devis.pdf", PDF)), address) is MailResult.HELD
    row = StoredFile.objects.get()

    assert browser_of(lucie).get(address_of(row)).status_code == 200
    assert browser_of(jeanne).get(address_of(row)).status_code == 404


def test_a_space_that_tells_nothing_by_mail_names_no_file(address, thread, claire, spaces):
    spaces["network"].mail_content = MailContent.NOTHING
    spaces["network"].save()
    receive_mail(with_files(claire, ("secret.pdf", PDF), ("autre.exe", b"MZ")), address)

    assert "secret" not in said() and "autre" not in said()
    assert "1 fichier de votre courriel est joint" in said()
    assert "1 fichier n’a pas été joint" in said()


def test_who_follows_is_mailed_the_names_and_links_of_files_and_no_picture(
    address, thread, claire, jeanne
):
    raw = with_files(claire, ("chaudiere.jpg", picture()), ("devis.pdf", PDF))
    receive_mail(raw, address)
    prepare(str(StoredFile.objects.get(is_image=True).pk))
    deliver()
    (sent,) = (it for it in mail.outbox if it.to == [jeanne.email])
    page, _kind = sent.alternatives[0]

    for row in StoredFile.objects.all():
        assert address_of(row) in sent.body and address_of(row) in page
    for part in (sent.body, page):
        assert "Image jointe par courriel" in part and "devis.pdf" in part
    assert "<img" not in page


HOSTILE = {
    "names": [("../../etc/passwd\u202efdp.pdf", PDF), ("a" * 5_000 + ".pdf", PDF),
              ("<script>.pdf", PDF), ("", PDF), ("nul\u2028.pdf", PDF)],
    "a bomb": [("bombe.zip", zip_of(a=b"\0" * 20_000_000))],
    "a page": [("page.svg", b"<svg onload='x'>"), ("page.html", b"<script>"),
               ("page.txt", b"<script>alert(1)</script>")],
}  # fmt: skip


@pytest.mark.deep
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_cleaned_or_left_out(kind, address, thread, claire):
    receive_mail(with_files(claire, *HOSTILE[kind]), address)

    for row in StoredFile.objects.all():
        assert len(row.name) <= 120 and not set('/\\<>"\u202e\u2028') & set(row.name)
        assert row.name.endswith((".pdf", ".zip", ".txt"))


@pytest.mark.deep
def test_a_thousand_files_are_bounded(address, thread, claire, settings):
    files = [(f"{number}.pdf", PDF) for number in range(1_000)]
    receive_mail(with_files(claire, *files), address)

    assert StoredFile.objects.count() == settings.FORUM_FILE_LIMITS["count"]
    assert "et 970 autres" in said() and len(said()) < 10_000


def test_files_of_many_mails_in_a_day_are_bounded(address, thread, claire, monkeypatch):
    monkeypatch.setattr(actions, "_MAX_MAILS", 1)
    receive_mail(with_files(claire, ("a.pdf", PDF)), address)
    raw = with_files(claire, ("b.pdf", PDF), text="Encore.", message_id="<2@example.org>")
    receive_mail(raw, address)

    assert StoredFile.objects.count() == 1 and "trop de courriels de vous" in said()


def inline(person, page, *pictures, plain="Voici la chaudière."):
    """A mail in HTML that shows ``(content id, content)`` each."""
    message = answer(person, plain)
    message.add_alternative(page, "html")
    for name, content in pictures:
        message.get_payload()[1].add_related(
            content, "image", "png", cid=f"<{name}>", filename=f"{name}.png"
        )
    return message.as_bytes()


PICTURE = b"\x89PNG\r\n\x1a\n" + os.urandom(6_000)


@pytest.mark.parametrize(
    ("page", "content", "is_joined"),
    [
        ("<p>Voici</p><img src='cid:a'>", PICTURE, True),
        ("<p>Voici</p><img src='cid:a'>", PICTURE[:3_000], False),
        ("<p>Voici</p><img src='cid:a' width=1 height=1>", PICTURE, False),
        ("<p>Voici</p><blockquote><img src='cid:a'></blockquote>", PICTURE, False),
        ("<p>Voici</p><a href='https://mairie.example'><img src='cid:a'></a>", PICTURE, False),
        ("<p>Voici</p><p>-- </p><p>Claire</p><img src='cid:a'>", PICTURE, False),
        ("<p>Voici</p><div class='moz-signature'><img src='cid:a'></div>", PICTURE, False),
        ("<p>Voici</p><hr><b>De :</b> Jeanne &lt;j@a.example&gt;<br><b>Envoyé :</b> lundi 2"
         " mars 2026 10:00<br><b>Objet :</b> Bois<p>Oui</p><img src='cid:a'>", PICTURE, False),
    ],
)  # fmt: skip
def test_pictures_that_a_mail_shows_are_joined_where_they_are_its_writers(
    page, content, is_joined, claire
):
    raw = inline(claire, page, ("a", content))

    assert [it.name for it in IncomingMail(raw).files] == (["a.png"] if is_joined else [])


def test_signatures_of_programs_and_files_of_a_forwarded_mail_are_nobodys(claire):
    message = answer(claire)
    forwarded = answer(claire)
    forwarded.add_attachment(PDF, maintype="application", subtype="pdf", filename="autre.pdf")
    message.add_attachment(forwarded)
    message.add_attachment(
        b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s"
    )

    assert [it.name for it in IncomingMail(message.as_bytes()).files] == ["message.eml"]


def test_labels_of_pictures_are_not_published(address, thread, claire):
    content = picture(file_format="PNG") + b"\0" * 6_000
    page = "<p>Voici</p><img src='cid:a'>"
    raw = inline(claire, page, ("a", content), plain="Voici\n[cid:a]")
    receive_mail(raw, address)

    assert thread.posts.last().text == "Voici" and names(thread.posts.last()) == ["a.png"]
