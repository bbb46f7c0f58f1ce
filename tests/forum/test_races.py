"""Two actions on the same rows end as if one had come after the other, wherever they meet."""

from datetime import datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.closing.actions import ask_to_close
from accounts.factor_waits.actions import begin_wait_of_proved, confirm_factor, stop_factor
from accounts.factor_waits.models import FactorWait
from accounts.models import User
from accounts.moderation_log.models import ModerationLogEntry
from accounts.organisations.actions import end_seat
from accounts.viewers.viewers import viewer_of_person
from forum.base.events import Event
from forum.conversation.bookmarks.actions import (
    bookmark_post,
    edit_bookmark,
    remove_bookmark,
)
from forum.conversation.bookmarks.models import Bookmark
from forum.conversation.files.actions import Attachment
from forum.conversation.files.models import StoredFile
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.questions.actions import accept_answer, unaccept_answer
from forum.conversation.thanks.actions import thank_for_post
from forum.conversation.threads.actions import post_reply
from forum.conversation.threads.edits.actions import (
    delete_post,
    edit_post,
    edit_thread,
    set_wiki,
)
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.links.actions import link_thread
from forum.conversation.threads.links.models import LinkKind, ThreadLink
from forum.conversation.threads.revisions.models import Revision
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.settlements.models import Settlement
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.summaries.models import Summary
from forum.conversation.threads.undo.actions import undo_post
from forum.library.sheets.actions import SheetValues, publish_sheet, save_published
from forum.library.sheets.authors.actions import answer_invitation, remove_author
from forum.library.sheets.authors.models import SheetAuthor
from forum.library.sheets.drafts.actions import delete_draft, save_draft
from forum.library.sheets.models import PARTS, ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    answer_public_version,
    cancel_public_version,
    propose_public_version,
    withdraw_consent,
)
from forum.library.sheets.public_versions.models import PublicVersion
from forum.mail.mail_archives.claims.actions import claim_posts
from forum.mail.mail_archives.models import MailAuthor
from forum.members.closing.actions import close_account
from forum.members.closing.names.actions import decide
from forum.members.closing.names.models import NamePassage
from forum.models import Post, Thread
from forum.moderation.actions import hide_post, lock_thread, restore_post
from forum.moderation.held_edits.actions import approve_edit, refuse_edit, withdraw_edit
from forum.moderation.held_posts.actions import approve_post, refuse_post, withdraw_post
from forum.moderation.measures.models import Measure
from forum.moderation.reports.actions import dismiss_reports
from forum.moderation.reports.models import Report
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.models import MoveAnswer, ThreadMove
from forum.moderation.thread_moves.splits.actions import split_thread
from tests import factories
from tests.factories import AUTHORITIES, SUPPORT, create_sheet
from tests.forum.held_actions import race
from tests.forum.library.sheets.public_helpers import PROPOSAL, YES
from tests.forum.moderation.report_helpers import reported
from tests.forum.thread_invariants import check_contribution_counts, check_thread_counts

pytestmark = [
    pytest.mark.deep,
    pytest.mark.postgresql,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
    pytest.mark.usefixtures("charter", "topics", "no_posting_limits"),
]

#: What is looked at of each scene: the rows of its threads, their columns, and by which path.
LOOKED_AT = {
    Thread: ("pk", "title kind is_locked post_count removed_reply_count removed_at settled_at"
             " accepted__text merged_into__title space__slug has_sheet"),
    Post: ("thread", "thread__title number text hidden_at deleted_at held_at approved_at"
           " version edited_by__full_name is_accepted is_wiki is_undone thank_count"
           " moved_to__number author__full_name withheld_move"),
    Bookmark: ("post__thread", "note"),
    ThreadLink: ("thread", "linked__title kind"),
    HeldEdit: ("post__thread", "part text approved_at measure"),
    Measure: ("thread", "kind ended_at report_id"),
    Report: ("thread", "status"),
    Revision: ("thread", "text version of_summary"),
    Settlement: ("thread", "text ended_at"),
    Summary: ("thread", "text version"),
    StoredFile: ("post__thread", "name post__number"),
    ThreadMove: ("thread", "moved_at withdrawn_at"),
    MoveAnswer: ("move__thread", "author__full_name agrees"),
    ModerationLogEntry: ("thread_id", "action"),
}  # fmt: skip

#: Columns that name a row, whose id no two runs have in common.
_ROWS = {"report_id", "measure", "withheld_move"}


@pytest.fixture
def cast(claire, jeanne, lucie, make_person, spaces):
    """Who acts, as viewers; Mina's first posts wait in public."""
    people = {
        "claire": claire, "jeanne": jeanne, "lucie": lucie,
        "solene": make_person("Solène Anime", SUPPORT, is_animator=True),
        "mina": make_person("Mina Attente", AUTHORITIES, confirmed=False),
    }  # fmt: skip
    spaces["public"].holds_first_posts = True
    spaces["public"].save()
    viewers = {name: viewer_of_person(one) for name, one in people.items()}
    return SimpleNamespace(people=SimpleNamespace(**people), spaces=spaces, **viewers)


def scene_of(cast, **rows):
    """The cast with what a scene is about; ``key`` is in all its words."""
    return SimpleNamespace(**vars(cast), **rows)


def a_question(cast, space="network"):
    """Claire's question, Jeanne's reply, which all may edit, and another thread."""
    key = uuid4().hex
    about = {"title": f"Question {key}", "text": f"Demande {key}"}
    thread = factories.start_thread(cast.people.claire, cast.spaces[space], **about)
    reply = factories.post_reply(cast.people.jeanne, thread, f"Réponse {key}")
    set_wiki(reply, cast.jeanne, True)
    other = factories.start_thread(
        cast.people.claire, cast.spaces[space], title=f"Autre {key}", text=f"Ailleurs {key}"
    )
    rows = {"thread": thread, "reply": reply, "other": other, "key": key}
    return scene_of(cast, **rows, threads=[thread, other])


def a_proposed_move(cast):
    """A question of members, proposed to the public, to which Claire said yes."""
    scene = a_question(cast)
    scene.move = move_thread(scene.thread, scene.lucie, scene.spaces["public"])
    answer_move(scene.move, scene.claire, True)
    return scene


def a_held_post(cast):
    """Mina's reply to a public question, which waits."""
    scene = a_question(cast, "public")
    Post.objects.filter(author=cast.people.mina).update(approved_at=None)  # Of other scenes.
    scene.reply = factories.post_reply(cast.people.mina, scene.thread, f"Première {scene.key}")
    return scene


def a_held_edit(cast):
    """Mina's reply, which was published, and an edit of it that waits."""
    scene = a_held_post(cast)
    approve_post(scene.reply, cast.lucie)
    scene.reply = edit_post(scene.reply, cast.mina, f"Modifiée {scene.key}", 1)
    scene.edit = HeldEdit.objects.get(post=scene.reply)
    return scene


def a_hidden_post(cast):
    """Jeanne's reply, hidden by Lucie."""
    scene = a_question(cast)
    hide_post(scene.reply, cast.lucie, "Des faits.")
    return scene


def a_report(cast):
    """Claire's report of Jeanne's reply."""
    scene = a_question(cast)
    scene.report = reported(cast.claire, scene.reply.get_absolute_url())
    return scene


def a_draft(cast):
    """Claire's draft of a sheet, which Jeanne is invited to write."""
    key = uuid4().hex
    sheet = create_sheet(cast.people.claire, None, title=f"Fiche {key}", words=f"Travaux {key}")
    invited = SheetAuthor.objects.create(
        sheet=sheet, person=cast.people.jeanne, invited_by=cast.people.claire
    )
    return scene_of(cast, sheet=sheet, invited=invited, key=key, threads=[])


def a_shared_draft(cast):
    """The same, which Jeanne writes."""
    scene = a_draft(cast)
    answer_invitation(scene.invited.pk, cast.jeanne, accepts=True)
    return scene


def a_published_sheet(cast):
    """Claire's sheet, published for members."""
    key = uuid4().hex
    about = {"title": f"Fiche {key}", "words": f"Travaux {key}"}
    sheet = create_sheet(cast.people.claire, cast.spaces["network"], **about)
    reply = factories.post_reply(cast.people.jeanne, sheet.thread, f"Merci {key}")
    rows = {"sheet": sheet, "thread": sheet.thread, "reply": reply, "key": key}
    return scene_of(cast, **rows, threads=[sheet.thread])


def a_waiting_factor(cast):
    """An administrator's first second factor, which opens no rights yet."""
    key = uuid4().hex
    person = factories.create_person(f"Ada {key}")
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    Authenticator.objects.create(
        user=User.objects.get(pk=person.pk), type="totp", data={"secret": "none"}
    )
    wait = FactorWait.objects.get(person=person)
    return scene_of(cast, person=person, wait=wait, key=key, threads=[])


def an_unproved_factor(cast):
    """The same, set up by a password alone, before they were one."""
    scene = a_waiting_factor(cast)
    scene.wait.delete()
    return scene


def a_member_who_leaves(cast):
    """Yann, who wrote in Claire's thread, sits for one organisation and asked to close."""
    scene = a_question(cast)
    scene.person = factories.create_person(f"Yann {scene.key}", AUTHORITIES)
    scene.yann = viewer_of_person(scene.person)
    factories.post_reply(scene.person, scene.thread, f"De Yann {scene.key}")
    factories.post_reply(scene.people.claire, scene.thread, f"Merci Yann {scene.key}, à voir.")
    ask_to_close(scene.person, days=0)
    return scene


def a_name_that_stays(cast):
    """The name of Yann, whose account is closed, in Claire's words."""
    scene = a_member_who_leaves(cast)
    assert close_account(scene.person)
    scene.post = scene.thread.posts.last()
    scene.passage = NamePassage.objects.get(removal__person=scene.person)
    return scene


def a_proposed_version(cast):
    """Claire's and Jeanne's sheet, proposed to the public, to which Claire said yes."""
    scene = a_shared_draft(cast)
    thread = publish(scene)
    scene.sheet.refresh_from_db()
    version = propose_public_version(thread.pk, scene.claire, PROPOSAL)
    scene.version = answer_public_version(version.pk, scene.claire, YES)
    return scene


def a_version_of_one(cast):
    """Claire's sheet, which she proposed to the public."""
    scene = a_draft(cast)
    thread = publish(scene)
    scene.sheet.refresh_from_db()
    scene.version = propose_public_version(thread.pk, scene.claire, PROPOSAL)
    return scene


def three_threads(cast):
    """A question, and two more threads of Claire's."""
    scene = a_question(cast)
    space, title = cast.spaces["network"], f"Tiers {scene.key}"
    words = {"title": title, "text": f"Encore {scene.key}"}
    scene.third = factories.start_thread(cast.people.claire, space, **words)
    return scene


def a_bookmark(cast):
    """Jeanne's reply, which Claire keeps."""
    scene = a_question(cast)
    bookmark_post(scene.reply, cast.claire)
    scene.bookmark = Bookmark.objects.get(post=scene.reply)
    return scene


def an_unclaimed_post(cast):
    """A post of a list, whose author Jeanne says she is."""
    scene = a_question(cast)
    scene.unclaimed = factories.create_person(f"Liste {scene.key}")
    User.objects.filter(pk=scene.unclaimed.pk).update(is_unclaimed=True)
    scene.reply = factories.post_reply(cast.people.claire, scene.thread, f"Reçue {scene.key}")
    Post.objects.filter(pk=scene.reply.pk).update(author=scene.unclaimed, seat=None)
    scene.address = f"liste{scene.key}@exemple.fr"
    about = {"name": f"Liste {scene.key}", "unclaimed": scene.unclaimed}
    MailAuthor.objects.create(address=scene.address, **about)
    return scene


def said(scene, words):
    """What an editor of the scene's sheet says."""
    about = {"territory": None, "population": None, "population_year": None, "tags": ""}
    parts = dict.fromkeys(PARTS, f"{words} {scene.key}")
    return SheetValues(f"Fiche {scene.key}", scene.sheet.topic, parts=parts, **about)


def save_with_file(scene):
    """Jeanne saves the draft with a file."""
    row = store_file(scene.jeanne, SimpleUploadedFile(f"{scene.key}.csv", b"a;b"))
    scene.file = row
    return save_draft(
        scene.sheet, scene.jeanne, said(scene, "De Jeanne"), scene.sheet.version,
        files=[Attachment(row)],
    )  # fmt: skip


def publish(scene, space="network"):
    """Claire publishes the draft as she reads it."""
    return publish_sheet(
        scene.sheet, scene.claire, scene.spaces[space], version=scene.sheet.version
    )


def split(scene):
    """Lucie gives Jeanne's reply a thread of its own."""
    about = {"title": f"À part {scene.key}", "topic": scene.thread.topic, "kind": "question"}
    return split_thread(scene.thread, scene.lucie, numbers=[2], tags=[], **about)


def retitle(scene, actor, words):
    about = {"topic": scene.thread.topic, "kind": "question", "tags": []}
    return edit_thread(scene.thread, actor, title=f"{words} {scene.key}", **about)


def reply_to(scene):
    return post_reply(scene.thread, scene.jeanne, f"Encore {scene.key}", uuid4())


def own_reply(scene):
    """Jeanne's reply, sent this minute, without anything after it."""
    return undo_post(scene.reply, scene.jeanne)


#: By name: the scene, and the two actions.
PAIRS = {
    "publish and withdraw": (
        a_held_post,
        lambda s: approve_post(s.reply, s.lucie),
        lambda s: withdraw_post(s.reply, s.mina),
    ),
    "publish and refuse": (
        a_held_post,
        lambda s: approve_post(s.reply, s.lucie),
        lambda s: refuse_post(s.reply, s.solene, "Des faits."),
    ),
    "merge and reply": (
        a_question,
        lambda s: merge_threads(s.thread, s.other, s.lucie),
        reply_to,
    ),
    "merge one way and the other": (
        a_question,
        lambda s: merge_threads(s.thread, s.other, s.lucie),
        lambda s: merge_threads(s.other, s.thread, s.solene),
    ),
    "merge and edit": (
        a_question,
        lambda s: merge_threads(s.thread, s.other, s.lucie),
        lambda s: edit_post(s.reply, s.jeanne, f"Autrement {s.key}", 1),
    ),
    "merge and link from a third thread": (
        three_threads,
        lambda s: merge_threads(s.thread, s.other, s.lucie),
        lambda s: link_thread(s.third, s.claire, s.thread.pk, LinkKind.SEE_ALSO),
    ),
    "edit a bookmark and remove it": (
        a_bookmark,
        lambda s: edit_bookmark(s.bookmark.pk, s.claire, f"À lire {s.key}", None),
        lambda s: remove_bookmark(s.reply.pk, s.claire),
    ),
    "claim posts and hide one": (
        an_unclaimed_post,
        lambda s: claim_posts(s.jeanne, s.address),
        lambda s: hide_post(s.reply, s.lucie, "Des faits."),
    ),
    "claim posts and merge their thread": (
        an_unclaimed_post,
        lambda s: claim_posts(s.jeanne, s.address),
        lambda s: merge_threads(s.thread, s.other, s.lucie),
    ),
    "close and post": (
        a_question,
        lambda s: lock_thread(s.thread, s.lucie, True, "Des faits."),
        reply_to,
    ),
    "hide and accept": (
        a_question,
        lambda s: hide_post(s.reply, s.lucie, "Des faits."),
        lambda s: accept_answer(s.reply, s.claire),
    ),
    "delete and accept": (
        a_question,
        lambda s: delete_post(s.reply, s.jeanne),
        lambda s: accept_answer(s.reply, s.claire),
    ),
    "accept and settle": (
        a_question,
        lambda s: accept_answer(s.reply, s.claire),
        lambda s: settle_question(s.thread, s.lucie, f"Réglée {s.key}"),
    ),
    "accept and take back": (
        a_question,
        lambda s: accept_answer(s.reply, s.claire),
        lambda s: unaccept_answer(s.thread, s.lucie),
    ),
    "split and accept": (a_question, split, lambda s: accept_answer(s.reply, s.claire)),
    "split and edit": (
        a_question,
        split,
        lambda s: edit_post(s.reply, s.claire, f"Autrement {s.key}", 1),
    ),
    "two edits": (
        a_question,
        lambda s: edit_post(s.reply, s.jeanne, f"De Jeanne {s.key}", 1),
        lambda s: edit_post(s.reply, s.claire, f"De Claire {s.key}", 1),
    ),
    "edit and delete": (
        a_question,
        lambda s: edit_post(s.reply, s.claire, f"De Claire {s.key}", 1),
        lambda s: delete_post(s.reply, s.jeanne),
    ),
    "edit and hide": (
        a_question,
        lambda s: edit_post(s.reply, s.claire, f"De Claire {s.key}", 1),
        lambda s: hide_post(s.reply, s.lucie, "Des faits."),
    ),
    "two animators hide": (
        a_question,
        lambda s: hide_post(s.reply, s.lucie, "Des faits."),
        lambda s: hide_post(s.reply, s.solene, "Des faits."),
    ),
    "restore and delete": (
        a_hidden_post,
        lambda s: restore_post(s.reply, s.lucie, "Rien."),
        lambda s: delete_post(s.reply, s.jeanne),
    ),
    "thank and delete": (
        a_question,
        lambda s: thank_for_post(s.reply, s.claire),
        lambda s: delete_post(s.reply, s.jeanne),
    ),
    "undo and reply": (
        a_question,
        own_reply,
        lambda s: post_reply(s.thread, s.claire, f"Merci {s.key}", uuid4()),
    ),
    "undo and accept": (a_question, own_reply, lambda s: accept_answer(s.reply, s.claire)),
    "hide and dismiss the report": (
        a_report,
        lambda s: hide_post(s.reply, s.lucie, "Des faits."),
        lambda s: dismiss_reports(s.report.pk, s.solene, "Permis.", s.report.pk),
    ),
    "hide from the report and from the thread": (
        a_report,
        lambda s: hide_post(s.reply, s.lucie, "Des faits.", report_id=s.report.pk),
        lambda s: hide_post(s.reply, s.solene, "Des faits."),
    ),
    "two titles": (
        a_question,
        lambda s: retitle(s, s.claire, "De Claire"),
        lambda s: retitle(s, s.lucie, "De Lucie"),
    ),
    "two summaries": (
        a_question,
        lambda s: write_summary(s.thread, s.claire, f"De Claire {s.key}", 0),
        lambda s: write_summary(s.thread, s.lucie, f"De Lucie {s.key}", 0),
    ),
    "move and reply": (
        a_question,
        lambda s: move_thread(s.thread, s.lucie, s.spaces[SUPPORT]),
        reply_to,
    ),
    "approve and edit": (
        a_held_edit,
        lambda s: approve_edit(s.edit, s.lucie),
        lambda s: edit_post(s.reply, s.mina, f"Encore une autre {s.key}", 1),
    ),
    "approve and withdraw an edit": (
        a_held_edit,
        lambda s: approve_edit(s.edit, s.lucie),
        lambda s: withdraw_edit(s.edit, s.mina),
    ),
    "approve and refuse an edit": (
        a_held_edit,
        lambda s: approve_edit(s.edit, s.lucie),
        lambda s: refuse_edit(s.edit, s.solene, "Des faits."),
    ),
    "approve an edit and delete its post": (
        a_held_edit,
        lambda s: approve_edit(s.edit, s.lucie),
        lambda s: delete_post(s.reply, s.mina),
    ),
    "approve an edit and hide its post": (
        a_held_edit,
        lambda s: approve_edit(s.edit, s.lucie),
        lambda s: hide_post(s.reply, s.solene, "Des faits."),
    ),
    "accept to write a sheet while it is published": (
        a_draft,
        lambda s: answer_invitation(s.invited.pk, s.jeanne, accepts=True),
        lambda s: publish(s, "public"),
    ),
    "save a file while it is published": (a_shared_draft, save_with_file, publish),
    "publish twice": (a_draft, publish, publish),
    "publish and delete the draft": (
        a_draft,
        publish,
        lambda s: delete_draft(s.sheet, s.claire),
    ),
    "accept to write and be removed": (
        a_draft,
        lambda s: answer_invitation(s.invited.pk, s.jeanne, accepts=True),
        lambda s: remove_author(s.invited.pk, s.claire),
    ),
    "confirm and stop a second factor": (
        a_waiting_factor,
        lambda s: confirm_factor(s.person.pk, s.people.lucie),
        lambda s: stop_factor(s.wait.key),
    ),
    "two animators confirm a second factor": (
        a_waiting_factor,
        lambda s: confirm_factor(s.person.pk, s.people.lucie),
        lambda s: confirm_factor(s.person.pk, s.people.solene),
    ),
    "stop a second factor twice": (
        a_waiting_factor,
        lambda s: stop_factor(s.wait.key),
        lambda s: stop_factor(s.wait.key),
    ),
    "prove the address of a second factor as the operator confirms it": (
        an_unproved_factor,
        lambda s: begin_wait_of_proved(s.person),
        lambda s: confirm_factor(s.person.pk, None),
    ),
    "close an account and post": (
        a_member_who_leaves,
        lambda s: close_account(s.person),
        lambda s: post_reply(s.thread, s.yann, f"Encore Yann {s.key}", uuid4()),
    ),
    "close an account and edit": (
        a_member_who_leaves,
        lambda s: close_account(s.person),
        lambda s: edit_post(s.thread.posts.get(number=3), s.yann, f"Autrement {s.key}", 1),
    ),
    "end a seat and post": (
        a_member_who_leaves,
        lambda s: end_seat(s.person.seats.get(), s.person),
        lambda s: post_reply(s.thread, s.yann, f"Encore {s.key}", uuid4()),
    ),
    "replace a name and edit its text": (
        a_name_that_stays,
        lambda s: decide(s.passage.removal, s.lucie, [s.passage.pk], [s.passage.pk]),
        lambda s: edit_post(s.post, s.claire, f"Sans lui {s.key}", 1),
    ),
    "say yes to a public version and take one's yes back": (
        a_proposed_version,
        lambda s: answer_public_version(s.version.pk, s.jeanne, YES),
        lambda s: withdraw_consent(s.version.pk, s.claire),
    ),
    "say yes to a public version and delete its sheet": (
        a_version_of_one,
        lambda s: answer_public_version(s.version.pk, s.claire, YES),
        lambda s: delete_post(s.sheet.thread.posts.get(), s.claire),
    ),
    "complete a move and agree to it": (
        a_proposed_move,
        lambda s: complete_move(s.move, s.lucie),
        lambda s: answer_move(s.move, s.jeanne, True),
    ),
    "agree to a move and edit what it shows": (
        a_proposed_move,
        lambda s: answer_move(s.move, s.jeanne, True),
        lambda s: edit_post(s.thread.posts.get(number=1), s.claire, f"Autre {s.key}", 1),
    ),
    "agree to a move and merge its thread": (
        a_proposed_move,
        lambda s: answer_move(s.move, s.jeanne, True),
        lambda s: merge_threads(s.thread, s.other, s.lucie),
    ),
    "say yes to a public version and give it up": (
        a_proposed_version,
        lambda s: answer_public_version(s.version.pk, s.jeanne, YES),
        lambda s: cancel_public_version(s.version.pk, s.lucie),
    ),
    "save a sheet and hide its post": (
        a_published_sheet,
        lambda s: save_published(s.sheet, s.claire, said(s, "Mieux"), s.sheet.version),
        lambda s: hide_post(s.thread.posts.get(number=1), s.lucie, "Des faits."),
    ),
}


def state_of(scene):
    """How the rows of ``scene`` are, without what no two runs have in common."""
    own = Thread.objects.filter(title__contains=scene.key)
    pks = [*own.values_list("pk", flat=True)]
    rows = []
    for model, (path, columns) in LOOKED_AT.items():
        found = model.objects.filter(**{f"{path}__in": pks}).order_by()
        rows += sorted(
            (model.__name__, *(_shown(*one, scene.key) for one in row.items()))
            for row in found.values(*columns.split())
        )
    for sheet in ExperienceSheet.objects.filter(title__contains=scene.key):
        authors = sorted(sheet.coauthors.values_list("person__full_name", "state"))
        words = _shown("work", sheet.work, scene.key)
        rows.append(("sheet", bool(sheet.thread_id), words, sheet.version, tuple(authors)))
        files = StoredFile.objects.filter(name__contains=scene.key)
        for version in PublicVersion.objects.filter(sheet=sheet):
            answers = sorted(version.consents.values_list("person__full_name", "answer"))
            rows.append((bool(version.published_at), version.end, *answers))
        rows += [("file", bool(it.post_id), bool(it.sheet_id)) for it in files]
    for person in User.objects.filter(full_name__contains=scene.key):
        log = person.log_entries.order_by("pk").values_list("action", flat=True)
        opened = [
            it.opens_at <= timezone.now() for it in FactorWait.objects.filter(person=person)
        ]
        rows.append(
            (person.authenticator_set.count(), person.has_usable_password(), *opened, *log)
        )
    for thread in own:
        seqs = Event.objects.filter(thread=thread).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, thread.seq + 1)), "the log of events has no gap"
    return tuple(rows)


def _shown(column, value, key):
    """``value`` as a word: whether there is a moment or a row, and words without the key."""
    if isinstance(value, str):
        return value.replace(key, "…")
    is_there = isinstance(value, datetime) or (column in _ROWS and value is not None)
    return "yes" if is_there else str(value)


@pytest.mark.parametrize("name", PAIRS)
def test_two_actions_end_as_one_after_the_other(name, cast):
    make, first, second = PAIRS[name]
    wrong = race(lambda: make(cast), first, second, state_of)
    assert not wrong, "\n".join(wrong)
    check_thread_counts()
    check_contribution_counts()
    assert User.objects.filter(is_animator=True).count() == 2
