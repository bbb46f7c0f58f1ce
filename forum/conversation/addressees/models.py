"""To whom a question is put: persons, organisations and territories; what became of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)  # fmt: skip
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from accounts.base.inbox_watch import InboxWatch
from accounts.base.json_rows import rows_as_json
from accounts.base.models import Addressable
from accounts.models import Organisation
from forum.base import visibility

if TYPE_CHECKING:
    from forum.conversation.threads.models import Post

#: Characters of what one says who passes a question on, or says that it is not for them.
MAX_WORDS_LENGTH = 300


class Origin(models.TextChoices):
    """How a question came to be put to somebody."""

    ASKER = "asker", _("Par qui la pose, ou l’équipe d’animation")
    REFERRAL = "referral", _("Par qui elle était posée avant")
    QUIET = "quiet", _("Restée sans réponse")


class DeclineReason(models.TextChoices):
    """Why a question is not for who was asked."""

    NOT_CONCERNED = "not_concerned", _("ce sujet n’est pas le nôtre")
    NO_EXPERIENCE = "no_experience", _("nous n’avons pas cette expérience")
    NO_TIME = "no_time", _("pas le temps en ce moment")
    OTHER = "other", _("autre raison")


class State(models.TextChoices):
    """What became of a question with one of those whom it was put to."""

    ASKED = "asked", _("interrogé")
    ANSWERED = "answered", _("a répondu")
    REFERRED = "referred", _("a transmis")
    DECLINED = "declined", _("pas nous")


class ThreadAddresseeQuerySet(visibility.VisibleQuerySet["ThreadAddressee"]):
    """Addressees, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class ThreadAddressee(Addressable):
    """A question is put to a person, an organisation or a territory: one of the three.

    ``seat``: the one for which the page of the person named them, if any. ``referred_from``:
    who passed the question on to them, with ``word``, which they alone read. ``declined_at``:
    since when they say that it is not for them, with a reason and words if they like. An
    answer of theirs counts for more (``answers``).
    """

    thread = models.ForeignKey("forum.Thread", models.CASCADE, related_name="addressees")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="questions_received",
        db_index=False,
    )
    seat = models.ForeignKey("accounts.Seat", models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        related_name="questions_received",
        db_index=False,
    )
    territory = models.ForeignKey(
        "accounts.Territory",
        models.CASCADE,
        null=True,
        related_name="questions_received",
        db_index=False,
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ASKER)
    referred_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="referrals"
    )
    word = models.CharField(max_length=MAX_WORDS_LENGTH, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decline_reason = models.CharField(max_length=15, choices=DeclineReason.choices, blank=True)
    decline_words = models.CharField(max_length=MAX_WORDS_LENGTH, blank=True)

    objects = ThreadAddresseeQuerySet.as_manager()
    # The person, whom their seat was handed over to, and all who have or had a seat in the
    # organisation, or in one of the territory.
    inbox_watches = (
        InboxWatch("thread"),
        InboxWatch(
            "person seat__successor__person organisation__seats__person"
            " territory__organisations__seats__person",
            on="",
            of="thread",
        ),
    )
    export_sections = (
        ExportSection("questions_received", "person", "thread asked_at word"),
        ExportSection(
            "questions_asked",
            "asked_by",
            "thread person__full_name organisation__name territory__name asked_at word",
        ),
        ExportSection(
            "questions_declined",
            "declined_by",
            "thread declined_at decline_reason decline_words",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les questions que vous adressez, transmettez, déclinez, ou recevez"),
            _("Les montrer à qui lit le fil, et vous les signaler : contrat"),
            _("Autant que le fil"),
            position=7,
        ),
    )
    searched_texts = {"word": "asked_by", "decline_words": "declined_by"}
    export_labels = {
        "questions_declined": _("Questions auxquelles vous ne répondez pas"),
        "questions_asked": _("Questions que vous avez posées à quelqu’un"),
        "questions_received": _("Questions qui vous sont posées"),
        "person": _("Personne"),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(person__isnull=False, organisation=None, territory=None)
                    | Q(person=None, organisation__isnull=False, territory=None)
                    | Q(person=None, organisation=None, territory__isnull=False)
                ),
                name="addressee_is_one",
            ),
            # Each once a thread; these are the indexes by which the inbox finds them.
            models.UniqueConstraint(fields=["person", "thread"], name="person_asked_once"),
            models.UniqueConstraint(
                fields=["organisation", "thread"], name="organisation_asked_once"
            ),
            models.UniqueConstraint(
                fields=["territory", "thread"], name="territory_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} → {self.person or self.organisation or self.territory}"


def answers() -> models.QuerySet[Post]:
    """A subquery of an addressee: the shown replies by them, their successors, their people."""
    posts: models.QuerySet[Post]
    posts = apps.get_model("forum", "Post").objects.filter(visibility.shown_posts())
    acts_there = Organisation.territories.through.objects.filter(
        organisation=OuterRef("seat__organisation"), territory=OuterRef(OuterRef("territory"))
    )
    by_addressee = (
        Q(author=OuterRef("person"))
        | Q(seat=OuterRef("seat__successor"))
        | Q(seat__organisation=OuterRef("organisation"))
        | Q(Exists(acts_there))
    )
    return posts.filter(by_addressee, thread=OuterRef("thread"), number__gt=1)


def addressees_text(with_states: bool = False) -> Subquery:
    """What a thread shows of its addressees, as one text that ``shown_addressees`` reads.

    NULL where there are none. A person is without their page where they are not to be found
    any more, and without an organisation that they have left. ``with_states``: with what
    became of the question with each, which lists do not show.
    """
    is_found = visibility.findable("person__")
    page_name = Case(
        When(person__isnull=False, then=Value("member")),
        When(organisation__isnull=False, then=Value("organisation")),
        default=Value("territory"),
    )
    key = Case(
        When(is_found & Q(person__isnull=False), then=Cast("person_id", TextField())),
        When(person__isnull=True, then=Coalesce("organisation__slug", "territory__slug")),
        default=Value(""),
        output_field=TextField(),
    )
    name = Coalesce("person__full_name", "organisation__name", "territory__name")
    beside = Case(
        When(seat__departed_at=None, then=F("seat__organisation__name")), default=Value("")
    )
    parts: list[str | Combinable] = [page_name, key, name, Coalesce(beside, Value(""))]
    if with_states:
        parts += _state_parts()
    rows = ThreadAddressee.objects.filter(thread=OuterRef("pk"))
    return rows_as_json(rows, "thread", *parts)


def _state_parts() -> list[str | Combinable]:
    """The id, that of who passed it on, the state, and the reason and words of who declined."""
    referrals = ThreadAddressee.objects.filter(referred_from=OuterRef("pk"))
    state = Case(
        When(Exists(answers()), then=Value(State.ANSWERED)),
        When(declined_at__isnull=False, then=Value(State.DECLINED)),
        When(Exists(referrals), then=Value(State.REFERRED)),
        default=Value(State.ASKED),
        output_field=TextField(),
    )
    return ["pk", "referred_from_id", state, "decline_reason", "decline_words"]
