"""Questions that are put to a person, or to what they represent, until they are answered."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Organisation
from forum.addressees.models import ThreadAddressee
from forum.addressees.queries import concerns
from forum.follows.models import muted_author
from forum.inbox.notification import Notification, mailed_as, waiting_source
from forum.models import Post

#: The newest.
_MAX_QUESTIONS = 50
_OPEN = {"thread__kind": "question", "thread__is_locked": False, "thread__accepted": None}


@waiting_source
def questions_to_answer(person, viewer):
    """The open questions that wait for an answer of the person, or of their organisation."""
    for one in _QUESTIONS.rows(viewer.rights, person_id=person.pk) if viewer.is_member else ():
        thread = one.thread
        asker = thread.seat.organisation.name if thread.seat else thread.author.full_name
        values = {"who": asker, "title": thread.title}
        if one.person_id:
            text = _("%(who)s vous demande : « %(title)s »")
        else:
            text = _("%(who)s demande à « %(name)s » : « %(title)s »")
            values["name"] = (one.organisation or one.territory).name
        # One that was held is put to them as it is approved.
        at = max(one.asked_at, thread.created_at)
        mailed = mailed_as(thread.space, reverse("thread-short", args=[thread.pk]))
        yield Notification(at, text % values, thread.get_absolute_url(), True, **mailed)


def _questions(rights, person_id, at):
    asked = ThreadAddressee.objects.visible_to(rights).filter(concerns(person_id, at), **_OPEN)
    waiting = asked.filter(~Exists(_answers(rights))).exclude(thread__author=person_id)
    waiting = waiting.exclude(muted_author(person_id, "thread__author"), person=person_id)
    waiting = waiting.select_related(
        "thread__author",
        "thread__seat__organisation",
        "thread__space",
        "organisation",
        "territory",
    )
    return waiting.order_by("-asked_at")[:_MAX_QUESTIONS]


def _answers(rights):
    """The shown replies by whom the question was put to, their successors, their people."""
    acts_there = Organisation.territories.through.objects.filter(
        organisation=OuterRef("seat__organisation"), territory=OuterRef(OuterRef("territory"))
    )
    by_addressee = (
        Q(author=OuterRef("person"))
        | Q(seat=OuterRef("seat__successor"))
        | Q(seat__organisation=OuterRef("organisation"))
        | Q(Exists(acts_there))
    )
    replies = Post.objects.visible_to(rights).filter(thread=OuterRef("thread"), number__gt=1)
    return replies.filter(by_addressee)


_QUESTIONS = CompiledQuery(_questions, "person_id", "at")
