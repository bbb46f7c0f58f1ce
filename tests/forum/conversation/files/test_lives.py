"""A file goes where its post goes: hidden, restored, deleted, moved, held with it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_ox.testing import run_tasks

from accounts.closing.models import AccountClosing
from accounts.viewers.viewers import viewer_of_person
from forum.conversation.files.models import StoredFile
from forum.conversation.threads.edits.actions import delete_post
from forum.members.closing.actions import close_account
from forum.members.closing.models import PostToDelete
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.held_posts.actions import withdraw_post
from tests.factories import SUPPORT, move_thread, start_thread
from tests.forum.conversation.files.file_helpers import (
    address_of,
    post_with_file,
    send_reply,
    uploaded,
)
from tests.forum.conversation.files.test_sweeping import objects
from tests.surfaces.tables import WRITER

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(jeanne, thread, browser_of):
    return post_with_file(browser_of(jeanne), thread)


def readers(people, row, browser_of):
    """The roles that are given the file."""
    return {
        role
        for role, person in vars(people).items()
        if browser_of(person).get(address_of(row)).status_code == 200
    }


@pytest.mark.deep
def test_who_reads_the_post_has_the_file_and_nobody_else(people, spaces, browser_of):
    for name, space in spaces.items():
        author = getattr(people, WRITER[name])
        thread = start_thread(author, space)
        row = post_with_file(browser_of(author), thread)
        for role, person in vars(people).items():
            browser = browser_of(person)
            sees = browser.get(thread.get_absolute_url()).status_code == 200
            has = browser.get(address_of(row)).status_code == 200
            assert sees == has, (name, role)


def test_a_hidden_posts_file_is_for_its_author_and_animators(
    document, people, jeanne, lucie, browser_of, viewer_of
):
    hide_post(document.post, viewer_of(lucie), "Démarchage")
    assert readers(people, document, browser_of) <= {"projects", "animator"}
    assert browser_of(jeanne).get(address_of(document)).status_code == 200
    assert browser_of(lucie).get(address_of(document)).status_code == 200
    page = browser_of(lucie).get(reverse("hidden-post", args=[document.post_id])).text
    assert address_of(document) in page

    restore_post(document.post, viewer_of(lucie))
    assert readers(people, document, browser_of) >= {"projects", "authorities"}


def test_a_deleted_posts_file_is_gone_at_once_and_its_object_soon(
    document, jeanne, lucie, browser_of, viewer_of, files_folder
):
    delete_post(document.post, viewer_of(jeanne))

    for person in (jeanne, lucie):
        assert browser_of(person).get(address_of(document)).status_code == 404
    assert not StoredFile.objects.exists()
    document.post.refresh_from_db()
    assert document.post.files == ""
    run_tasks()
    assert objects(files_folder) == set()


def test_a_file_moves_with_its_thread(document, thread, people, lucie, spaces, browser_of):
    before = readers(people, document, browser_of)
    move_thread(thread, viewer_of_person(lucie), spaces[SUPPORT])

    after = readers(people, document, browser_of)
    assert "authorities" in before and "authorities" not in after
    assert "support" in after


def test_a_post_that_waits_shows_its_file_to_its_author_and_animators(
    people, spaces, browser_of, viewer_of, files_folder
):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    thread = start_thread(people.authorities, spaces["public"])
    browser = browser_of(people.waiting)
    row = post_with_file(browser, thread)
    assert row.post.held_at

    assert readers(people, row, browser_of) == {"waiting", "animator"}

    withdraw_post(row.post, viewer_of(people.waiting))
    run_tasks()
    assert objects(files_folder) == set()


def test_closing_an_account_takes_what_no_post_has_and_what_is_deleted_with_it(
    document, jeanne, thread, browser_of, files_folder
):
    kept = post_with_file(browser_of(jeanne), thread, "autre.pdf", text="Une autre pièce.")
    uploaded(browser_of(jeanne))
    AccountClosing.objects.create(person=jeanne, due_at=timezone.now())
    PostToDelete.objects.create(post=document.post)

    assert close_account(jeanne)
    run_tasks()

    assert list(StoredFile.objects.values_list("pk", flat=True)) == [kept.pk]
    assert objects(files_folder) == set(kept.object_names)


def test_a_file_that_its_author_takes_away_is_gone(
    document, jeanne, claire, browser_of, files_folder
):
    post = document.post
    form = {
        "text": "Sans la pièce.",
        "version": post.version,
        "file": str(document.pk),
        "remove": str(document.pk),
    }
    page = browser_of(jeanne).get(reverse("edit-post", args=[post.pk]))
    assert str(document.pk) in page.text
    form["shown_readers"] = page.context["form"].initial["shown_readers"]

    assert (
        browser_of(jeanne).post(reverse("edit-post", args=[post.pk]), form).status_code == 302
    )

    assert browser_of(claire).get(address_of(document)).status_code == 404
    run_tasks()
    assert objects(files_folder) == set()


def test_an_edit_that_says_nothing_of_files_keeps_them(document, jeanne, browser_of):
    post = document.post
    page = browser_of(jeanne).get(reverse("edit-post", args=[post.pk]))
    form = {"text": "Mieux dit.", "version": post.version}
    form["shown_readers"] = page.context["form"].initial["shown_readers"]
    browser_of(jeanne).post(reverse("edit-post", args=[post.pk]), form)

    post.refresh_from_db()
    assert post.text == "Mieux dit." and document.name in post.files


def test_nobody_attaches_a_file_of_someone_else_or_of_another_post(
    document, jeanne, claire, thread, browser_of
):
    draft = uploaded(browser_of(jeanne), "secret.pdf")
    for row, person in [(draft, claire), (document, claire), (document, jeanne)]:
        send_reply(browser_of(person), thread, f"Je prends {row} {person}.", file=str(row.pk))

    draft.refresh_from_db()
    assert draft.post is None
    assert list(document.post.stored_files.all()) == [document]
    assert thread.posts.exclude(files="").count() == 1
