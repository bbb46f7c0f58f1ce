"""Meetings of threads, and who registers for which."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.dates import date_format
from accounts.base.inbox_watch import InboxWatch
from accounts.base.models import Addressable
from accounts.base.time_zones import TIME_ZONES, local_time, span_words
from forum.base import visibility
from forum.base.search_index.models import IndexedTexts
from forum.conversation.threads.summaries.models import Summary

if TYPE_CHECKING:
    from accounts.viewers.viewers import Rights, Viewer
    from forum.conversation.threads.models import Thread

MAX_PLACE_LENGTH, MAX_URL_LENGTH = 160, 500
#: The ``call_url`` of a call that one joins by the page of its meeting (``hosted_calls/``).
HOSTED_CALL = "bigbluebutton:"
MAX_QUESTION_LENGTH, MAX_ANSWER_LENGTH = 120, 160
#: Meetings of one thread that are to come; questions that who registers is asked.
MAX_DATES, MAX_QUESTIONS = 12, 3
_FOLLOWERS = "thread__follows__person"
#: The fields of a meeting that say when it is.
_SPAN = ("starts_at", "ends_at", "time_zone")
#: How long before a meeting who has a place is reminded of it.
REMINDERS = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
#: How long after it was set a meeting that nobody registered for is taken back without a trace.
CANCEL_GRACE_PERIOD = timedelta(minutes=5)


class Question(NamedTuple):
    """What who registers is asked: answered by some words, or by yes or no."""

    text: str
    is_yes_no: bool = False


class MeetingValues(NamedTuple):
    """What the form of a meeting says."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    place: str = ""
    call_url: str = ""
    max_people: int | None = None
    questions: tuple[Question, ...] = ()

    @property
    def day_words(self) -> str:
        """The days of it where it takes place, in words of the site's language."""
        zone = ZoneInfo(self.time_zone)
        days = (it.astimezone(zone).date() for it in (self.starts_at, self.ends_at))
        with translation.override(settings.LANGUAGE_CODE):
            return ", ".join(date_format(it, "l j F Y") for it in dict.fromkeys(days))


class MeetingQuerySet(visibility.VisibleQuerySet["Meeting"]):
    """Meetings, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))

    def with_counts(self) -> Self:
        """Meetings with ``going_count``, how many have a place, and ``waiting_count``."""
        has_place = Q(registrations__placed_at__isnull=False)
        is_waiting = Q(registrations__isnull=False, registrations__placed_at=None)
        annotations = {
            "going_count": Count("registrations", filter=has_place),
            "waiting_count": Count("registrations", filter=is_waiting),
        }
        return self.annotate(**annotations)

    def open(self) -> Self:
        """Those that are neither cancelled nor over."""
        return self.filter(cancelled_at=None, ended_at=None)

    def open_first(self) -> Self:
        """The open ones, the next first, then the others, the last first."""
        is_open = Q(cancelled_at=None, ended_at=None)
        return self.order_by(
            models.Case(models.When(is_open, then=0), default=1),
            models.Case(models.When(is_open, then=F("starts_at"))),
            "-starts_at",
            "pk",
        )


class Meeting(Addressable):
    """The readers of ``thread`` meet; its title is theirs, its first post says what about.

    ``author``: who set last when and where. ``place`` all read who see the thread, ``call_url``
    those who have a place. ``sequence`` grows as calendars are to be told of a change, and
    ``changed_at`` is when it last did; ``date_sequence`` is the first with its hours of now.
    Pages show it as over once ``ended_at`` says so, which the worker sets.
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="meetings")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="meetings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40, choices=list(TIME_ZONES.items()))
    place = models.CharField(max_length=MAX_PLACE_LENGTH, blank=True)
    call_url = models.URLField(max_length=MAX_URL_LENGTH, blank=True)
    max_people = models.PositiveIntegerField(null=True, blank=True)
    #: Its days in words of the site's language, by which searches find it.
    day_words = models.CharField(max_length=100, blank=True, editable=False)
    questions = models.JSONField(default=list, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    date_sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: When the last reminder was given, by which the inbox knows how long before it was.
    reminded_at = models.DateTimeField(null=True, blank=True)
    #: Set by the queries that ask for it.
    going_count: int
    waiting_count: int
    has_place: bool
    is_registered: bool
    has_minutes: bool
    has_feed: bool
    open_count: int

    objects = MeetingQuerySet.as_manager()
    private_column = "call_url"
    inbox_watches = (
        InboxWatch("registrations__person", on="UPDATE", of="thread"),
        InboxWatch("author", of="thread"),
        InboxWatch(_FOLLOWERS, on="INSERT DELETE"),
        InboxWatch(_FOLLOWERS, columns="thread_id, starts_at, ends_at, cancelled_at"),
        InboxWatch(_FOLLOWERS, of="thread", columns="space_id, removed_at"),
    )
    indexed_texts = IndexedTexts(
        ("place", "day_words"), Q(cancelled_at=None), gettext_lazy("Rencontre : %(text)s")
    )
    export_sections = (
        ExportSection(
            "meetings",
            "author",
            "thread starts_at ends_at time_zone place call_url questions created_at "
            "cancelled_at",
        ),
    )
    export_labels = {
        "meetings": gettext_lazy("Rencontres que vous avez prévues"),
        "time_zone": gettext_lazy("Fuseau horaire"),
        "place": gettext_lazy("Lieu"),
        "call_url": gettext_lazy("Adresse de la visio"),
        "questions": gettext_lazy("Questions à l’inscription"),
        "cancelled_at": gettext_lazy("Annulée le"),
    }
    privacy_notices = (
        PrivacyNotice(
            gettext_lazy("Les rencontres que vous prévoyez dans un fil"),
            gettext_lazy("Les annoncer à qui lit le fil : contrat"),
            gettext_lazy("Autant que le fil ; votre compte fermé, sans votre nom"),
            position=7,
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")),
                name="meeting_ends_not_before_its_start",
            )
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=Q(cancelled_at=None, ended_at=None),
                name="open_meeting_by_end",
            )
        ]

    def __str__(self) -> str:
        return self.when

    def get_absolute_url(self) -> str:
        """Its page, where one registers."""
        return reverse("meeting", args=[self.pk])

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions to who registers."""
        return tuple(Question(*it) for it in self.questions)

    @property
    def is_open(self) -> bool:
        """Whether it is neither cancelled nor noted as over."""
        return self.cancelled_at is None and self.ended_at is None

    @property
    def has_hosted_call(self) -> bool:
        """Whether its call is one that the page of the meeting leads into."""
        return self.call_url == HOSTED_CALL

    @property
    def takes_registrations(self) -> bool:
        """Whether it is open, and its end not reached."""
        return self.is_open and self.ends_at > timezone.now()

    @property
    def leaves_nothing(self) -> bool:
        """Whether nothing is left of it, cancelled now; of one read ``with_counts``."""
        is_new = self.created_at > timezone.now() - CANCEL_GRACE_PERIOD
        return is_new and not self.going_count and not self.waiting_count

    @property
    def is_reminder_due(self) -> bool:
        """Whether the moment of a reminder has come, and none was given since."""
        now, since = timezone.now(), self.reminded_at or self.changed_at or self.created_at
        moments = [self.starts_at - before for before in REMINDERS]
        return any(since < it <= now < self.starts_at for it in moments)

    @property
    def is_full(self) -> bool:
        """Whether who registers now waits for a place; of one read ``with_counts``."""
        return self.max_people is not None and self.going_count >= self.max_people

    @property
    def local_start(self) -> datetime:
        """Its start as clocks show it where it takes place."""
        return self.local_time(self.starts_at)

    @property
    def local_end(self) -> datetime:
        """Its end likewise."""
        return self.local_time(self.ends_at)

    def local_time(self, moment: datetime) -> datetime:
        """What clocks show where it takes place at ``moment``."""
        return local_time(moment, self.time_zone)

    @property
    def when(self) -> str:
        """Day and hours, in words; with the time zone where it is not the site's."""
        return span_words(self.starts_at, self.ends_at, self.time_zone)

    @property
    def when_with_zone(self) -> str:
        """The same, always with the time zone: for who reads it elsewhere than on the site."""
        return span_words(self.starts_at, self.ends_at, self.time_zone, names_zone=True)


def _seen_registrations(viewer: Viewer, prefix: str = "") -> Q:
    """The condition that a registration is seen: one's own, those for one's own, animators."""
    seen = visibility.threads(viewer, f"{prefix}meeting__thread__")
    if viewer.is_animator:
        return seen
    person = viewer.person_id or 0
    return seen & (Q((f"{prefix}person", person)) | Q((f"{prefix}meeting__author", person)))


def own_registrations(viewer: Viewer, prefix: str = "") -> Q:
    """The viewer's own registrations: theirs whatever their rights are."""
    return Q((f"{prefix}person", viewer.person_id or 0))


class RegistrationQuerySet(visibility.VisibleQuerySet["Registration"]):
    """Registrations under the names of who registered. Their numbers are the meeting's."""

    rule = staticmethod(_seen_registrations)

    def waiting(self) -> Self:
        """Those that wait for a place, in their order."""
        return self.filter(placed_at=None).order_by("registered_at", "pk")


class Registration(models.Model):
    """``person`` comes to ``meeting``, or waits for a place while ``placed_at`` is empty.

    ``answers`` are what they were asked then, each with what they said. ``attended_at``: when
    who keeps the meeting noted that they came. ``mailed_sequence``: the ``sequence`` of the
    meeting that their calendar was mailed last, of who has a place.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="registrations", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="meeting_registrations"
    )
    registered_at = models.DateTimeField(default=timezone.now)
    placed_at = models.DateTimeField(null=True, blank=True)
    mailed_sequence = models.PositiveIntegerField(null=True, blank=True)
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    answers = models.JSONField(default=list, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()
    inbox_watches = (InboxWatch("person"),)
    private_rows = True
    export_sections = (
        ExportSection(
            "meeting_registrations",
            "person",
            "thread=meeting__thread starts_at=meeting__starts_at registered_at placed_at "
            "organisation=seat__organisation__name answers attended_at",
            words={"meeting__author": "starts_at"},
        ),
    )
    export_labels = {
        "meeting_registrations": gettext_lazy("Vos inscriptions à des rencontres"),
        "registered_at": gettext_lazy("Inscription"),
        "placed_at": gettext_lazy("Place obtenue"),
        "answers": gettext_lazy("Vos réponses"),
        "attended_at": gettext_lazy("Présence notée"),
    }
    privacy_notices = (
        PrivacyNotice(
            gettext_lazy("Vos inscriptions aux rencontres"),
            gettext_lazy(
                "Compter les places ; les montrer, avec vos réponses et votre présence, à qui "
                "a prévu la rencontre et à l’équipe d’animation : contrat"
            ),
            gettext_lazy(
                "Autant que le fil, ou jusqu’à ce que vous y renonciez ; effacées avec votre "
                "compte"
            ),
            position=7,
        ),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="one_registration_a_meeting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.meeting_id}"

    @property
    def shown_answers(self) -> list[tuple[str, str]]:
        """``(question, answer)`` of each, as pages show them."""
        words = {"yes": _("Oui"), "no": _("Non")}
        return [
            (text, words[answer] if is_yes_no else answer)
            for text, is_yes_no, answer in self.answers
        ]


def has_meeting() -> Exists:
    """Whether a thread has a meeting to show."""
    return Exists(Meeting.objects.filter(thread=OuterRef("pk")))


def has_minutes(viewer: Viewer | Rights) -> dict[str, Exists]:
    """The annotation of meetings that says whether their thread was summed up since."""
    summaries = Summary.objects.visible_to(viewer).filter(thread=OuterRef("thread"))
    return {"has_minutes": Exists(summaries.filter(written_at__gt=OuterRef("ends_at")))}


def head_meeting(thread: Thread) -> Meeting | None:
    """The meeting in the head of ``thread``: the next open one, else the last.

    Its ``open_count`` is how many are open.
    """
    rows = Meeting.objects.filter(thread=thread.pk)
    count = Func("pk", function="COUNT", output_field=models.IntegerField())
    annotations = {"open_count": Subquery(rows.open().order_by().values_list(count))}
    return rows.with_counts().annotate(**annotations).open_first().first()


def coming_fields(viewer: Viewer | Rights) -> dict[str, Any]:
    """Annotations of rows about a ``thread``: what ``coming_text`` says."""
    coming = Meeting.objects.visible_to(viewer).open().filter(thread=OuterRef("thread"))
    return {
        f"coming_meeting_{name}": Subquery(coming.order_by("starts_at", "pk").values(name)[:1])
        for name in _SPAN
    }


def coming_text(row: Any) -> str:
    """When the next meeting of the thread of ``row`` is, which has ``coming_fields``; or ""."""
    starts_at, ends_at, time_zone = (getattr(row, f"coming_meeting_{it}") for it in _SPAN)
    if starts_at is None or ends_at <= timezone.now():
        return ""
    when = span_words(starts_at, ends_at, time_zone, names_zone=True)
    return _("Rencontre\u00a0: %(when)s") % {"when": when}
