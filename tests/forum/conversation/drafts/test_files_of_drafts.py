"""A draft keeps the files that were sent for it, for its writer alone, until it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.conversation.drafts.actions import delete_draft, delete_old_drafts
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.models import StoredFile
from forum.conversation.files.sweeping.actions import sweep
from forum.models import Post
from tests.factories import post_reply
from tests.forum.conversation.files.file_helpers import PDF, reply_form, sent, uploaded

pytestmark = pytest.mark.usefixtures("charter", "topics")


@pytest.fixture(autouse=True)
def _files_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def replies(thread):
    return reverse("replies", args=[thread.pk])


def keep(browser, address, **fields):
    """Press the button that keeps a draft; return the page that one is led to."""
    typed = {"idempotency_key": uuid4(), "draft_of": address, "text": "À suivre"} | fields
    return browser.post(reverse("drafts"), typed, follow=True)


def age(**ago):
    StoredFile.objects.update(created_at=timezone.now() - timedelta(**ago))


def test_files_chosen_in_a_form_without_a_script_are_kept_with_its_draft(
    thread, jeanne, claire, browser_of
):
    browser = browser_of(jeanne)
    page = keep(browser, replies(thread), files=[sent("plan.pdf", PDF)])
    assert "Votre brouillon est enregistré." in page.text

    (draft,) = PostDraft.objects.all()
    form = browser.get(f"{replies(thread)}?draft={draft.key}").context["form"]
    assert [one.file.name for one in form.sent_files.attachments] == ["plan.pdf"]
    assert browser.get(StoredFile.objects.get().shown.address).status_code == 200
    assert browser_of(claire).get(StoredFile.objects.get().shown.address).status_code == 404
    other = browser_of(claire).get(f"{replies(thread)}?draft={draft.key}").context["form"]
    assert other.sent_files is None


def test_files_of_a_draft_are_kept_as_long_as_it_is_and_go_with_it(
    thread, jeanne, browser_of, viewer_of
):
    browser = browser_of(jeanne)
    kept, loose = uploaded(browser, "gardé.pdf"), uploaded(browser, "oublié.pdf")
    keep(browser, replies(thread), file=[str(kept.pk)])
    age(days=30)
    sweep()
    assert [row.name for row in StoredFile.objects.all()] == ["gardé.pdf"]
    assert loose.name == "oublié.pdf"

    delete_draft(viewer_of(jeanne), PostDraft.objects.get().key)
    sweep()
    assert not StoredFile.objects.exists()


def test_whose_session_has_ended_has_the_files_of_the_draft_back_with_the_text(
    thread, jeanne, claire, browser_of
):
    browser, key = browser_of(jeanne), uuid4()
    row = uploaded(browser)
    keep(browser, replies(thread), file=[str(row.pk)], idempotency_key=key)
    named = {"idempotency_key": key, "file": [str(row.pk)]}
    typed = reply_form(thread, text="Le plan est joint.", **named)
    for person, names in (claire, []), (jeanne, ["plan.pdf"]):
        ended = Client()
        assert ended.post(replies(thread), typed).status_code == 302
        ended.force_login(person)
        page = ended.get(replies(thread))
        assert "Le plan est joint." in page.text
        files = page.context["form"].sent_files
        assert [one.file.name for one in (files.attachments if files else [])] == names


def test_what_is_sent_from_a_draft_has_its_files(thread, jeanne, browser_of):
    browser = browser_of(jeanne)
    row, key = uploaded(browser), uuid4()
    keep(browser, replies(thread), file=[str(row.pk)], idempotency_key=key)
    browser.post(replies(thread), reply_form(thread, idempotency_key=key, file=[str(row.pk)]))

    post = Post.objects.get(idempotency_key=key)
    assert [one.name for one in post.shown_files] == ["plan.pdf"]
    assert delete_old_drafts() == 1
    age(days=30)
    sweep()
    assert StoredFile.objects.get().post == post


def test_a_file_that_a_draft_no_longer_names_is_let_go(thread, jeanne, browser_of):
    browser, key = browser_of(jeanne), uuid4()
    first, second = uploaded(browser, "un.pdf"), uploaded(browser, "deux.pdf")
    both = {"file": [str(second.pk), str(first.pk)], "idempotency_key": key}
    keep(browser, replies(thread), **both, draft_client="un")
    draft = PostDraft.objects.get()
    ordered = draft.stored_files.order_by("position").values_list("name", flat=True)
    assert list(ordered) == ["deux.pdf", "un.pdf"]

    keep(browser, replies(thread), **both, remove=[str(second.pk)], draft_client="un")
    assert [row.name for row in draft.stored_files.all()] == ["un.pdf"]


def test_nobody_takes_another_s_file_into_a_draft(thread, jeanne, claire, browser_of):
    row = uploaded(browser_of(jeanne))
    keep(browser_of(claire), replies(thread), file=[str(row.pk)])

    assert not PostDraft.objects.get().stored_files.exists()
    assert StoredFile.objects.get().owner == jeanne


def test_an_edit_that_one_began_has_the_files_of_the_post_and_of_the_draft(
    thread, jeanne, browser_of
):
    browser = browser_of(jeanne)
    row = uploaded(browser, "avant.pdf")
    browser.post(replies(thread), reply_form(thread, file=[str(row.pk)]))
    post = Post.objects.get(number=2)
    address = reverse("edit-post", args=[post.pk])
    keep(browser, address, version=1, files=[sent("après.pdf", PDF)])

    (draft,) = PostDraft.objects.all()
    form = browser.get(f"{address}?draft={draft.key}").context["form"]
    names = [one.file.name for one in form.sent_files.attachments]
    assert names == ["avant.pdf", "après.pdf"]
    assert [one.name for one in Post.objects.get(pk=post.pk).shown_files] == ["avant.pdf"]


def test_files_alone_make_a_draft(thread, jeanne, browser_of):
    post_reply(jeanne, thread)
    keep(browser_of(jeanne), replies(thread), text="", files=[sent("plan.pdf", PDF)])

    assert PostDraft.objects.get().stored_files.get().name == "plan.pdf"
