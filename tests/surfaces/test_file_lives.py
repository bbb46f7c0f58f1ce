"""Random lives of files: after each event every address answers as its post does, by role."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django_ox.testing import run_tasks

from accounts.closing.actions import ask_to_close
from accounts.viewers.viewers import GUEST, viewer_of_person
from forum.conversation.drafts.actions import delete_draft, save_draft
from forum.conversation.drafts.models import PostDraft
from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import FileState, StoredFile
from forum.conversation.files.tasks import sweep_files
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.threads.actions import post_reply
from forum.conversation.threads.edits.actions import delete_post, edit_post
from forum.conversation.threads.models import Post, Thread
from forum.conversation.threads.revisions.actions import blank
from forum.conversation.threads.revisions.models import Revision
from forum.members.closing.actions import choose_posts, close_account
from forum.moderation.actions import hide_post, restore_post
from forum.moderation.held_posts.actions import approve_post, withdraw_post
from forum.moderation.thread_moves.actions import move_thread
from tests.factories import AUTHORITIES, SUPPORT
from tests.factories import move_thread as move_with_consent
from tests.forum.conversation.files.file_helpers import PDF, address_of, picture, sent
from tests.forum.conversation.files.test_sweeping import grow_old, objects
from tests.stateful import QUICK_STEPS
from tests.surfaces.tables import ALL, ANIMATE, READERS, SIGNATORIES

#: Where files are posted, and who is drawn to write, hide and leave there.
_SPACES = ["public", "network", SUPPORT, AUTHORITIES, "group", "enclosed"]
_WRITERS = sorted(SIGNATORIES - {"opener", "opened_before"})
_EVENTS = [
    "upload", "post", "post", "post", "keep_draft", "drop_draft", "edit", "take_back", "hide",
    "hide", "restore", "delete", "approve", "withdraw", "move", "move_with_consent", "blank",
    "wait_and_sweep",
]  # fmt: skip


class Life:
    """A forum in which things happen to files. ``gone`` are roles whose account is closed."""

    def __init__(self, seed, people, spaces, canaries):
        """One picture that is ready, and a thread in each space."""
        self.random, self.people, self.spaces, self.folder = (
            Random(seed),
            people,
            spaces,
            folder,
        )
        self.space_names = {space.pk: name for name, space in spaces.items()}
        self.threads = [it.pk for name, it in canaries.threads.items() if name in _SPACES]
        self.gone, self.addresses, self.viewers = set(), {}, {}
        row = self.send("authorities", "a.jpg", picture((900, 600)))
        run_tasks()
        row.refresh_from_db()
        assert (row.state, len(row.widths)) == (FileState.READY, 3)

    def viewer(self, role):
        """As ``role`` looks; nothing that happens here changes rights, but a closing."""
        if role not in self.viewers:
            person = None if role in self.gone else getattr(self.people, role)
            self.viewers[role] = viewer_of_person(person) if person else GUEST
        return self.viewers[role]

    def send(self, role, name="plan.pdf", content=PDF):
        row = store_file(self.viewer(role), sent(name, content))
        self.addresses[row.pk] = address_of(row)
        return row

    def one(self, rows):
        rows = list(rows.order_by("pk"))
        return self.random.choice(rows) if rows else None

    def happens(self):
        """Something that may be refused, or be about nothing."""
        event = self.random.choice(_EVENTS)
        with suppress(PermissionDenied, ObjectDoesNotExist):
            getattr(self, event)(self.random.choice(_WRITERS))
        return event

    def files_of(self, role):
        """Those of ``role`` that no post has, as a form gives them."""
        owner = getattr(self.people, role)
        rows = StoredFile.objects.filter(owner=owner, post=None).order_by("pk")[:3]
        return [Attachment(row, "Un plan.") for row in rows]

    def upload(self, role):
        self.send(role)

    def post(self, role):
        if not self.files_of(role):
            self.send(role)
        thread = Thread.objects.get(pk=self.random.choice(self.threads))
        text = f"Voici {uuid4()}."
        post_reply(thread, self.viewer(role), text, uuid4(), files=self.files_of(role))

    def keep_draft(self, role):
        draft = PostDraft(key=uuid4(), text="À suivre", thread_id=self.threads[0])
        save_draft(self.viewer(role), draft, self.files_of(role))

    def drop_draft(self, _role):
        if draft := self.one(PostDraft.objects.all()):
            delete_draft(viewer_of_person(draft.person), draft.key)

    def edit(self, _role, files=None):
        if post := self.one(Post.objects.exclude(files="")):
            author = viewer_of_person(post.author)
            edit_post(post, author, f"Mieux dit {uuid4()}.", post.version, files=files)

    def take_back(self, role):
        self.edit(role, files=[])

    def hide(self, _role):
        if post := self.one(Post.objects.filter(hidden_at=None).exclude(files="")):
            hide_post(post, self.viewer("animator"), "Démarchage")

    def restore(self, _role):
        if post := self.one(Post.objects.filter(hidden_at__isnull=False)):
            restore_post(post, self.viewer("animator"))

    def delete(self, _role):
        if post := self.one(Post.objects.exclude(files="")):
            delete_post(post, viewer_of_person(post.author))

    def approve(self, _role):
        if post := self.one(Post.objects.filter(held_at__isnull=False)):
            approve_post(post, self.viewer("animator"))

    def withdraw(self, _role):
        if post := self.one(Post.objects.filter(held_at__isnull=False)):
            withdraw_post(post, viewer_of_person(post.author))

    def move(self, _role, action=move_thread):
        thread = self.one(Thread.objects.filter(pk__in=self.threads))
        space = self.spaces[self.random.choice(_SPACES)]
        action(thread, self.viewer("animator"), space)

    def move_with_consent(self, role):
        self.move(role, move_with_consent)

    def blank(self, _role):
        if revision := self.one(Revision.objects.filter(blanked_at=None)):
            blank(revision, self.viewer("animator"))

    def wait_and_sweep(self, _role):
        rows, then = StoredFile.objects.filter(post=None), timezone.now()
        rows.update(created_at=then - timedelta(days=3))
        sweep_files.call()
        assert set(rows) == set(rows.exclude(draft=None))

    def close_account(self, role):
        """It takes along what its person chose."""
        person = getattr(self.people, role)
        own = list(Post.objects.filter(author=person).values_list("pk", flat=True))
        ask_to_close(person, days=0)
        choose_posts(self.viewer(role), own, own[::2])
        assert close_account(person)
        self.gone.add(role)
        self.viewers.clear()

    def has(self, role, row):
        """Whether ``role`` is to have the file: by the table of who reads what, in Python."""
        person = None if role in self.gone else getattr(self.people, role)
        post = row.post
        if post is None:
            return person is not None and row.owner_id == person.pk
        if post.deleted_at:
            return False
        if person and post.author_id == person.pk:
            return True
        readers = READERS[self.space_names[post.thread.space_id]]
        reads = role in readers if role not in self.gone else "guest" in readers
        if not reads or post.thread.removed_at or post.withheld_move_id:
            return False
        return not (post.hidden_at or post.held_at) or (role in ANIMATE - self.gone)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / "posts"


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        (1, QUICK_STEPS // 2),
        *(pytest.param(it, 24, marks=pytest.mark.deep) for it in (1, 2, 3)),
    ],
)
def test_every_file_answers_as_its_post_does_whatever_happens(
    seed, steps, people, spaces, canaries, client_of, folder, no_posting_limits
):
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    life = Life(seed, people, spaces, canaries)
    happened = []
    for step in range(steps):
        happened.append(life.happens())
        if step == 3 * steps // 4:
            life.close_account(life.random.choice(["projects", "authorities", "waiting"]))
        rows = StoredFile.objects.select_related("post__thread")
        assert _misled(life, rows) == [], happened
        role = life.random.choice(sorted(ALL))
        assert _wrong_answers(life, client_of(role), role, rows) == [], (happened, role)
    life.wait_and_sweep("")
    run_tasks()
    grow_old(folder)
    sweep_files.call()
    rows = StoredFile.objects.filter(tool=None)  # Those of the canaries have no objects.
    named = {name for row in rows for name in row.object_names}
    assert objects(folder) == named


def _misled(life, rows):
    """Who sees a file that is not for them, or does not see one that is."""
    wrong = []
    for role in sorted(ALL):
        seen = set(StoredFile.objects.visible_to(life.viewer(role)))
        wanted = {row for row in rows if life.has(role, row)}
        wrong += [(role, row.pk) for row in seen ^ wanted]
    return wrong


def _wrong_answers(life, client, role, rows):
    """Addresses of files that ever were, some of them, where ``role`` is answered wrongly."""
    there, wrong = {row.pk: row for row in rows}, []
    picture, *others = life.addresses.items()
    for pk, address in [picture, *life.random.sample(others, min(2, len(others)))]:
        row = there.get(pk)
        is_for = row is not None and row.state == FileState.READY and life.has(role, row)
        widths = [f"?largeur={it}" for it in (row.widths if row else [])]
        answers = [client.get(f"{address}{it}") for it in ("", *widths)]
        answers.append(client.head(address))
        wanted = [200] * len(answers) if is_for else [404] * len(answers)
        tag = answers[0].headers.get("ETag", '"?"')
        answers.append(client.get(address, headers={"Range": "bytes=0-3"}))
        answers.append(client.get(address, headers={"If-None-Match": tag}))
        wanted += [206, 304] if is_for else [404, 404]
        if [it.status_code for it in answers] != wanted:
            wrong.append((address, [it.status_code for it in answers], wanted))
    return wrong
