"""To whom a question is put: a person, an organisation or a territory."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, StringAgg, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.base.data_export import ExportSection, PrivacyNotice
from forum import visibility

#: Between what is shown of an addressee, and between addressees: in no name.
FIELD_SEPARATOR, ROW_SEPARATOR = "\x1f", "\x1e"


class ThreadAddresseeQuerySet(visibility.VisibleQuerySet["ThreadAddressee"]):
    """Addressees, seen where their threads are."""

    rule = staticmethod(partial(visibility.threads, prefix="thread__"))


class ThreadAddressee(models.Model):
    """A question is put to a person, an organisation or a territory: one of the three.

    ``seat``: the one for which the page of the person named them, if any.
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

    objects = ThreadAddresseeQuerySet.as_manager()
    export_sections = (
        ExportSection("questions_received", "person", "thread asked_at"),
        ExportSection(
            "questions_asked",
            "asked_by",
            "thread person__full_name organisation__name territory__name asked_at",
        ),
    )
    privacy_notices = (
        PrivacyNotice(
            _("Les questions que vous adressez, et celles qu’on vous adresse"),
            _("Les montrer à qui lit le fil, et vous les signaler : contrat"),
            _("Autant que le fil"),
            position=7,
        ),
    )

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


def addressees_text() -> Subquery:
    """What a thread shows of its addressees, as one text that ``shown_addressees`` reads.

    NULL where there are none. A person is without their page where
    they are not to be found any more, and without an organisation that they have left.
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
    parts: list = [page_name, key, name, Coalesce(beside, Value(""))]
    joined = [part for each in parts for part in (Value(FIELD_SEPARATOR), each)][1:]
    rows = ThreadAddressee.objects.filter(thread=OuterRef("pk")).order_by().values("thread")
    text = StringAgg(
        Concat(*joined, output_field=TextField()), Value(ROW_SEPARATOR), order_by="pk"
    )
    return Subquery(rows.annotate(text=text).values("text"))
