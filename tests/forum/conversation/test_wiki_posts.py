"""Wiki posts: opened and closed by who may, edited by all who may reply, told to the author."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.author_records.models import AuthorRecord
from accounts.moderation_log.models import LoggedAction, ModerationLogEntry
from forum.base.rules import Refused
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.models import StoredFile
from forum.conversation.inbox.queries import notifications_of
from forum.conversation.mentions.models import Mention
from forum.conversation.menu.queries import site_menu
from forum.conversation.mutes.models import Mute
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.conversation.threads.queries import EditConflict
from forum.conversation.threads.revisions.actions import ask_to_blank
from forum.conversation.threads.revisions.models import Revision
from forum.models import Event, Post, Thread
from forum.moderation.actions import hide_post, lock_thread
from tests.factories import AUTHORITIES, SUPPORT, move_thread, post_reply, start_thread
from tests.forum.members.export_helpers import taken_along

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("charter", "topics")]


@pytest.fixture
def thread(claire, spaces):
    return start_thread(claire, spaces["public"], title="Quelle chaufferie ?")


@pytest.fixture
def post(thread, jeanne, viewer_of):
    """Jeanne's reply, which she opened."""
    return set_wiki(post_reply(jeanne, thread, "Bois ou gaz."), viewer_of(jeanne), True)


@pytest.fixture
def told(viewer_of):
    """What the inbox tells a person of edits; the bell counts as much."""

    def told(person):
        found = notifications_of(person, viewer_of(person))
        unread = [one for one in found if one.at > person.inbox_read_at]
        assert site_menu(viewer_of(person)).unread_notifications == len(unread)
        return [one.text.replace("\u00a0", " ") for one in found if "a modifié" in one.text]

    return told


def edit_url(post):
    return reverse("edit-post", args=[post.pk])


def press(browser, post, is_wiki):
    return browser.post(reverse("wiki-post", args=[post.pk]), {"is_wiki": is_wiki})


def fields(browser, post, text, **more):
    """The form of the edit page as ``browser`` sends it."""
    page = browser.get(edit_url(post)).text
    found = dict(re.findall(r'name="(version|shown_readers)"\s+value="([^"]*)"', page))
    return found | {"text": text} | more


def shown(page, number=2):
    article = re.search(rf'<article[^>]*id="post-{number}".*?</article>', page.text, re.DOTALL)
    return " ".join(article[0].replace("\u00a0", " ").split())


def test_its_author_opens_a_post_and_closes_it_and_all_pages_say_so(
    thread, claire, jeanne, browser_of, client
):
    post = post_reply(jeanne, thread, "Bois ou gaz.")
    page = browser_of(jeanne).get(edit_url(post))
    assert "Ouvrir à la modification de tous" in page.text
    assert browser_of(claire).get(edit_url(post)).status_code == 403

    assert press(browser_of(jeanne), post, "1").url == post.page_url()
    for reader in (browser_of(claire), client):
        assert "Modifiable par tous ceux" in shown(reader.get(thread.get_absolute_url()))
    assert "Refermer" in browser_of(jeanne).get(edit_url(post)).text
    assert browser_of(claire).get(edit_url(post)).status_code == 200
    events = Event.objects.count()
    press(browser_of(jeanne), post, "1")
    assert Event.objects.count() == events, "what changes nothing is told to nobody"

    press(browser_of(jeanne), post, "0")
    assert "Modifiable par tous" not in shown(client.get(thread.get_absolute_url()))
    assert browser_of(claire).get(edit_url(post)).status_code == 403


def test_nobody_else_opens_it_and_animators_close_it_which_is_logged(
    thread, post, claire, jeanne, lucie, browser_of, client
):
    assert press(browser_of(claire), post, "0").status_code == 403
    assert "hide-post" not in browser_of(claire).get(edit_url(post)).text
    page = browser_of(lucie).get(edit_url(post)).text
    assert "Refermer" in page and reverse("hide-post", args=[post.pk]) in page
    press(browser_of(lucie), post, "0")
    post.refresh_from_db()
    assert not post.is_wiki
    entry = ModerationLogEntry.objects.get(action=LoggedAction.CLOSE_WIKI)
    assert (entry.actor, entry.person, entry.post_id) == (lucie, jeanne, post.pk)

    for other in (claire, lucie):
        assert press(browser_of(other), post, "1").status_code == 403
    guest = press(client, post, "1")
    assert guest.status_code == 302 and "next" in guest.url
    assert not Post.objects.get(pk=post.pk).is_wiki


def test_all_who_may_reply_edit_it_with_version_reason_and_their_name(
    thread, post, claire, jeanne, browser_of, client
):
    browser = browser_of(claire)
    page = browser.get(edit_url(post)).text
    assert jeanne.full_name in page and 'name="files"' not in page
    assert reverse("delete-post", args=[post.pk]) not in page
    sent = fields(browser, post, "Bois, et non gaz.", reason="Plus clair")
    assert browser.post(edit_url(post), sent).status_code == 302

    article = shown(client.get(thread.get_absolute_url()))
    assert f"modifié par {claire}," in article and "Bois, et non gaz." in article
    assert f'data-author="{jeanne.pk}"' in article, "it remains its author's"
    versions = client.get(reverse("post-versions", args=[post.pk])).text
    assert claire.full_name in versions and "Plus clair" in versions
    late = browser.post(edit_url(post), sent | {"text": "Tout autre chose."})
    assert late.status_code == 409 and "Tout autre chose." in late.text
    assert "Bois, et non gaz." in late.text


def test_each_version_is_its_writer_s_to_have_blanked_and_to_take_along(
    post, claire, jeanne, lucie, viewer_of
):
    edit_post(post, viewer_of(claire), "Mots de Claire.", 1)
    edit_post(post, viewer_of(lucie), "Mots de Lucie.", 2)
    edit_post(post, viewer_of(jeanne), "Mots de Jeanne.", 3)

    kept = Revision.objects.order_by("pk").values_list("text", "author", "edited_by")
    assert list(kept) == [
        ("Bois ou gaz.", jeanne.pk, claire.pk),
        ("Mots de Claire.", claire.pk, lucie.pk),
        ("Mots de Lucie.", lucie.pk, jeanne.pk),
    ]
    assert Post.objects.get(pk=post.pk).edited_by is None
    ask_to_blank(Revision.objects.get(author=claire), viewer_of(claire), "Mon adresse.")
    with pytest.raises(Refused):
        ask_to_blank(Revision.objects.get(author=claire), viewer_of(jeanne), "Le sien.")
    edit_post(post, viewer_of(claire), "Encore Claire.", 4)
    assert "Encore Claire." in str(taken_along(claire))
    assert "Mots de Claire." in str(taken_along(claire))


def test_who_saves_the_same_words_has_not_written_them(post, claire, jeanne, lucie, viewer_of):
    edit_post(post, viewer_of(claire), "Mots de Claire.", 1)
    events = Event.objects.count()
    assert edit_post(post, viewer_of(lucie), "Mots de Claire.", 2).version == 2
    assert Event.objects.count() == events, "what changes nothing is told to nobody"
    edit_post(post, viewer_of(jeanne), "Mots de Claire.", 2)
    assert Post.objects.get(pk=post.pk).edited_by is None, "the author makes them theirs"
    assert Revision.objects.get(version=2).author == claire


def test_where_an_edit_came_from_is_kept_of_who_edited(post, claire, jeanne, viewer_of):
    edit_post(post, viewer_of(claire), "Mots de Claire.", 1)
    Post.objects.filter(pk=post.pk).update(source="from Claire")
    Post.objects.filter(pk=post.pk).update(source="from Jeanne", deleted_at=timezone.now())
    kept = AuthorRecord.objects.filter(post_id=post.pk, content__startswith="from")

    assert [(one.person_id, one.operation) for one in kept.order_by("pk")] == [
        (claire.pk, "edited"), (jeanne.pk, "deleted"),
    ]  # fmt: skip


def test_the_author_is_told_once_of_the_last_edit(post, claire, jeanne, lucie, viewer_of, told):
    assert told(jeanne) == []
    edit_post(post, viewer_of(claire), "Mots de Claire.", 1)
    edit_post(post, viewer_of(lucie), "Mots de Lucie.", 2)
    about = "a modifié votre message dans « Quelle chaufferie ? »."
    assert told(jeanne) == [f"{lucie} {about}"] and told(claire) == []
    mute = Mute.objects.create(person=jeanne, muted=lucie)
    assert told(jeanne) == []
    mute.delete()
    edit_post(post, viewer_of(jeanne), "Mots de Jeanne.", 3)
    assert told(jeanne) == []


def test_who_is_named_by_another_s_edit_is_not_told_in_the_author_s_name(
    thread, post, claire, jeanne, lucie, viewer_of
):
    named = f"Voir @{claire.full_name}."
    edit_post(post, viewer_of(jeanne), named, 1)
    assert Mention.objects.filter(post=post, person=claire).exists()
    edit_post(post, viewer_of(lucie), "Voir.", 2)
    edit_post(post, viewer_of(lucie), named, 3)
    assert not Mention.objects.filter(post=post).exists()


def test_an_edit_by_another_leaves_the_files(post, claire, jeanne, viewer_of):
    Post.objects.filter(pk=post.pk).update(files="[]")
    edit_post(post, viewer_of(claire), "Mots de Claire.", 1, files=[])
    assert Post.objects.get(pk=post.pk).files == "[]"
    assert not StoredFile.objects.exists()


def test_who_may_not_reply_does_not_edit(
    thread, post, claire, jeanne, lucie, make_person, viewer_of, spaces
):
    with pytest.raises(Refused):
        edit_post(post, viewer_of(make_person("Inscrite")), "Non.", 1)
    newcomer = make_person("Mina Attente", AUTHORITIES, confirmed=False)
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    edit_post(post, viewer_of(newcomer), "Non.", 1)
    assert Post.objects.get(pk=post.pk).text == "Bois ou gaz.", "it waits for an animator"
    with pytest.raises(EditConflict):
        edit_post(post, viewer_of(claire), "Trop tard.", 7)
    lock_thread(thread, viewer_of(lucie), True)
    with pytest.raises(Refused):
        edit_post(post, viewer_of(claire), "Non.", 1)
    lock_thread(thread, viewer_of(lucie), False)
    hide_post(post, viewer_of(lucie), "Hors sujet.")
    with pytest.raises(Post.DoesNotExist):
        edit_post(post, viewer_of(claire), "Non.", 1)


def test_who_no_longer_reads_the_thread_edits_it_no_more(
    thread, post, claire, jeanne, lucie, viewer_of, spaces
):
    move_thread(thread, viewer_of(lucie), spaces[SUPPORT])
    with pytest.raises(Thread.DoesNotExist):
        set_wiki(post, viewer_of(jeanne), False)
    with pytest.raises(Thread.DoesNotExist):
        edit_post(post, viewer_of(jeanne), "Non.", 1)


def test_a_draft_of_who_edits_a_post_of_another_goes_on_at_that_post(post, claire, browser_of):
    browser, key = browser_of(claire), uuid4()
    typed = {"draft_of": edit_url(post), "idempotency_key": key, "text": "Bois, plutôt."}
    browser.post(reverse("drafts"), typed)
    draft = PostDraft.objects.get(key=key)

    assert draft.post == post
    assert "Bois, plutôt." in browser.get(draft.get_absolute_url()).text
