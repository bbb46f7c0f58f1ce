"""Kinds of threads, and which questions have no answer yet."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _


class ThreadKind(models.TextChoices):
    """What a thread is."""

    QUESTION = "question", _("Question")
    EXPERIENCE = "experience", _("Retour d’expérience")
    DISCUSSION = "discussion", _("Discussion")
    ANNOUNCEMENT = "announcement", _("Annonce")


class OfKind(models.Model):
    """A thread of a ``kind``. ``has_sheet``: an experience sheet heads it.

    The text of its first post is the sheet's then, and ``sheet_figures`` what lists show of it,
    a figure a line.
    """

    kind = models.CharField(_("nature"), max_length=12, choices=ThreadKind.choices)
    has_sheet = models.BooleanField(default=False, db_default=False, editable=False)
    sheet_figures = models.CharField(
        max_length=60, blank=True, default="", db_default="", editable=False
    )

    class Meta:
        abstract = True


def resolved(prefix: str = "") -> Q:
    """The condition that a thread is settled: by an answer, or otherwise (``Settlement``).

    ``prefix`` is the path to it, such as ``thread__``.
    """
    by_answer = Q((f"{prefix}accepted__isnull", False))
    return by_answer | Q((f"{prefix}settled_at__isnull", False))


def unresolved(prefix: str = "") -> Q:
    """The condition that a thread is a question that is not settled."""
    values = {"kind": ThreadKind.QUESTION, "accepted": None, "settled_at": None}
    return Q(*((f"{prefix}{name}", value) for name, value in values.items()))


REMOVED, OPEN = (
    F("removed_reply_count"),
    Q(kind=ThreadKind.QUESTION, is_locked=False, settled_at=None),
)
#: Questions without a reply that is shown. The 1 is written into the SQL: so PostgreSQL knows
#: when it plans for any values that the partial index serves.
UNANSWERED = OPEN & Q(post_count=REMOVED + RawSQL("1", (), models.IntegerField()))


def quiet(before: Any) -> Q:
    """The condition that a question is not settled, with no reply since ``before``."""
    return unresolved() & Q(is_locked=False, removed_at=None, last_posted_at__lte=before)


#: Questions that have a reply that is shown.
ANSWERED = Q(post_count__gt=REMOVED + 1)
