"""What the inbox says of appeals: to who made one, and to who took the measure."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.base.compiled_queries import CompiledQuery
from forum.conversation.inbox.notification import Notification, notification_source
from forum.moderation.appeals.models import Appeal

#: The newest.
_MAX_APPEALS = 50


def _decided(person_id):
    concerned = Q(measure__person=person_id) | Q(measure__taken_by=person_id)
    rows = Appeal.objects.filter(concerned, decided_at__isnull=False)
    return rows.select_related("measure").order_by("-pk")[:_MAX_APPEALS]


_DECIDED = CompiledQuery(_decided, "person_id")


@notification_source(_DECIDED)
def decided_appeals(person, _viewer, appeals):
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
        yield Notification(appeal.decided_at, text, measure.get_absolute_url())
