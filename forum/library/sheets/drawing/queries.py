"""What a thread says that a sheet may begin with: words of others as quotations, with who."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.base.text import excerpt
from accounts.base.translations import SOURCE_LANGUAGE, translated
from accounts.territories.models import Territory
from accounts.territories.queries import meant_territory
from accounts.viewers.viewers import Viewer
from forum.base.rules import is_author, require
from forum.conversation.mentions.names import without_mentions
from forum.conversation.mentions.quotations import POST_PATH, unasked_writers
from forum.conversation.threads.models import Post, Thread
from forum.library.sheets.actions import SheetValues
from forum.library.sheets.models import MAX_PART_LENGTH
from forum.library.sheets.quantities.units import with_written_units
from forum.library.sheets.rules import may_draw_sheet

#: Characters of a post that are taken.
_MAX_QUOTED = MAX_PART_LENGTH - 500
#: *Bonjour à tous,* or *Bonjour @Jeanne,* at the beginning; thanks or a polite formula at the
#: end, with who signs it.
_GREETING = re.compile(
    r"\A(?i:bonjour|bonsoir|salut)"
    r"(?:\s(?:(?i:à|tous|toutes|et|chers|chères|collègues)|@?[A-ZÉ][\w’-]*))*"
    r"[\s,.!]*(?:[,.!]|\n)\s*"
)
_THANKED = "d[’']avance|par avance|à tous|à toutes|à vous|pour vos|pour votre|de vos|de votre"
_CLOSING = re.compile(
    r"(?:\A|\n|(?<=[.!?…])\s)\s*+(?:"
    r"(?i:merci)(?:\s@[^\n.!?]{0,60})?"
    rf"(?:(?i:\sbeaucoup|\sbien)?\s(?i:{_THANKED})[^\n.!?]{{0,60}})?[\s,.!]*"
    r"|(?i:bien cordialement|cordialement|bien à vous|bonne journée|à bientôt)[\s,.!]*"
    r"(?:\n[^\n]{0,60})?)\Z"
)
_BLANK_LINES = re.compile(r"\n{3,}")
#: A link to a post, of which the words stay: its number is of another thread.
_POST_REFERENCE = re.compile(
    rf"\[([^\[\]\n]{{1,200}})\]\([^()\s]{{0,200}}{POST_PATH}\d{{1,18}}/\)"
)


@dataclass(frozen=True)
class DrawnDraft:
    """What a draft begins with, and the known territories that the work in it may be of.

    It names one where that is sure; else who draws it is asked.
    """

    values: SheetValues
    territories: list[Territory]


def drawn_draft(viewer: Viewer, thread: Thread) -> DrawnDraft:
    """What a draft drawn from ``thread`` begins with, of posts that all its readers read.

    Raise Thread.DoesNotExist unless ``viewer`` sees it, and Refused unless they may draw one.
    """
    thread = Thread.objects.visible_to(viewer).get(pk=thread.pk)
    posts = Post.objects.visible_to(viewer).filter(thread=thread)
    took_part = posts.filter(author=viewer.person_id).exists()
    may = may_draw_sheet(viewer, thread, took_part=took_part)
    require(may, _("Qui a pris part à ce fil, une fois réglé, peut en faire une fiche."))
    drawn_posts = posts.filter(number=1) | posts.filter(pk=thread.accepted_id or 0)
    shown = {post.number == 1: post for post in drawn_posts.with_byline()}
    first, accepted = shown.get(True), shown.get(False)
    parts = {}
    if first:
        name = "work" if thread.kind == "experience" else "context"
        parts[name] = _taken(viewer, first)
    if accepted:
        parts["results"] = _taken(viewer, accepted)
    work = first if thread.kind == "experience" else accepted
    meant = _territories_of_work(viewer, work, took_part=took_part)
    place = meant[0] if len(meant) == 1 else None
    values = SheetValues(
        title="" if thread.kind == "question" else thread.title,  # A question is asked for one.
        topic=thread.topic,
        tags=", ".join(translated(it, "name") for it in thread.taggings.all()),
        territory=place,
        population=place.population if place else None,
        population_year=None,
        parts=parts,
    )
    return DrawnDraft(values, [it for it in meant if it])


def _territories_of_work(
    viewer: Viewer, post: Post | None, *, took_part: bool
) -> list[Territory | None]:
    """Where the work that ``post`` tells of may be: of its author, or of who did so since.

    ``None`` stands for an author whose territory is not known.
    """
    seats = [post.seat_id] if post else []
    if took_part or not post:
        seats.append(viewer.seat_id)
    return list(dict.fromkeys(meant_territory(it) for it in dict.fromkeys(seats)))


def _taken(viewer: Viewer, post: Post) -> str:
    """The text of one's own post, or that of another as a quotation that names them.

    A wiki post that others edited is quoted, too. It has no greetings, and no quotations of its
    own.
    """
    text = excerpt(_own_words(post.text), _MAX_QUOTED).strip()
    seen = Post.objects.visible_to(viewer).filter(pk=post.pk)
    if is_author(viewer, post) and not unasked_writers(seen, {viewer.person_id or 0}):
        return text
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    with override(SOURCE_LANGUAGE):
        who = post.author.full_name
        if post.seat:
            who = f"{who} ({post.seat.organisation.name})"
        words = _("Écrit par %(who)s, [dans le fil](%(url)s) :")
        return f"{words % {'who': who, 'url': post.get_absolute_url()}}\n\n{lines}"


def _own_words(text: str) -> str:
    """What ``text`` itself tells, without greetings and mentions, its units well written."""
    lines = (it.rstrip() for it in text.splitlines() if not it.lstrip().startswith(">"))
    words = _BLANK_LINES.sub("\n\n", "\n".join(lines).strip())  # Endless runs are slow to read.
    words = _GREETING.sub("", words)
    for _formula in range(2):  # Thanks, and a polite formula.
        words = _CLOSING.sub("", words).rstrip()
    words = without_mentions(_POST_REFERENCE.sub(r"\1", words))
    words = with_written_units(words)
    return words[:1].upper() + words[1:] if words else text
