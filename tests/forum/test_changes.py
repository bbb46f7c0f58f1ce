"""The law of the live layer: a page that catches up equals a page that reloads."""

import inspect
from copy import deepcopy
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.base import fragment_cache
from accounts.base.fragment_cache import MAX_BYTES, FragmentCache
from forum.conversation.addressees.queries import find_addressee
from forum.conversation.addressees.referrals.actions import decline, pass_on, take_decline_back
from forum.conversation.addressees.same_questions.actions import (
    say_same_question,
    take_same_question_back,
)
from forum.conversation.addressees.selection.actions import ask_others
from forum.conversation.consent_rounds import actions as rounds
from forum.conversation.consultations import actions as consultations
from forum.conversation.files.actions import Attachment
from forum.conversation.files.preparing.actions import prepare
from forum.conversation.files.uploads.actions import store_file
from forum.conversation.meetings import actions as meetings
from forum.conversation.polls import actions as polls
from forum.conversation.polls.models import Poll, PollValues
from forum.conversation.polls.secret_ballots import actions as secret_ballots
from forum.conversation.questions import actions as questions
from forum.conversation.thanks import actions as thanks
from forum.conversation.threads import actions as posting
from forum.conversation.threads.changes import (
    MAX_CHANGES,
    TooFarBehind,
    thread_changes_for,
    thread_changes_since,
)
from forum.conversation.threads.edits.actions import (
    delete_post,
    edit_post,
    edit_thread,
    set_wiki,
)
from forum.conversation.threads.held_edits.models import HeldEdit
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.summaries.actions import write_summary
from forum.conversation.threads.undo.actions import undo_post
from forum.library.sheets.actions import SheetValues, save_published
from forum.library.sheets.models import PARTS
from forum.library.tools import actions as tools
from forum.models import Space, Thread, Topic
from forum.moderation import actions as moderation
from forum.moderation.held_edits import actions as held_edits
from forum.moderation.held_posts import actions as held_posts
from forum.moderation.measures.models import Measure
from forum.moderation.recent_posts import actions as recent_posts
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.clients import client_of_session
from tests.factories import (
    AUTHORITIES,
    create_person,
    create_sheet,
    move_thread,
    post_reply,
    start_thread,
)
from tests.forum.conversation.meeting_helpers import add_meeting, meeting_values
from tests.forum.conversation.poll_helpers import add_date_poll, add_poll
from tests.forum.conversation.round_helpers import (
    answer,
    create_round,
    decide,
    end_round,
    open_round,
)
from tests.page_elements import elements
from tests.scenes import open_scene

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("cast_scene")]


def first_reply(scene):
    return scene.thread.posts.get(number=2)


def copied_reply(scene):
    """A reply that waits for an animator, since its text stands in two other threads."""
    threads = [start_thread(scene.people.authorities, scene.spaces["network"]) for _n in "12"]
    text = "Nous vendons des chaudières, voyez nos prix et nos délais."
    *_others, held = (
        post_reply(scene.people.projects, one, text) for one in (*threads, scene.thread)
    )
    assert held.held_at
    return held


def hold_edits(scene):
    """Have what people edit in the thread's space wait: none of them is known there yet."""
    scene.settings.FORUM_ADMISSION = "open"
    Space.objects.filter(pk=scene.thread.space_id).update(holds_first_posts=True)


def held_edit(scene):
    """An edit of Jeanne's reply, which waits."""
    hold_edits(scene)
    edit_post(first_reply(scene), scene.jeanne, "Ou pas.", 1)
    return HeldEdit.objects.get()


def held_wiki_edit(scene):
    """Claire's edit of Jeanne's reply, which all may edit; it waits."""
    reply = set_wiki(first_reply(scene), scene.jeanne, True)
    hold_edits(scene)
    edit_post(reply, scene.claire, "Ou pas.", reply.version)
    return HeldEdit.objects.get()


def held_title(scene):
    """Claire's new title and tags of the thread, which wait; its kind is set at once."""
    hold_edits(scene)
    revise(scene, title="Quelle régie ?", tags=["régie"], kind="discussion")
    return HeldEdit.objects.get()


def held_summary(scene):
    """Claire's summary of the thread, which waits."""
    hold_edits(scene)
    write_summary(scene.thread, scene.claire, "La **régie** l’emporte.", 0)
    return HeldEdit.objects.get()


def undo_reply(scene):
    """A reply, with a picture, that its author takes back at once."""
    row = store_file(scene.jeanne, SimpleUploadedFile("a.gif", b"GIF89a"))
    given = [Attachment(row, "Un pré.")]
    text = "À reprendre."
    undo_post(
        posting.post_reply(scene.thread, scene.jeanne, text, uuid4(), files=given), scene.jeanne
    )


def with_picture(scene):
    """A file of a new reply, which is no picture that can be read: it is shown as refused."""
    row = store_file(scene.jeanne, SimpleUploadedFile("a.gif", b"GIF89a"))
    given = [Attachment(row, "Un pré.")]
    posting.post_reply(scene.thread, scene.jeanne, "Voici.", uuid4(), files=given)
    return str(row.pk)


def offered_tool(scene):
    """A document of a new reply, as a tool."""
    row = store_file(scene.jeanne, SimpleUploadedFile("a.csv", b"a;b"))
    given = [Attachment(row)]
    row.post = posting.post_reply(scene.thread, scene.jeanne, "Voici.", uuid4(), files=given)
    facts = tools.ToolFacts("Un tableau", "tableur", "cc0-1.0", scene.thread.topic)
    return tools.offer_tool(row, scene.jeanne, facts)


def revise(scene, **fields):
    fields = {"topic": scene.thread.topic, "kind": "question", "tags": ["bois"]} | fields
    fields = {"title": scene.thread.title} | fields
    edit_thread(scene.thread, scene.claire, **fields)


def saved_sheet(scene):
    """What the thread begins with is a sheet, which its author saves."""
    author, thread = scene.people.authorities, scene.thread
    sheet = create_sheet(author, thread.space, thread=thread, title=thread.title)
    parts = dict.fromkeys(PARTS, "Tout autre chose.")
    about = {"territory": None, "population": None, "population_year": None, "parts": parts}
    said = SheetValues(
        title="Une chaufferie, dix ans après", topic=thread.topic, tags="", **about
    )
    return save_published(sheet, scene.claire, said, sheet.version)


def organisation_of(scene, person):
    """The organisation of ``person``, as an addressee."""
    slug = person.seats.order_by("pk").first().organisation.slug
    return find_addressee(scene.claire, f"organisation-{slug}")


def ask_several(scene):
    """Put the question to Jeanne's organisation; the row."""
    asked = organisation_of(scene, scene.people.projects)
    return ask_others(scene.thread, scene.claire, [asked])[0]


CHANGES = {
    "reply": lambda s: post_reply(s.people.projects, s.thread, "Encore moi."),
    "edit": lambda s: edit_post(first_reply(s), s.jeanne, "Ou pas.", 1),
    "a picture is prepared": lambda s: prepare(with_picture(s)),
    "delete a reply": lambda s: delete_post(first_reply(s), s.jeanne),
    "undo a reply": lambda s: undo_reply(s),
    "undo a reply, then reply": lambda s: (
        undo_reply(s),
        post_reply(s.people.support, s.thread),
    ),
    "accept, then its author undoes it": lambda s: (
        questions.accept_answer(reply := post_reply(s.people.projects, s.thread), s.claire),
        undo_post(reply, s.jeanne),
    ),
    "delete the opening": lambda s: delete_post(s.thread.posts.first(), s.claire),
    "hide a reply": lambda s: moderation.hide_post(first_reply(s), s.lucie, "Démarchage"),
    "hide the opening": lambda s: moderation.hide_post(
        s.thread.posts.first(), s.lucie, "Démarchage"
    ),
    "hide, then restore": lambda s: (
        moderation.hide_post(first_reply(s), s.lucie, "Démarchage"),
        moderation.restore_post(first_reply(s), s.lucie),
    ),
    "accept": lambda s: questions.accept_answer(first_reply(s), s.claire),
    "accept, then take it back": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        questions.unaccept_answer(s.thread, s.claire),
    ),
    "accept, then accept another": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        questions.accept_answer(post_reply(s.people.support, s.thread, "Mieux."), s.claire),
    ),
    "accept, then hide it": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        moderation.hide_post(first_reply(s), s.lucie, "Faux"),
    ),
    "accept, then its author deletes it": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        delete_post(first_reply(s), s.jeanne),
    ),
    "accept, then it is no question any more": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        revise(s, kind="discussion"),
    ),
    "thank": lambda s: thanks.thank_for_post(first_reply(s), s.claire),
    "thank, then take it back": lambda s: (
        thanks.thank_for_post(first_reply(s), s.claire),
        thanks.take_thanks_back(first_reply(s), s.claire),
    ),
    "open to all, who edit it": lambda s: (
        set_wiki(first_reply(s), s.jeanne, True),
        edit_post(first_reply(s), s.claire, "Ou pas.", 1),
    ),
    "open to all, then close again": lambda s: (
        set_wiki(first_reply(s), s.jeanne, True),
        set_wiki(first_reply(s), s.lucie, False),
    ),
    "settle otherwise": lambda s: settle_question(
        s.thread, s.claire, "Le syndicat s’en charge."
    ),
    "accept, then settle otherwise": lambda s: (
        questions.accept_answer(first_reply(s), s.claire),
        settle_question(s.thread, s.lucie, "Le syndicat s’en charge."),
    ),
    "settle otherwise, then accept": lambda s: (
        settle_question(s.thread, s.claire, "Le syndicat s’en charge."),
        questions.accept_answer(first_reply(s), s.claire),
    ),
    "settle otherwise, then reopen": lambda s: (
        settle_question(s.thread, s.claire, "Le syndicat s’en charge."),
        questions.unaccept_answer(s.thread, s.lucie),
    ),
    "settle otherwise, then move to the public square": lambda s: (
        settle_question(s.thread, s.lucie, "Le syndicat s’en charge."),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "ask others": lambda s: ask_several(s),
    "ask others, one of whom answers": lambda s: (
        ask_several(s),
        post_reply(s.people.support, s.thread),
    ),
    "ask others, one of whom passes it on": lambda s: pass_on(
        ask_several(s), s.jeanne, organisation_of(s, s.people.support), "Voyez-les."
    ),
    "ask others, one of whom declines": lambda s: decline(
        ask_several(s), s.jeanne, "no_time", "Plus tard."
    ),
    "decline, then take it back": lambda s: (
        decline(row := ask_several(s), s.jeanne, "no_time", ""),
        take_decline_back(row, s.lucie),
    ),
    "decline, then move to the public square": lambda s: (
        decline(ask_several(s), s.jeanne, "no_time", "Entre nous."),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "have the same question": lambda s: say_same_question(s.thread, s.jeanne),
    "have the same question, then take it back": lambda s: (
        say_same_question(s.thread, s.jeanne),
        take_same_question_back(s.thread, s.jeanne),
    ),
    "have the same question, then move to the public square": lambda s: (
        say_same_question(s.thread, s.jeanne),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "summarise": lambda s: write_summary(s.thread, s.claire, "La **régie** l’emporte.", 0),
    "summarise, then take it away": lambda s: (
        write_summary(s.thread, s.claire, "La régie l’emporte.", 0),
        write_summary(s.thread, s.lucie, "", 1),
    ),
    "summarise, then move to the public square": lambda s: (
        write_summary(s.thread, s.claire, "La régie l’emporte.", 0),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "begin a poll": lambda s: add_poll(s.thread, s.people.authorities),
    "begin a poll, then vote in it": lambda s: (
        polls.vote(poll := add_poll(s.thread, s.people.authorities), s.jeanne, [1], 1),
        polls.vote(poll, s.lucie, [2], 1),
        s.reload(s.people.authorities),  # What is kept of it then is not shown later.
        polls.take_vote_back(poll, s.jeanne),
    ),
    "begin a poll by secret ballot, vote and count": lambda s: (
        [create_person(f"Votant {n}", AUTHORITIES) for n in range(5)],
        poll := add_poll(
            s.thread,
            s.people.authorities,
            voter_kind="person",
            is_secret=True,
            closes_on=date(2100, 1, 1),
        ),
        secret_ballots.cast_ballot(
            poll, s.jeanne, poll.voters.of_person(s.jeanne.person_id).get().pk, [2]
        ),
        Poll.objects.filter(pk=poll.pk).update(closes_on=date(2020, 1, 1)),
        consultations.close_due(Poll),
        polls.count_closed(),
    ),
    "begin a poll about dates, then answer": lambda s: polls.vote(
        add_date_poll(s.thread, s.people.authorities), s.jeanne, [1], 1, [3]
    ),
    "begin a poll, edit it and close it": lambda s: (
        poll := add_poll(s.thread, s.people.authorities, results="closed"),
        polls.edit_poll(poll, s.claire, PollValues("Où ?", "Ici\nLà", results="closed")),
        polls.vote(poll, s.jeanne, [1], 2),
        polls.close_poll(poll, s.lucie),
    ),
    "begin a poll, whose last day passes": lambda s: (
        add_poll(s.thread, s.people.authorities, closes_on=date(2020, 1, 1)),
        consultations.close_due(Poll),
    ),
    "begin a poll, remove it and restore it": lambda s: (
        poll := add_poll(s.thread, s.people.authorities),
        polls.vote(poll, s.jeanne, [1], 1),
        consultations.remove(poll, s.lucie, "Hors sujet"),
        consultations.restore(poll, s.lucie, "C’était une erreur"),
    ),
    "begin a poll, then move to the public square": lambda s: (
        add_poll(s.thread, s.people.authorities, is_named=True),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "another thread is merged into it, with its poll": lambda s: (
        other := start_thread(s.people.authorities, s.spaces["network"]),
        add_poll(other, s.people.authorities),
        merge_threads(other, s.thread, s.lucie),
    ),
    "open a consent round, go on, answer, amend it and decide": lambda s: (
        it := open_round(s.thread, s.people.authorities, phase="react"),
        s.reload(s.people.authorities),
        rounds.begin_phase(it, s.claire, "decide"),
        answer(it, s.people.projects, "objection", "Trop cher."),
        rounds.amend_round(it, s.claire, "Un autre texte.", "L’objection est entendue.", 1),
        answer(it, s.people.projects),
        decide(end_round(it), s.people.authorities),
    ),
    "open a consent round in which all answer, and close it": lambda s: (
        it := create_round(s.thread),
        answer(it, s.people.authorities),
        rounds.close_round(it, s.claire),
    ),
    "open a consent round, remove it and restore it": lambda s: (
        it := open_round(s.thread, s.people.authorities),
        answer(it, s.people.projects),
        consultations.remove(it, s.lucie, "Hors sujet"),
        consultations.restore(it, s.lucie, "C’était une erreur"),
    ),
    "open a consent round, then move to the public square": lambda s: (
        open_round(s.thread, s.people.authorities),
        move_thread(s.thread, s.lucie, s.spaces["public"]),
    ),
    "set a meeting, register, move it and cancel it": lambda s: (
        meeting := add_meeting(s.thread, s.people.authorities, max_people=1),
        meetings.register(meeting, s.jeanne),
        meetings.register(meeting, s.lucie),
        s.reload(s.people.authorities),  # What is kept of it then is not shown later.
        meetings.withdraw(meeting, s.jeanne),
        meetings.edit_meeting(meeting, s.claire, meeting_values(place="Ailleurs")),
        meetings.cancel_meeting(meeting, s.claire),
    ),
    "set a meeting, whose time passes": lambda s: (
        add_meeting(s.thread, s.people.authorities, days=-1),
        meetings.keep_due_meetings(),
    ),
    "set a meeting, register, and withdraw out of sight": lambda s: (
        meeting := add_meeting(s.thread, s.people.authorities),
        meetings.register(meeting, s.jeanne),
        meetings.withdraw_unseen(meeting.pk, s.jeanne),
    ),
    "set a meeting, then cancel it": lambda s: meetings.cancel_meeting(
        add_meeting(s.thread, s.people.authorities), s.claire
    ),
    "another thread is merged into it, with its meeting": lambda s: (
        other := start_thread(s.people.authorities, s.spaces["network"]),
        add_meeting(other, s.people.authorities),
        merge_threads(other, s.thread, s.lucie),
    ),
    "save a sheet that heads it": lambda s: saved_sheet(s),
    "offer a tool": lambda s: offered_tool(s),
    "offer a tool, then take it out": lambda s: tools.withdraw_tool(
        offered_tool(s).file.tool_id, s.jeanne
    ),
    "lock": lambda s: moderation.lock_thread(s.thread, s.lucie, True),
    "lock, then unlock": lambda s: (
        moderation.lock_thread(s.thread, s.lucie, True),
        moderation.lock_thread(s.thread, s.lucie, False),
    ),
    "slow": lambda s: moderation.slow_thread(s.thread, s.lucie, 30),
    "pin": lambda s: moderation.pin_thread(s.thread, s.lucie, True),
    "retitle": lambda s: revise(s, title="Quelle régie pour la chaufferie ?"),
    "retag": lambda s: revise(s, tags=["régie", "Bocage"]),
    "no question any more": lambda s: revise(s, kind="discussion"),
    "an experience now": lambda s: revise(s, kind="experience"),
    "another topic": lambda s: revise(s, topic=Topic.objects.get(slug="eolien")),
    "move to the public square": lambda s: move_thread(s.thread, s.lucie, s.spaces["public"]),
    "move to one college's room": lambda s: move_thread(
        s.thread, s.lucie, s.spaces["structures-de-soutien"]
    ),
    "split the reply off": lambda s: split_thread(
        s.thread,
        s.lucie,
        numbers=[2],
        title="Et la régie ?",
        topic=s.thread.topic,
        kind="question",
        tags=[],
    ),
    "another thread is merged into it": lambda s: merge_threads(
        start_thread(s.people.authorities, s.spaces["network"]), s.thread, s.lucie
    ),
    "reply with a copy, which waits": lambda s: copied_reply(s),
    "a copy waits, and is published": lambda s: held_posts.approve_post(
        copied_reply(s), s.lucie
    ),
    "a copy waits, and is refused": lambda s: held_posts.refuse_post(
        copied_reply(s), s.lucie, "Démarchage"
    ),
    "edit, which waits": lambda s: held_edit(s),
    "an edit waits, and is published": lambda s: held_edits.approve_edit(held_edit(s), s.lucie),
    "an edit waits, and is refused": lambda s: held_edits.refuse_edit(
        held_edit(s), s.lucie, "Démarchage"
    ),
    "an edit is refused, which an appeal undoes": lambda s: moderation.end_measure(
        held_edits.refuse_edit(held_edit(s), s.lucie, "Démarchage").measure, s.lucie, "À tort."
    ),
    "an edit waits, and its author takes it back": lambda s: held_edits.withdraw_edit(
        held_edit(s), s.jeanne
    ),
    "an edit of another's post waits, and is published": lambda s: held_edits.approve_edit(
        held_wiki_edit(s), s.lucie
    ),
    "retitle, which waits": lambda s: held_title(s),
    "a title waits, and is published": lambda s: held_edits.approve_edit(
        held_title(s), s.lucie
    ),
    "summarise, which waits": lambda s: held_summary(s),
    "a summary waits, and is published": lambda s: held_edits.approve_edit(
        held_summary(s), s.lucie
    ),
    "a copy waits, and its author takes it back": lambda s: held_posts.withdraw_post(
        copied_reply(s), s.jeanne
    ),
    "reply, then hide all of a day": lambda s: recent_posts.hide_recent_posts(
        post_reply(s.people.projects, s.thread).author, s.lucie, "Démarchage"
    ),
    "hide all of a day, then restore it": lambda s: (
        recent_posts.hide_recent_posts(s.people.projects, s.lucie, "Démarchage"),
        recent_posts.restore_together(Measure.objects.get(), s.lucie, "À tort."),
    ),
    "reply, then hide": lambda s: moderation.hide_post(
        post_reply(s.people.projects, s.thread, "Des mots à regretter"), s.lucie, "Privé"
    ),
}

#: Roles that look: who acts above and a guest, and in the deep tier all others.
VIEWERS = [
    pytest.param(("guest", "authorities", "projects", "animator"), id="who acts and a guest"),
    pytest.param(
        (
            "registered", "waiting", "support", "group", "former", "lapsed", "suspended",
            "administrator",
        ),
        id="all others",
        marks=pytest.mark.deep,
    ),
]  # fmt: skip


class Scene:
    """Claire's question in the network with Jeanne's reply, and everyone around it."""

    def __init__(self, people, spaces, thread, viewer_of, browser_of, settings):
        self.people, self.spaces, self.thread = people, spaces, thread
        self.settings = settings
        self.claire, self.jeanne = (
            viewer_of(people.authorities),
            viewer_of(people.projects),
        )
        self.lucie = viewer_of(people.animator)
        self.viewer_of, self.browser_of = viewer_of, browser_of

    def reload(self, person):
        """The elements of the page as ``person`` loads it now; None where it is not theirs."""
        return load(self.browser_of(person), self.thread)

    def catch_up(self, person, after):
        """What a page of ``person``'s that has seen ``after`` is told; None: not theirs."""
        try:
            return thread_changes_since(self.viewer_of(person), self.thread.pk, after)
        except Thread.DoesNotExist:
            return None


def load(client, thread):
    answer = client.get(f"/fils/{thread.pk}/", follow=True)
    return elements(answer.content.decode()) if answer.status_code == 200 else None


def open_pages(cast):
    """The thread, and its page as everyone has it open: its elements by role.

    Also the pieces that were rendered for these pages, with none of others.
    """
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(fragment_cache, "_cache", rendered := FragmentCache(MAX_BYTES))
    thread = start_thread(cast.people.authorities, cast.spaces["network"])
    post_reply(cast.people.projects, thread, "Chez nous, la régie.")
    shown = {}
    for role, person in vars(cast.people).items():
        client = client_of_session(person and cast.sessions[person.pk])
        shown[role] = load(client, thread)
    monkeypatch.undo()
    thread = Thread.objects.get(pk=thread.pk)
    return SimpleNamespace(thread=thread, shown=shown, rendered=rendered)


def copy_of(cache):
    """A cache with the pieces of ``cache``."""
    copied = FragmentCache(MAX_BYTES)
    copied._texts.update(cache._texts)
    return copied


@pytest.fixture(scope="module")
def _opened(cast_scene, django_db_blocker):
    with open_scene(django_db_blocker, open_pages, cast_scene) as made:
        yield made


@pytest.fixture
def scene(_opened, people, spaces, viewer_of, browser_of, settings, tmp_path):
    """The thread with its pages open, made once for all tests here."""
    settings.MEDIA_ROOT = str(tmp_path)
    return Scene(people, spaces, deepcopy(_opened.thread), viewer_of, browser_of, settings)


@pytest.mark.parametrize("viewers", VIEWERS)
@pytest.mark.parametrize("change", CHANGES)
def test_catching_up_equals_reloading_for_every_kind_of_viewer(
    change, viewers, scene, _opened, monkeypatch
):
    """A reload with nothing kept: what is kept too long would be on both pages."""
    before = _opened.shown
    people = {role: getattr(scene.people, role) for role in viewers}
    seen = Thread.objects.get(pk=scene.thread.pk).seq
    monkeypatch.setattr(fragment_cache, "_cache", copy_of(_opened.rendered))

    CHANGES[change](scene)

    told = {role: scene.catch_up(person, seen) for role, person in people.items()}
    monkeypatch.setattr(fragment_cache, "_cache", FragmentCache(MAX_BYTES))
    for role, person in people.items():
        after, news = scene.reload(person), told[role]
        assert (news is None) == (after is None), role
        if before[role] and news:
            caught_up = {k: v for k, v in (before[role] | news.elements).items() if v}
            assert caught_up == after, role
            again = scene.catch_up(person, news.seq)
            assert (again.seq, again.elements) == (news.seq, {}), role


def test_every_role_looks(people):
    assert {role for viewers in VIEWERS for role in viewers.values[0]} == vars(people).keys()


@pytest.mark.django_db  # Of this alone, too, is the scene made.
def test_every_action_is_in_the_table_above():
    forum = Path(settings.BASE_DIR, "forum")
    features = {path.parent for path in forum.glob("*/*/actions.py")}
    names = {".".join(path.relative_to(forum).parts) for path in features} | {"moderation"}
    names |= {f"conversation.threads.{it}" for it in ("edits", "summaries", "undo")}
    names |= {"conversation.threads.settlements", "conversation.addressees.referrals"}
    names.add("conversation.polls.secret_ballots")
    names |= {f"conversation.addressees.{it}" for it in ("same_questions", "selection")}
    # Moving is in the table as a factory does it, with the answers of all authors; its own test
    # has the rest. Handing over passes on what is followed or asked, and has tests of its own;
    # so has closing an account.
    others = {"members.closing", "members.handover", "moderation.thread_moves"}
    others |= {"conversation.questions.quiet_questions"}
    modules = [import_module(f"forum.{name}.actions") for name in names - others]
    made = {
        name
        for module in modules
        if "events.record(" in inspect.getsource(module)
        for name, made in vars(module).items()
        if callable(made) and made.__module__ == module.__name__ and name[0].islower()
    }
    of_others = {"carry_summary", "leave_polls", "leave_rounds", "no_poll_reason"}
    of_others |= {
        "frozen_voters",
        "count_ballots",
        "prepare_ballots",
        "lock",
        "close",
        "close_early",
        "close_due",
        "carry",
        "delete_all",
    }
    of_others |= {
        "keep_due_meetings",
        "remind_of_meetings",
        "mail_changes",
        "leave_words",
        "carry_meetings",
        "delete_meetings",
    }
    of_others |= {"replace_text", "set_head", "write_sheet", "unsaved"}
    of_others |= {"end_settlement", "carry_settlement"}
    of_others |= {"leave_settlement", "carry_same_questions", "leave_same_questions"}
    of_others |= {"require_quotable_summary"}
    of_others |= {"count_territories", "territory_of", "replace_summary", "add_thread"}
    of_others |= {"index_sheet", "index_tool", "publish_refused_edit", "set_holding_spaces"}
    others = {"remove_if_empty", "set_tags", "lift_measure", "end_measure"} | of_others
    assert made - others == {
        "start_thread", "post_reply", "undo_post", "edit_post", "delete_post", "edit_thread",
        "hide_post", "restore_post", "lock_thread", "slow_thread", "pin_thread",
        "accept_answer", "unaccept_answer", "thank_for_post", "take_thanks_back",
        "add_poll", "edit_poll", "vote", "take_vote_back", "close_poll", "remove", "restore",
        "cast_ballot", "count_closed",
        "open_round", "begin_phase", "amend_round", "take_position", "close_round",
        "write_outcome",
        "add_meetings", "edit_meeting", "cancel_meeting", "register", "withdraw",
        "withdraw_unseen",
        "set_wiki", "write_summary", "settle_question", "ask_others", "pass_on", "decline",
        "take_decline_back", "say_same_question", "take_same_question_back",
        "offer_tool", "publish_version", "edit_tool", "withdraw_tool", "say_used", "say_unused",
        "publish_sheet", "save_published", "approve_edit", "refuse_edit", "withdraw_edit",
        "approve_post", "refuse_post", "withdraw_post", "hide_recent_posts",
        "restore_together",
    }  # fmt: skip


def test_what_has_been_hidden_since_is_not_replayed(scene):
    CHANGES["reply, then hide"](scene)

    for person in vars(scene.people).values():
        news = scene.catch_up(person, 1)
        assert "Des mots à regretter" not in str(news and news.elements)


def test_a_thread_moved_out_of_sight_tells_nothing_more(scene, people):
    CHANGES["move to one college's room"](scene)

    assert scene.catch_up(people.authorities, 1) is None
    assert scene.catch_up(people.support, 1).elements


@pytest.mark.parametrize("after", [0, 2, 99, -1])
def test_a_page_out_of_reach_of_the_log_must_reload(after, scene, viewer_of, people):
    scene.thread.events.filter(seq=1).delete()
    if after == 2:
        scene.thread.events.all().delete()
        after = 1

    with pytest.raises(TooFarBehind):
        thread_changes_since(viewer_of(people.authorities), scene.thread.pk, after)


@pytest.mark.deep
@pytest.mark.usefixtures("no_posting_limits")
def test_a_page_too_many_changes_behind_must_reload(scene, viewer_of, people):
    for n in range(MAX_CHANGES):
        post_reply(people.projects, scene.thread, f"Réponse {n}")
    viewer = viewer_of(people.authorities)

    with pytest.raises(TooFarBehind):
        thread_changes_since(viewer, scene.thread.pk, 1)
    assert thread_changes_since(viewer, scene.thread.pk, 2).seq == MAX_CHANGES + 2


@pytest.mark.parametrize("viewers", VIEWERS)
@pytest.mark.parametrize("change", [
    it if n % 3 == 0 else pytest.param(it, marks=pytest.mark.deep)
    for n, it in enumerate(CHANGES)
])  # fmt: skip
def test_all_open_pages_are_mailed_at_once_what_each_would_be_told_alone(
    change, viewers, scene
):
    CHANGES[change](scene)

    who = {role: scene.viewer_of(person) for role, person in vars(scene.people).items()}
    kinds = {viewer.rights for viewer in who.values()}
    seq = Thread.objects.get(pk=scene.thread.pk).seq
    afters = range(-1, seq + 2)
    outlook = thread_changes_for(kinds, scene.thread.pk, afters)
    alone = {
        (role, after): told_alone(who[role], scene, after)
        for role in viewers
        for after in afters
    }
    for (role, after), news in alone.items():
        assert (who[role].rights in outlook.seen_by) == (news != "gone"), role
        assert news in ("gone", outlook.changes[after]), (role, after)
    assert outlook.seq == (seq if outlook.seen_by else None)


def told_alone(viewer, scene, after):
    try:
        return thread_changes_since(viewer, scene.thread.pk, after)
    except Thread.DoesNotExist:
        return "gone"
    except TooFarBehind:
        return None


def test_nobody_is_told_of_a_thread_that_none_of_them_sees(scene, viewer_of, people):
    CHANGES["move to one college's room"](scene)
    kinds = {viewer_of(people.guest).rights, viewer_of(people.authorities).rights}

    for asked in (kinds, set()):
        outlook = thread_changes_for(asked, scene.thread.pk, [1, 3])
        assert (outlook.seen_by, outlook.seq) == (frozenset(), None)
        assert outlook.changes == {1: None, 3: None}


def test_each_page_is_told_only_what_it_missed(scene, viewer_of, people):
    CHANGES["reply"](scene)
    told = thread_changes_for(
        [viewer_of(people.support).rights], scene.thread.pk, [1, 2, 3]
    ).changes

    assert list(told[1].elements) == ["post-2", "post-3", "thread-head", "thread-foot"]
    assert list(told[2].elements) == ["post-3", "thread-head", "thread-foot"]
    assert told[3].elements == {}


def test_a_thread_that_moves_while_it_is_read_shows_its_posts_to_nobody(
    scene, viewer_of, people
):
    def move_before_the_posts(execute, sql, *args):
        if 'FROM "forum_event"' in sql:
            CHANGES["move to the public square"](scene)
        return execute(sql, *args)

    with connection.execute_wrapper(move_before_the_posts):
        outlook = thread_changes_for(
            [viewer_of(people.support).rights], scene.thread.pk, [1, 2]
        )

    assert outlook.changes[1] is None  # Its page loads again, and sees what stands then.
    assert outlook.changes[2].elements == {}


def test_the_state_is_absolute(scene, viewer_of, people):
    news = thread_changes_since(viewer_of(people.authorities), scene.thread.pk, 2)

    assert news.state["posts"] == 2
    assert news.state["locked"] is False
    assert AUTHORITIES not in str(news.state)
