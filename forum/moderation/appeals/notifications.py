"""What the inbox says of appeals: to who made one, and to who took the measure."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import User
from accounts.viewers.viewers import Viewer
from forum.conversation.inbox.notification import Notification, notification_source
from forum.moderation.appeals.models import Appeal, AppealQuerySet

#: The newest.
_MAX_APPEALS = 50


def _decided(person_id: int) -> AppealQuerySet:
    concerned = Q(measure__person=person_id) | Q(measure__taken_by=person_id)
    rows = Appeal.objects.filter(concerned, decided_at__isnull=False)
    return rows.select_related("measure").order_by("-pk")[:_MAX_APPEALS]


_DECIDED: CompiledQuery[Appeal] = CompiledQuery(_decided, "person_id")


@notification_source(_DECIDED)
def decided_appeals(
    person: User, _viewer: Viewer, appeals: list[Appeal]
) -> Iterator[Notification]:
    """The answers to the person's appeals, and to those against measures that they took."""
    for appeal in appeals:
        measure = appeal.measure
        if measure.person_id == person.pk:
            text = (
                _("Votre recours est accepté : la mesure est levée.")
                if appeal.is_granted
                else _("Votre recours est rejeté : lisez la réponse.")
            )
        else:
            text = (
                _("Un autre membre de l’équipe a levé, sur recours, une mesure que vous aviez "
                  "prise.")
                if appeal.is_granted
                else _("Un autre membre de l’équipe a maintenu, sur recours, une mesure que "
                       "vous aviez prise.")
            )  # fmt: skip
        assert appeal.decided_at is not None  # The query says so.
        yield Notification(appeal.decided_at, text, measure.get_absolute_url())
