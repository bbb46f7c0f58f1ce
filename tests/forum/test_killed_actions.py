"""A process that is killed in a merge, a split or a post: all of it is there, or nothing.

``killed_actions.py`` kills one at each query of an action, before its commit, and between that
and its announcement.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.follows.actions import follow_thread
from forum.conversation.questions.actions import accept_answer
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads import actions as posting
from forum.conversation.threads.changes import thread_changes_since
from forum.conversation.threads.edits.actions import edit_post
from forum.conversation.threads.links.actions import link_thread
from forum.conversation.threads.links.models import LinkKind
from forum.conversation.threads.summaries.actions import write_summary
from forum.models import Post, Thread
from tests.clients import create_session
from tests.factories import post_reply, start_thread
from tests.forum.conversation.files.file_helpers import PDF, picture, reply_form
from tests.forum.conversation.files.test_sweeping import objects
from tests.forum.killed_actions import KilledActions
from tests.forum.thread_invariants import (
    check_accepted_answers,
    check_contribution_counts,
    check_taggings,
    check_thread_counts,
)
from tests.page_elements import elements
from tests.realtime.processes import database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.deep,
    pytest.mark.postgresql,
    pytest.mark.long,
]


@pytest.fixture
def scene(people, spaces, viewer_of, browser_of, settings, tmp_path):
    """Two questions with all that a question can have, and their pages."""
    settings.MEDIA_ROOT, settings.FORUM_POSTING_LIMITS = str(tmp_path), False
    claire, jeanne = viewer_of(people.authorities), viewer_of(people.projects)
    threads = [
        start_thread(people.authorities, spaces["network"], title=title)
        for title in ("Quelle régie ?", "La même régie, posée avant ?", "Un fil voisin ?")
    ]
    thread, other, neighbour = threads
    for one in thread, other:
        with_files(one, jeanne)
        follow_thread(one.pk, claire)
    last = post_reply(people.support, thread)
    edit_post(last, viewer_of(people.support), "Ou pas.", 1)
    accept_answer(thread.posts.get(number=2), claire)
    thank_for_post(thread.posts.get(number=2), claire)
    write_summary(thread, claire, "Trois régies.", 0)
    link_thread(thread, claire, neighbour.pk, kind=LinkKind.SEE_ALSO)
    link_thread(neighbour, claire, thread.pk, kind=LinkKind.SEE_ALSO)
    draft = {"draft_of": reverse("replies", args=[thread.pk]), "text": "Commencé"}
    browser_of(people.authorities).post(reverse("drafts"), draft | {"idempotency_key": uuid4()})
    session = create_session(people.projects)
    return SimpleNamespace(thread=thread, other=other, people=people, session=session)


def with_files(thread, author):
    """A reply with a document and a picture."""
    contents = {"a.pdf": PDF, "b.gif": picture((40, 30), "GIF")}
    rows = [store_file(author, SimpleUploadedFile(*it)) for it in contents.items()]
    given = [Attachment(row, "Un pré.") for row in rows]
    posting.post_reply(thread, author, f"Les pièces du fil {thread.pk}.", uuid4(), files=given)


@pytest.fixture
def site(scene, tmp_path):
    """The same on a database that processes share, and that come and go."""
    with KilledActions(database_url(tmp_path), tmp_path) as actions:
        yield actions


def places(queries):
    """Where a process is killed that asks so many: at some, evenly spread, and the commit."""
    assert queries > 10
    return [*range(queries), "commit"]


def form_of(scene, place):
    """The form of one reply, which a key tells from others."""
    form = reply_form(scene.other, f"Voici ({place}).")
    return form | {"idempotency_key": str(form["idempotency_key"])}


def names_in(folder):
    """The names of what is stored."""
    return objects(folder / "posts")


def see(folder):
    """Have this process see what the others did."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "site.sqlite3")) as database:
            database.backup(connection.connection)


def kill_everywhere(site, folder, action, *given):
    """Kill who does this at each of its queries; the last gets as far as the commit."""
    stored = names_in(folder)
    queries = site.rehearse(action, *given)
    for place in places(queries):
        assert site.do(action, *given, kill_at=place) == "killed", place
        assert site.changed() == [], place
        assert names_in(folder) == stored, place
    assert site.do(action, *given, kill_at="announcement") == "killed"
    assert site.unlike_rehearsed() == []


def texts():
    """How often each text stands, of posts that are there."""
    return Counter(Post.objects.filter(deleted_at=None).values_list("text", flat=True))


def pages_of(people, thread, browser_of):
    """The elements of a thread's page, by who has it open."""
    answers = {
        role: browser_of(person).get(f"/fils/{thread.pk}/")
        for role, person in vars(people).items()
    }
    return {
        role: elements(answer.text) if answer.status_code == 200 else None
        for role, answer in answers.items()
    }


def check_catching_up(people, thread, before, viewer_of, browser_of):
    """Pages that were open learn of what nobody announced as they ask."""
    for role, after in pages_of(people, thread, browser_of).items():
        if after is not None:
            news = thread_changes_since(viewer_of(people.__dict__[role]), thread.pk, thread.seq)
            caught_up = before[role] | news.elements
            assert {k: v for k, v in caught_up.items() if v} == after, role


def check_objects(folder):
    """Each file has its objects, and nothing else is stored."""
    rows = StoredFile.objects.all()
    assert names_in(folder) == {name for row in rows for name in row.object_names}


def check_all():
    for check in (
        check_contribution_counts, check_thread_counts, check_accepted_answers, check_taggings,
    ):  # fmt: skip
        check()


def test_a_process_killed_anywhere_in_a_merge_leaves_all_or_nothing(
    site, scene, viewer_of, browser_of, tmp_path
):
    thread, other, people = scene.thread, Thread.objects.get(pk=scene.other.pk), scene.people
    before, said = pages_of(people, other, browser_of), texts()
    given = thread.pk, other.pk, people.animator.pk
    kill_everywhere(site, tmp_path, "merge", *given)

    assert site.do("merge", *given) == site.do("tasks") == 0
    see(tmp_path)
    assert texts() == said and not thread.posts.filter(deleted_at=None).exists()
    check_catching_up(people, other, before, viewer_of, browser_of)
    check_all()


def test_a_process_killed_anywhere_in_a_split_leaves_all_or_nothing(
    site, scene, viewer_of, browser_of, tmp_path
):
    thread, people = Thread.objects.get(pk=scene.thread.pk), scene.people
    before, said = pages_of(people, thread, browser_of), texts()
    given = thread.pk, [2, 3], people.animator.pk
    kill_everywhere(site, tmp_path, "split", *given)

    assert site.do("split", *given) == 0
    see(tmp_path)
    assert texts() == said and Thread.objects.filter(title="Et la régie ?").count() == 1
    check_catching_up(people, thread, before, viewer_of, browser_of)
    check_all()


def test_a_process_killed_anywhere_as_a_post_with_files_is_deleted_keeps_or_deletes_them(
    site, scene, tmp_path
):
    post = scene.thread.posts.get(number=2)
    gone = {name for row in post.stored_files.all() for name in row.object_names}
    stored = names_in(tmp_path)
    kill_everywhere(site, tmp_path, "delete", post.pk, post.author_id)

    assert site.do("tasks") == 0
    see(tmp_path)
    assert len(gone & stored) == 2 and not gone & names_in(tmp_path)
    check_objects(tmp_path)


def test_a_post_with_files_whose_process_is_killed_anywhere_stands_once_with_each(
    site, scene, tmp_path
):
    address = reverse("replies", args=[scene.other.pk])
    rehearsed = "reply", scene.session, address, form_of(scene, "aucun")
    site.rehearse(*rehearsed)  # What a process asks once and keeps is then known.
    queries = site.rehearse(*rehearsed)
    reached = [*places(queries), "announcement"]
    for place in reached:
        given = scene.session, address, form_of(scene, place)
        assert site.do("reply", *given, kill_at=place) == "killed", place
        assert site.do("reply", *given) == 0, place
    for action in "tasks", "sweep", "tasks":
        assert site.do(action) == 0
    see(tmp_path)

    written = {f"Voici ({place})." for place in reached}
    posts = Post.objects.filter(text__in=written)
    assert Counter(posts.values_list("text", flat=True)) == dict.fromkeys(written, 1)
    for post in posts:
        rows = post.stored_files.order_by("name")
        assert [row.name for row in rows] == ["a.pdf", "b.webp"], post
        assert {row.state for row in rows} == {FileState.READY}, post
    assert not StoredFile.objects.filter(post=None).exists()
    check_objects(tmp_path)
