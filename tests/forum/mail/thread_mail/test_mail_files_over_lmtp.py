"""The whole life of a picture and a document that came with a mail."""

import pytest
from django.core import mail

from accounts.viewers.viewers import viewer_of_person
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.preparing.actions import prepare
from forum.mail.thread_mail.replies.models import ReceivedMail
from forum.moderation.actions import hide_post
from tests.forum.conversation.files.file_helpers import PDF, address_of, picture
from tests.forum.mail.thread_mail.helpers import answer, deliver
from tests.forum.mail.thread_mail.lmtp_client import hand_over

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]


@pytest.mark.deep
def test_a_picture_and_a_document_from_a_telephone_to_the_page_and_away(
    address, thread, claire, jeanne, lucie, browser_of, client, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    message = answer(claire, "La chaudière et son devis.\n\nEnvoyé de mon iPhone")
    for name, content, kind in (
        ("IMG_2041.jpeg", picture(), "image/jpeg"), ("devis.pdf", PDF, "application/pdf"),
    ):  # fmt: skip
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)

    # It comes twice, as servers do that were interrupted.
    for _ in range(2):
        ((code, _words),) = hand_over(message.as_bytes(), address)
        assert code == 250
    (receipt,) = mail.outbox
    assert "IMG_2041.jpeg" in receipt.body and "devis.pdf" in receipt.body
    rows = StoredFile.objects.order_by("position")
    assert [it.state for it in rows] == [FileState.PREPARING, FileState.READY]
    assert prepare(str(rows[0].pk)) is FileState.READY

    shown = [address_of(it) for it in StoredFile.objects.order_by("position")]

    # Who follows is mailed where it is.
    deliver()
    (sent,) = (it for it in mail.outbox[1:] if it.to == [jeanne.email])
    assert all(one in sent.body for one in shown)

    # It is seen where its post is, by whom that is.
    page = browser_of(jeanne).get(thread.get_absolute_url()).text
    for one in shown:
        assert one in page
        assert browser_of(jeanne).get(one).status_code == 200
        assert client.get(one).status_code == 404
    own = browser_of(claire).get(f"/compte/courriels/{ReceivedMail.objects.get().pk}/").text
    assert "devis.pdf" in own

    # Hidden, others lose it; deleted, nothing of it is left.
    hide_post(thread.posts.last(), viewer_of_person(lucie), "Hors charte.")
    assert browser_of(jeanne).get(shown[0]).status_code == 404
    assert browser_of(claire).get(shown[0]).status_code == 200
    post = thread.posts.last()
    browser_of(claire).post(f"/messages/{post.pk}/supprimer/")
    assert not StoredFile.objects.exists()
    assert browser_of(claire).get(shown[0]).status_code == 404
