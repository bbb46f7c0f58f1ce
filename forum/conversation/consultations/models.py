"""What is asked of the readers of a thread until a day, and who votes where that is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.dates import date_format
from accounts.base.models import Addressable
from accounts.models import Seat
from forum.base import visibility

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from accounts.moderation_log.models import LoggedAction
    from accounts.viewers.viewers import Rights, Viewer
    from forum.conversation.threads.models import Thread


#: More than one page lists: a larger network asks its colleges or groups.
MAX_VOTERS = 1_000
#: Successors of a seat, one after the other, that may still answer for a person.
_MAX_HANDOVERS = 3


def seen(viewer: Viewer | Rights, prefix: str = "") -> Q:
    """The condition that a consultation is seen: its thread is, and it was not removed."""
    shown = Q((f"{prefix}removed_at", None))
    return visibility.threads(viewer, f"{prefix}thread__") & shown


def removed(viewer: Viewer, prefix: str = "") -> Q:
    """The removed ones that animators may restore, of threads that they see."""
    condition = Q((f"{prefix}removed_at__isnull", False), (f"{prefix}is_restorable", True))
    readable = visibility.threads(viewer, f"{prefix}thread__") & condition
    return readable if viewer.is_animator else Q((f"{prefix}pk__in", []))


class ConsultationQuerySet[Row: Model](visibility.VisibleQuerySet[Row]):
    """Consultations of one kind."""

    rule = staticmethod(seen)

    def with_counts(self) -> Self:
        """The rows with how many have answered, by which ``has_answers`` knows."""
        raise NotImplementedError

    def open(self) -> Self:
        """Those that nobody has closed or removed."""
        return self.filter(closed_at=None, removed_at=None)

    def open_first(self) -> Self:
        """The open one, then the closed ones, the last first."""
        return self.order_by(F("closed_at").desc(nulls_first=True), "-pk")


class Consultation(Addressable):
    """``author`` asks something of the readers of ``thread``.

    It takes answers until the end of the day ``closes_on``, or until somebody closes it; then
    ``closes_on`` is empty. Pages show it as closed once ``closed_at`` says so, which the worker
    sets. ``is_restorable``: an animator removed it, and its readers are the same still.
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="%(class)ss")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="%(class)ss"
    )
    created_at = models.DateTimeField(default=timezone.now)
    closes_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    is_restorable = models.BooleanField(default=False)

    #: What is said of one that is open, without a last day and with it.
    open_words: ClassVar[tuple[_StrPromise, _StrPromise]]
    #: What the log says where an animator removes and restores one.
    logged_actions: ClassVar[tuple[LoggedAction, LoggedAction]]
    private_column = "removed_at"

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["thread"],
                condition=Q(closed_at=None, removed_at=None),
                name="one_open_%(class)s_a_thread",
            )
        ]
        indexes = [
            models.Index(
                fields=["closes_on"],
                condition=Q(closed_at=None),
                name="%(class)s_by_last_day",
            )
        ]

    @property
    def has_answers(self) -> bool:
        """Whether anybody has answered; of one that was read ``with_counts``."""
        raise NotImplementedError

    @property
    def may_close_early(self) -> bool:
        """Whether it may close before its last day."""
        return True

    @property
    def is_over(self) -> bool:
        """Whether it is closed, or its last day over."""
        is_past = self.closes_on is not None and self.closes_on < timezone.localdate()
        return self.closed_at is not None or is_past

    @property
    def takes_votes(self) -> bool:
        """Whether it is open, and its last day not over."""
        return not self.is_over

    @property
    def zone_place(self) -> str:
        """Where it is midnight as its last day ends: the place that names the site's zone."""
        zone: str = settings.TIME_ZONE
        return zone.rpartition("/")[2].replace("_", " ")


def rows_of(model: type[Consultation]) -> ConsultationQuerySet[Any]:
    """All rows of a kind of consultations."""
    return cast(ConsultationQuerySet[Any], model._default_manager.all())


def count_of(rows: QuerySet[Any], key: str) -> Coalesce:
    """How many of ``rows``, a query within another, there are for one of its ``key``.

    Each is asked by itself: joined, rows of several tables would be multiplied.
    """
    counts = rows.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)


def has_one(model: type[Consultation]) -> Exists:
    """Whether a thread has one to show; what that says changes with the thread alone."""
    return Exists(rows_of(model).filter(thread=OuterRef("pk"), removed_at=None))


def head_of(model: type[Consultation], thread: Thread) -> Any:
    """The one in the head of ``thread``: the open one, else the one that closed last."""
    rows = rows_of(model).filter(thread=thread.pk, removed_at=None).with_counts()
    return rows.open_first().first()


def open_fields(viewer: Viewer | Rights, thread: str = "thread") -> dict[str, Any]:
    """Annotations of rows about a ``thread``: what ``open_text`` says."""
    fields: dict[str, Any] = {}
    for model in Consultation.__subclasses__():
        rows = rows_of(model).visible_to(viewer).open().filter(thread=OuterRef(thread))
        fields |= {
            _open_field(model, name): Subquery(rows.values(name))
            for name in ("id", "closes_on")
        }
    return fields


def open_text(row: Any) -> str:
    """What is open in the thread of ``row``, which has ``open_fields``; "" for nothing."""
    texts = []
    for model in Consultation.__subclasses__():
        pk, last_day = (getattr(row, _open_field(model, it)) for it in ("id", "closes_on"))
        if pk is None or (last_day and last_day < timezone.localdate()):
            continue
        without_day, with_day = model.open_words
        day = {"day": date_format(last_day, "j F")} if last_day else {}
        texts.append(str(with_day) % day if day else str(without_day))
    return ", ".join(texts)


def _open_field(model: type[Consultation], name: str) -> str:
    return f"open_{model._meta.model_name}_{name}"


class VoterKind(models.TextChoices):
    """Who votes: once each."""

    ORGANISATION = (
        "organisation",
        _("Chaque organisation : une voix, par qui la représente"),
    )
    PERSON = "person", _("Chaque personne : une voix")


class Quorum(models.TextChoices):
    """How many voters of each college must have answered for something to be adopted."""

    HALF = "half", _("La moitié des voix de chaque collège")
    TWO_THIRDS = "two_thirds", _("Les deux tiers des voix de chaque collège")


class VoterQuerySet[Row: Model](visibility.VisibleQuerySet[Row]):
    """The voters of one kind of consultations."""

    def of_person(self, person_id: int, at: datetime | None = None) -> Self:
        """Those for which a person answers, by a seat in the organisation or the voter's own.

        Whoever follows in a seat answers in its stead.
        """
        own = Seat.objects.representing(at).filter(person=person_id)
        speaks = Q(seat=None, organisation__in=own.values("organisation"))
        for n in range(_MAX_HANDOVERS + 1):
            speaks |= Q((f"seat{'__successor' * n}__in", own.values("pk")))
        return self.filter(speaks)


class Voter(models.Model):
    """Who counts once, frozen as it opened: of ``organisation``, in its college of then.

    ``seat``: by which a person has it, where each person has one.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    college = models.ForeignKey("accounts.College", models.PROTECT, related_name="+")
    seat = models.ForeignKey("accounts.Seat", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        if self.seat is None:
            return str(self.organisation)
        return f"{self.seat.person}, {self.organisation}"
