"""What a new member is mailed after their welcome: of their topics, of places like theirs."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.territories.queries import meant_territory
from accounts.viewers.viewers import Viewer
from forum.base.outgoing_mail.queries import undoable_since
from forum.base.rules import may_reply
from forum.base.spaces.models import MailContent
from forum.conversation.addressees.selection.queries import SIMILAR, Criteria
from forum.conversation.addressees.selection.similarity import similar_territories
from forum.conversation.follows.models import QUIET, Follow, ThreadRead, muted_author
from forum.conversation.follows.subscriptions.models import Subscription
from forum.conversation.follows.subscriptions.queries import is_subscribed_at
from forum.conversation.threads.kinds import UNANSWERED
from forum.library.sheets.models import ExperienceSheet
from forum.library.sheets.querysets import written_sheets
from forum.models import Expertise, Post, Thread

#: The newest questions among which one is looked for that its reader may answer.
_MAX_QUESTIONS = 20
#: How many times as large, or as small, a territory is at most that is like another.
_FACTOR = 2.0


def welcome_question(viewer: Viewer) -> Post | None:
    """The first post of the newest question without a reply on a topic of ``viewer``.

    A topic that they subscribe to or say they know, or of which they have read a thread.
    """
    person = viewer.person_id or 0
    read = Follow.objects.filter(person=person, last_read_number__gt=0)
    topics = (
        Q(topic__in=Subscription.objects.filter(person=person).values("topic"))
        | Q(topic__in=Expertise.objects.filter(person=person).values("topic"))
        | Q(topic__in=read.values("thread__topic"))
        | Q(topic__in=ThreadRead.objects.filter(person=person).values("thread__topic"))
    )
    threads = _new_threads(viewer).filter(UNANSWERED, topics, accepted=None)
    questions = _first_posts(viewer, threads).order_by("-pk")[:_MAX_QUESTIONS]
    return next((it for it in questions if may_reply(viewer, it.thread)), None)


def welcome_sheet(viewer: Viewer) -> tuple[ExperienceSheet, Post] | None:
    """The newest sheet of a territory like that of ``viewer``, and the post with its text."""
    like = meant_territory(viewer.seat_id)
    criteria = Criteria(SIMILAR, territory=like, is_same_type=True, factor=_FACTOR)
    sheets = ExperienceSheet.objects.published_to(viewer).filter(
        territory__in=similar_territories(viewer, criteria),
        thread__in=_new_threads(viewer),
        outdated="",
    )
    sheets = sheets.exclude(written_sheets(viewer)).with_display_fields()
    if (sheet := sheets.newest_first().first()) is None:
        return None
    post = _first_posts(viewer, [sheet.thread_id or 0]).first()
    return (sheet, post) if post else None


def _new_threads(viewer: Viewer) -> QuerySet[Thread]:
    """The threads of others that ``viewer`` sees, and neither follows nor has opened.

    Without those of which they want to hear nothing, and those of which mails say nothing.
    """
    person = viewer.person_id or 0
    about = {"person": person, "thread": OuterRef("pk")}
    threads = Thread.objects.visible_to(viewer).exclude(author=person)
    threads = threads.exclude(Exists(Follow.objects.filter(**about)))
    threads = threads.exclude(Exists(ThreadRead.objects.filter(**about)))
    threads = threads.exclude(muted_author(person))
    threads = threads.exclude(space__mail_content=MailContent.NOTHING)
    return threads.exclude(is_subscribed_at(person, *QUIET))


def _first_posts(viewer: Viewer, threads: QuerySet[Thread] | list[int]) -> QuerySet[Post]:
    """Those of ``threads`` that ``viewer`` sees, and whose authors may not undo them."""
    posts = Post.objects.visible_to(viewer).filter(
        number=1, thread__in=threads, created_at__lte=undoable_since()
    )
    return posts.with_byline().select_related("thread__space")
