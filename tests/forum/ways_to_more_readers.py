"""Every way by which words may come to more readers, done as far as the site lets.

Each is a function of a ``world``: Claire acts, Lucie animates, Jeanne and Nora wrote, Odile
reads what she did not write. Each person's words bear a word of their own, so that what
somebody reads tells whose it is. ``world.agreed``: who did it themselves, or said yes.
"""

import json

from django.apps import apps
from django.test import Client

from accounts.viewers.viewers import viewer_of_person
from forum.base import markup
from forum.base.rules import Refused
from forum.conversation.files.actions import Attachment
from forum.conversation.files.sent_files import files_of_sheet
from forum.conversation.polls.actions import close_poll
from forum.conversation.threads.edits.actions import edit_post, set_wiki
from forum.conversation.threads.settlements.actions import settle_question
from forum.conversation.threads.summaries.actions import write_summary
from forum.library.open_data.queries import public_versions_of_file
from forum.library.sheets.actions import publish_sheet, save_published
from forum.library.sheets.authors.actions import answer_invitation, invite_author, remove_author
from forum.library.sheets.confirmations.actions import answer_still_true
from forum.library.sheets.drafts.actions import save_draft
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.public_versions.actions import (
    answer_public_version,
    propose_public_version,
)
from forum.library.sheets.reviews.actions import ask_review
from forum.library.sheets.reviews.calls.actions import open_call, take_call
from forum.models import Post
from forum.moderation.thread_moves.actions import answer_move, complete_move, move_thread
from forum.moderation.thread_moves.merges.actions import merge_threads
from forum.moderation.thread_moves.splits.actions import split_thread
from tests.factories import create_tool, post_reply, start_thread
from tests.forum.conversation.files.file_helpers import uploaded
from tests.forum.conversation.meeting_helpers import create_meeting
from tests.forum.conversation.poll_helpers import add_poll
from tests.forum.conversation.round_helpers import answer, create_round
from tests.forum.library.newsletter.newsletter_helpers import issue_of
from tests.forum.library.sheets.public_helpers import PROPOSAL, YES, with_author
from tests.forum.library.sheets.sheet_helpers import draft_of, values
from tests.forum.library.sheets.sheet_helpers import publish as publish_draft
from tests.forum.mail.mail_archives.helpers import import_mails, mail, publish
from tests.forum.members.export_helpers import taken_along

#: The ways, by name, and those that the site refuses at their end.
WAYS = {}
REFUSED = {
    "call", "edit_of_a_sheet", "merge", "move_of_a_file", "move_of_a_note",
    "move_of_a_sheet", "public_summary_that_quotes", "public_version_that_quotes",
    "public_version_that_quotes_a_wiki_post", "quotation_elsewhere",
    "quotation_of_a_wiki_post", "settlement_that_quotes", "summary_that_quotes",
}  # fmt: skip


def way(function):
    """Enter ``function`` in WAYS."""
    WAYS[function.__name__] = function
    return function


by = viewer_of_person


def said(person, words="Voilà ce que nous avons fait."):
    """Words that name who wrote them, to this test alone."""
    return f"{words} {word_of(person)}"


def word_of(person):
    return f"canari{person.pk}canari"


def thread_of(world, space="group"):
    """Claire's question, Jeanne's wiki post that Nora edited, what quotes it, what heads it."""
    world.agreed.add(world.claire)
    thread = start_thread(world.claire, world.spaces[space], text=said(world.claire))
    wiki = set_wiki(
        post_reply(world.jeanne, thread, said(world.jeanne)), by(world.jeanne), True
    )
    wiki = edit_post(wiki, by(world.nora), f"{wiki.text} {said(world.nora)}", wiki.version)
    post_reply(world.claire, thread, quotation(wiki))
    write_summary(thread, by(world.lucie), said(world.lucie), 0)
    close_poll(add_poll(thread, world.claire, question=said(world.claire)), by(world.lucie))
    add_poll(thread, world.lucie, question=said(world.lucie))
    it = create_round(thread, text=said(world.claire))
    answer(it, world.claire, "objection", said(world.claire))
    for person in world.claire, world.lucie:
        create_meeting(thread, author=person, place=said(person))
    return thread


def quotation(post):
    words = markup.quote(post.text, post.author.full_name, 1, post.get_absolute_url())
    return f"{words}\n\nNous aussi."


def draft_by_three(world, removed=()):
    """Claire's draft with parts of Jeanne and Nora; those ``removed`` then write it no more."""
    world.agreed.add(world.claire)
    own = {"work": said(world.claire)}
    draft = draft_of(by(world.claire), world.place, world.topic, **own)
    for name, person in (("context", world.jeanne), ("advice", world.nora)):
        row = invite_author(draft, by(world.claire), person)
        answer_invitation(row.pk, by(person), accepts=True)
        own[name] = said(person, "Il faut commencer par la régie.")
        draft = save_draft(
            draft, by(person), values(world.place, world.topic, **own), draft.version
        )
        if person in removed:
            remove_author(row.pk, by(world.claire))
        else:
            world.agreed.add(person)  # To be read where it is published among members.
    return draft


@way
def move(world):
    thread = thread_of(world)
    for name in ("network", "public"):
        asked = move_thread(thread, by(world.lucie), world.spaces[name])
        answer_move(asked, by(world.claire), True)
        complete_move(asked, by(world.lucie))


@way
def move_of_what_one_wrote_alone(world):
    thread = start_thread(world.lucie, world.spaces["group"], text=said(world.lucie))
    post = set_wiki(thread.posts.get(), by(world.lucie), True)
    edit_post(post, by(world.nora), f"{post.text} {said(world.nora)}", post.version)
    world.agreed.add(world.lucie)
    move_thread(thread, by(world.lucie), world.spaces["public"])


@way
def move_with_a_yes(world):
    thread = thread_of(world)
    asked = move_thread(thread, by(world.lucie), world.spaces["public"])
    for person in (world.claire, world.jeanne, world.nora):
        answer_move(asked, by(person), True)
        world.agreed.add(person)


@way
def move_of_a_sheet(world):
    draft = draft_by_three(world)
    sheet = publish_draft(draft, by(world.claire), world.spaces["group"])
    remove_author(sheet.coauthors.get(person=world.nora).pk, by(world.claire))
    world.agreed -= {world.jeanne, world.nora}
    asked = move_thread(sheet.thread, by(world.lucie), world.spaces["public"])
    answer_move(asked, by(world.claire), True)
    complete_move(asked, by(world.lucie))


@way
def move_of_a_note(world):
    """Nora says that the sheet is true no more, and then writes it no more."""
    world.agreed.add(world.claire)
    own = {"work": said(world.claire)}
    draft = draft_of(by(world.claire), world.place, world.topic, **own)
    row = with_author(draft, world.claire, world.nora).coauthors.get()
    sheet = publish_draft(draft, by(world.claire), world.spaces["group"])
    answer_still_true(sheet.thread_id, by(world.nora), said(world.nora))
    remove_author(row.pk, by(world.claire))
    asked = move_thread(sheet.thread, by(world.lucie), world.spaces["public"])
    answer_move(asked, by(world.claire), True)
    complete_move(asked, by(world.lucie))


def draft_with_file(world):
    """Claire's draft, with a file of Nora, who writes it no more; the sheet, her row."""
    world.agreed.add(world.claire)
    own = {"work": said(world.claire)}
    draft = draft_of(by(world.claire), world.place, world.topic, **own)
    row = with_author(draft, world.claire, world.nora).coauthors.get()
    browser = Client()
    browser.force_login(world.nora)
    sent = uploaded(browser, f"{word_of(world.nora)}.pdf")
    given = [Attachment(sent, "Le bilan.")]
    new = values(world.place, world.topic, **own)
    return save_draft(draft, by(world.nora), new, draft.version, given), row


@way
def move_of_a_file(world):
    draft, row = draft_with_file(world)
    sheet = publish_with_files(world, draft, "group")
    remove_author(row.pk, by(world.claire))
    asked = move_thread(sheet.thread, by(world.lucie), world.spaces["public"])
    answer_move(asked, by(world.claire), True)
    complete_move(asked, by(world.lucie))


@way
def publication_of_a_file(world):
    draft, row = draft_with_file(world)
    remove_author(row.pk, by(world.claire))
    for name in ("public", "network", "group"):
        attempt(lambda name=name: publish_with_files(world, draft, name))


def publish_with_files(world, draft, space):
    sent = files_of_sheet(by(world.claire), draft.pk)
    thread = publish_sheet(
        draft, by(world.claire), world.spaces[space], version=draft.version,
        files=sent.attachments if sent else (),
    )  # fmt: skip
    return thread.sheet


@way
def merge(world):
    thread = thread_of(world)
    into = start_thread(world.lucie, world.spaces["public"], title="Ailleurs")
    merge_threads(thread, into, by(world.lucie))


@way
def split(world):
    thread = thread_of(world)
    about = {"topic": world.topic, "kind": "question", "tags": []}
    split_thread(thread, by(world.lucie), numbers=[2, 3], title="Autre sujet", **about)


@way
def publication(world):
    draft = draft_by_three(world, removed=(world.nora,))
    for name in ("public", "network"):
        attempt(lambda name=name: publish_draft(draft, by(world.claire), world.spaces[name]))


@way
def public_version(world):
    sheet = publish_draft(draft_by_three(world), by(world.claire), world.spaces["group"])
    remove_author(sheet.coauthors.get(person=world.nora).pk, by(world.claire))
    world.agreed -= {world.nora}
    version = propose_public_version(sheet.thread_id, by(world.claire), PROPOSAL)
    for person in (world.claire, world.jeanne):
        answer_public_version(version.pk, by(person), YES)


@way
def public_version_that_quotes(world):
    said_there = start_thread(world.nora, world.spaces["group"], text=said(world.nora))
    world.agreed |= {world.claire}
    draft = draft_of(
        by(world.claire), world.place, world.topic,
        context=quotation(said_there.posts.get()), work=said(world.claire),
    )  # fmt: skip
    sheet = publish_draft(draft, by(world.claire), world.spaces["group"])
    version = propose_public_version(sheet.thread_id, by(world.claire), PROPOSAL)
    answer_public_version(version.pk, by(world.claire), YES)


@way
def public_summary_that_quotes(world):
    world.agreed.add(world.claire)
    draft = draft_of(by(world.claire), world.place, world.topic, work=said(world.claire))
    sheet = publish_draft(draft, by(world.claire), world.spaces["group"])
    proposal = PROPOSAL._replace(summary=quotation(closed_post(world)))
    version = propose_public_version(sheet.thread_id, by(world.claire), proposal)
    answer_public_version(version.pk, by(world.claire), YES)


@way
def public_version_that_quotes_a_wiki_post(world):
    """Jeanne quotes a post of hers that Nora edited."""
    wiki = wiki_post(world)
    world.agreed |= {world.claire, world.jeanne}
    draft = draft_of(by(world.jeanne), world.place, world.topic, context=quotation(wiki))
    sheet = publish_draft(draft, by(world.jeanne), world.spaces["group"])
    version = propose_public_version(sheet.thread_id, by(world.jeanne), PROPOSAL)
    answer_public_version(version.pk, by(world.jeanne), YES)


@way
def open_data(world):
    public_version(world)
    assert list(public_versions_of_file(1)) == []


@way
def edit_of_a_sheet(world):
    """What is put into what others read is by who puts it there."""
    world.agreed.add(world.claire)
    draft = draft_of(by(world.claire), world.place, world.topic, work=said(world.claire))
    sheet = publish_draft(draft, by(world.claire), world.spaces["network"])
    closed = start_thread(world.nora, world.spaces["group"], text=said(world.nora))
    new = values(world.place, world.topic, context=quotation(closed.posts.get()))
    save_published(sheet, by(world.claire), new, sheet.version)


@way
def call(world):
    draft = draft_by_three(world)
    ExperienceSheet.objects.filter(pk=draft.pk).update(space=world.spaces["group"])
    draft.refresh_from_db()
    world.agreed -= {world.jeanne, world.nora, world.claire}
    opened = open_call(draft, by(world.claire))
    attempt(lambda: take_call(opened.pk, by(world.odile)))
    attempt(lambda: ask_review(draft, by(world.claire), world.odile))
    invite_author(draft, by(world.claire), world.odile)


@way
def quotation_elsewhere(world):
    world.agreed.add(world.claire)
    post = closed_post(world)
    open_thread = start_thread(world.claire, world.spaces["public"], title="Ailleurs")
    own = post_reply(world.claire, open_thread, "Voyons.")
    attempt(lambda: edit_post(own, by(world.claire), quotation(post), own.version))
    attempt(lambda: post_reply(world.claire, open_thread, "> " + quotation(post)))
    post_reply(world.claire, open_thread, quotation(post))


def closed_post(world):
    """What Nora says in a group."""
    return start_thread(world.nora, world.spaces["group"], text=said(world.nora)).posts.get()


def wiki_post(world):
    """What Jeanne wrote in a group, and Nora edited."""
    thread = start_thread(world.claire, world.spaces["group"], text=said(world.claire))
    post = post_reply(world.jeanne, thread, said(world.jeanne))
    wiki = set_wiki(post, by(world.jeanne), True)
    return edit_post(wiki, by(world.nora), f"{wiki.text} {said(world.nora)}", wiki.version)


@way
def quotation_of_a_wiki_post(world):
    world.agreed |= {world.claire, world.jeanne}
    wiki = wiki_post(world)
    open_thread = start_thread(world.claire, world.spaces["public"], title="Ailleurs")
    post_reply(world.jeanne, open_thread, quotation(wiki))


@way
def summary_that_quotes(world):
    world.agreed.add(world.claire)
    thread = start_thread(world.claire, world.spaces["public"], title="Ailleurs")
    write_summary(thread, by(world.claire), quotation(closed_post(world)), 0)


@way
def settlement_that_quotes(world):
    world.agreed.add(world.claire)
    thread = start_thread(world.claire, world.spaces["public"], title="Ailleurs")
    settle_question(thread, by(world.claire), quotation(closed_post(world)))


@way
def archive(world):
    world.nora.emailaddress_set.create(email="marie@mairie.example", verified=True)
    mails = import_mails(world.spaces["public"], mail(1, "Bonjour."))
    publish(mails, by(world.lucie))


@way
def newsletter(world):
    issue_of((thread_of(world), "À lire."))


@way
def tool(world):
    thread = thread_of(world)
    create_tool(post_reply(world.nora, thread), used_for=said(world.nora))
    asked = move_thread(thread, by(world.lucie), world.spaces["public"])
    answer_move(asked, by(world.claire), True)
    complete_move(asked, by(world.lucie))


@way
def export(world):
    thread_of(world), draft_by_three(world, removed=(world.nora,))
    taken = json.dumps(taken_along(world.odile), default=str)
    assert "canari" not in taken
    taken = json.dumps(taken_along(world.nora), default=str)
    assert word_of(world.jeanne) not in taken.replace(wiki_text(world), "")


def wiki_text(world):
    """What Nora wrote last of a wiki post, which she takes along with what stood there."""
    return json.dumps(Post.objects.get(edited_by=world.nora).text)[1:-1]


def attempt(action):
    """Try what the site may refuse."""
    try:
        action()
    except (Refused, apps.get_model("forum", "ReviewCall").DoesNotExist):
        pass
