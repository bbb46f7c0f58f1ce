"""For a minute its author takes back what they sent: it is a draft again, and nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.author_records.models import AuthorRecord
from forum.base.rules import Refused
from forum.conversation.drafts.models import PostDraft
from forum.conversation.drafts.queries import drafts_of
from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import StoredFile
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.threads import actions
from forum.conversation.threads.queries import thread_for_page
from forum.conversation.threads.undo.actions import undo_post
from forum.models import Follow, Post, Thread, ThreadCount
from forum.moderation.actions import hide_post
from tests.factories import post_reply, start_thread

pytestmark = pytest.mark.usefixtures("charter", "topics")


def undo(browser, post):
    """What pressing the button shows, once it has led on."""
    return browser.post(reverse("undo-post", args=[post.pk]), follow=True)


def state(thread):
    """What a thread shows of itself, lists and counts included."""
    shown = Thread.objects.values(
        "accepted", "removed_at", "post_count", "removed_reply_count"
    ).get(pk=thread.pk)
    replies = shown.pop("post_count") - shown.pop("removed_reply_count")
    return replies, shown, list(ThreadCount.objects.values_list("count"))


def later(monkeypatch, seconds):
    """Let that much time pass."""
    now = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_an_undone_reply_comes_back_as_a_draft_and_nothing_of_it_stays(
    thread, jeanne, claire, browser_of, viewer_of
):
    before, browser = state(thread), browser_of(jeanne)
    key, text = uuid4(), "Trop vite : la régie, avec le chantier en photo."
    row = store_file(viewer_of(jeanne), SimpleUploadedFile("plan.pdf", b"%PDF-1.4"))
    about = {"files": [Attachment(row)]}
    post = actions.post_reply(thread, viewer_of(jeanne), text, key, **about)
    assert "Annuler l’envoi" in browser.get(thread.get_absolute_url()).text

    page = undo(browser, post)

    form = page.context["form"]
    assert form["text"].value() == text
    assert [one.file.name for one in form.sent_files.attachments] == ["plan.pdf"]
    for person in (jeanne, claire):
        shown = browser_of(person).get(thread.get_absolute_url()).text
        assert "post-2" not in shown and "supprimé" not in shown and "Trop vite" not in shown
    assert browser_of(claire).get(reverse("post", args=[post.pk])).status_code == 404
    assert state(thread) == before
    assert Thread.objects.get(pk=thread.pk).last_posted_at < post.created_at
    assert not Follow.objects.filter(person=jeanne, thread=thread).exists()
    assert post_reply(claire, thread, "Une suite.").number == 3, "numbers stay"


def test_it_is_changed_and_sent_again_with_its_files_or_as_it_was(
    thread, jeanne, browser_of, viewer_of
):
    browser, text = browser_of(jeanne), "Chez nous, la régie tient depuis dix ans, sans dette."
    row = store_file(viewer_of(jeanne), SimpleUploadedFile("plan.pdf", b"%PDF-1.4"))
    about = {"files": [Attachment(row)]}
    post = actions.post_reply(thread, viewer_of(jeanne), text, uuid4(), **about)
    form = undo(browser, post).context["form"]

    key = str(form["idempotency_key"].value())
    sent = {"text": text, "idempotency_key": key, "file": str(row.pk)}
    browser.post(reverse("replies", args=[thread.pk]), sent)

    again = Post.objects.get(thread=thread, deleted_at=None, number__gt=1)
    assert (again.text, again.number) == (text, 3)
    assert StoredFile.objects.get().post == again
    assert drafts_of(viewer_of(jeanne)) == []
    assert undo(browser, again).context["form"]["text"].value() == text


def test_an_undone_thread_is_gone_and_its_form_is_as_it_was(
    claire, jeanne, spaces, browser_of, viewer_of
):
    before = list(ThreadCount.objects.filter(count__gt=0).values_list("count"))
    thread = start_thread(claire, spaces["network"], title="Qui répare les chaudières ?")
    browser = browser_of(claire)
    assert "Annuler l’envoi" in browser.get(thread.get_absolute_url()).text

    form = undo(browser, thread.posts.get()).context["form"]

    for name in ("title", "text", "tags", "topic", "space", "kind"):
        assert form[name].value(), name
    assert form["title"].value() == "Qui répare les chaudières ?"
    for person in (claire, jeanne):
        assert browser_of(person).get(thread.get_absolute_url()).status_code == 404
        assert "Qui répare" not in browser_of(person).get("/").text
    assert list(ThreadCount.objects.filter(count__gt=0).values_list("count")) == before


def test_pressed_twice_it_is_undone_once(thread, jeanne, browser_of):
    post, browser = post_reply(jeanne, thread, "Trop vite."), browser_of(jeanne)

    first, second = undo(browser, post), undo(browser, post)

    assert first.context["form"]["text"].value() == "Trop vite."
    assert second.context["form"]["text"].value() == "Trop vite."
    assert PostDraft.objects.count() == 1
    PostDraft.objects.all().delete()
    assert undo(browser, post).resolver_match.url_name == "drafts"


@pytest.mark.parametrize("why", ["another wrote", "too late", "hidden", "not theirs"])
def test_it_is_refused_with_words_and_the_post_stays(
    why, thread, jeanne, claire, lucie, browser_of, viewer_of, monkeypatch
):
    post = post_reply(jeanne, thread, "Trop vite.")
    browser = browser_of(claire if why == "not theirs" else jeanne)
    if why == "another wrote":
        post_reply(claire, thread, "Merci.")
    if why == "hidden":
        hide_post(post, viewer_of(lucie), "Ton")
    if why == "too late":
        later(monkeypatch, 61)

    page = undo(browser, post)

    expected = {"another wrote": "déjà écrit après vous", "too late": "trop tard"}
    assert page.status_code == (200 if why in expected else 404)
    assert expected.get(why, "") in page.text
    assert Post.objects.get(pk=post.pk).text == "Trop vite."
    assert not PostDraft.objects.exists()


def test_who_undoes_what_came_after_may_undo_what_stood_before(thread, jeanne, viewer_of):
    first, second = (post_reply(jeanne, thread, f"Message {n}.") for n in "12")

    with pytest.raises(Refused):
        undo_post(first, viewer_of(jeanne))
    undo_post(second, viewer_of(jeanne))
    undo_post(first, viewer_of(jeanne))

    assert {one.draft.text for one in drafts_of(viewer_of(jeanne))} == {
        "Message 1.",
        "Message 2.",
    }


def test_the_button_is_there_for_half_a_minute_for_the_author_alone(
    thread, jeanne, claire, browser_of, monkeypatch
):
    post_reply(jeanne, thread)
    offered = [
        "Annuler l’envoi" in browser_of(person).get(thread.get_absolute_url()).text
        for person in (jeanne, claire)
    ]
    later(monkeypatch, 31)
    assert offered == [True, False]
    assert "Annuler l’envoi" not in browser_of(jeanne).get(thread.get_absolute_url()).text


def test_an_open_page_is_offered_it_with_the_answer(thread, jeanne, browser_of, viewer_of):
    sent = {"text": "Sans quitter la page.", "idempotency_key": uuid4()}
    seen = {"X-Seen": str(thread_for_page(viewer_of(jeanne), thread.pk).seq)}
    answer = (
        browser_of(jeanne).post(reverse("replies", args=[thread.pk]), sent, headers=seen).json()
    )

    post = Post.objects.get(thread=thread, number=2)
    assert reverse("undo-post", args=[post.pk]) in answer["notice"]


@pytest.mark.deep
def test_what_was_undone_counts_for_no_limit(thread, jeanne, viewer_of, lucie):
    for n in range(61):
        undo_post(post_reply(jeanne, thread, f"Message {n}."), viewer_of(jeanne))

    assert post_reply(jeanne, thread, "Le soixante-deuxième.").pk


def test_of_an_undone_post_is_kept_what_is_of_a_deleted_one(
    thread, jeanne, browser_of, settings
):
    settings.FORUM_AUTHOR_RECORDS_KEYS = ["une-cle-de-trente-deux-caracteres-et-plus"]
    browser = browser_of(jeanne)
    sent = {"text": "Des mots à retirer.", "idempotency_key": uuid4()}
    browser.post(reverse("replies", args=[thread.pk]), sent)
    post = Post.objects.get(thread=thread, number=2)

    undo(browser, post)

    post.refresh_from_db()
    assert (post.text, post.html, post.files) == ("", "", "")
    kept = AuthorRecord.objects.filter(post_id=post.pk).order_by("pk")
    assert list(kept.values_list("operation", flat=True)) == ["posted", "deleted"]
