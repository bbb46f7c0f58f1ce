"""What the worker has done, does and will do, for those who look after the site."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_ox import stats
from django_ox.cron import CronExpression
from django_ox.models import OxScheduleTick, OxTask
from django_ox.schedules import IntervalTrigger, Schedule, schedules_from_options

from accounts.base.parsing import parse_uuid

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What each schedule does, in the words of the page.
LABELS = {
    "announce-departures": _("Dire aux pages ouvertes quels mandats ont pris fin"),
    "delete-expired-sessions": _("Supprimer les connexions échues"),
    "lift-ended-suspensions": _("Noter la fin des suspensions"),
    "delete-unverified-accounts": _("Supprimer les inscriptions jamais confirmées"),
    "delete-invitations": _("Supprimer les invitations échues"),
    "delete-signing-requests": _("Supprimer les signatures préparées et échues"),
    "delete-notification-changes": _("Oublier les anciens changements de la cloche"),
    "draft-newsletter": _("Préparer la semaine du réseau"),
    "settle-newsletters": _("Noter que la semaine du réseau est parue"),
    "delete-finished-tasks": _("Oublier les tâches terminées"),
    "delete-group-entries": _("Supprimer les anciennes demandes et invitations des groupes"),
    "close-accounts": _("Fermer les comptes dont le délai est passé"),
    "forget-replaced-names": _("Oublier les noms remplacés à la fermeture des comptes"),
    "warn-inactive-accounts": _("Prévenir ceux qui ne sont pas venus depuis longtemps"),
    "continue-index": _("Tenir à jour ce que la recherche trouve"),
    "match-saved-searches": _("Chercher du nouveau pour les recherches suivies"),
    "mail-posts": _("Envoyer par courriel ce qui est nouveau dans les fils suivis"),
    "mail-notifications": _("Envoyer par courriel ce qui concerne chacun"),
    "remind-by-mail": _("Chercher ce qu’il est temps de rappeler par courriel"),
    "tell-of-quiet-questions": _("Chercher à qui proposer les questions sans réponse"),
    "send-digests": _("Envoyer les résumés par courriel"),
    "delete-settled-digests": _("Oublier les résumés envoyés depuis longtemps"),
    "delete-settled-mails": _("Oublier les courriels envoyés depuis longtemps"),
    "delete-received-mails": _("Oublier les courriels reçus depuis longtemps"),
    "fetch-mail": _("Prendre les courriels de la boîte aux lettres du site"),
    "delete-author-records": _("Supprimer ce que la loi ne fait plus garder sur les auteurs"),
    "delete-old-drafts": _("Supprimer les brouillons envoyés ou abandonnés"),
    "ask-about-sheets": _("Demander si les fiches d’expérience sont toujours vraies"),
    "end-review-calls": _("Fermer les appels à relecture que personne n’a pris"),
    "delete-reports": _("Supprimer les signalements décidés depuis longtemps"),
    "delete-unused-tags": _("Supprimer les mots-clés que personne n’emploie"),
    "audit-visibility": _("Contrôler que chacun ne voit que ce qu’il doit voir"),
    "sweep-files": _("Effacer les fichiers qui ne sont plus dans aucun message"),
    "verify-register": _("Vérifier le registre des signatures"),
}
#: Those that no worker tries again by itself.
_DEAD = (OxTask.Status.FAILED, OxTask.Status.LOST)
#: Dead tasks that a page shows.
DEAD_SHOWN = 50
#: A task that is due for longer than this waits for a worker that is not there.
OVERDUE = timedelta(minutes=5)


@dataclass(frozen=True)
class ScheduleStatus:
    """A schedule: when its task ran last, for how long and how it ended, and runs next.

    ``outcome``: a status of OxTask, or None where it has never run. ``result``: what it
    returned, as a text. ``failures``: its runs that failed, among those that are kept.
    """

    label: "StrOrPromise"
    last_run_at: datetime | None
    seconds: float | None
    outcome: str | None
    result: str
    failures: int
    next_run_at: datetime


def schedule_statuses(now: datetime | None = None) -> list[ScheduleStatus]:
    """The status of every schedule, in the order in which they are declared."""
    now = now or timezone.now()
    options = settings.TASKS["default"]["OPTIONS"]
    schedules = schedules_from_options(options, "default")
    ran = OxScheduleTick.objects.filter(task__started_at__isnull=False).order_by()
    newest = dict(ran.values_list("schedule_name").annotate(Max("pk")))
    ticks = OxScheduleTick.objects.select_related("task").in_bulk(newest.values())
    dead = OxTask.objects.filter(status__in=_DEAD).order_by()
    failures = dict(dead.values_list("task_path").annotate(Count("pk")))
    return [
        _status(
            one,
            ticks[newest[one.name]].task if one.name in newest else None,
            failures.get(one.task.module_path, 0),
            now,
        )
        for one in schedules
    ]


def _status(
    schedule: Schedule, task: OxTask | None, failures: int, now: datetime
) -> ScheduleStatus:
    seconds = None
    if task and task.last_attempted_at and task.finished_at:
        seconds = (task.finished_at - task.last_attempted_at).total_seconds()
    result = task.return_value if task else None
    return ScheduleStatus(
        label=LABELS[schedule.name],
        last_run_at=task.last_attempted_at if task else None,
        seconds=seconds,
        outcome=task.status if task else None,
        result="" if result is None else str(result),
        failures=failures,
        next_run_at=_next_run(schedule, now),
    )


def _next_run(schedule: Schedule, now: datetime) -> datetime:
    """When ``schedule`` is due after ``now``: triggers reckon in the site's time, naively."""
    local = timezone.localtime(now).replace(tzinfo=None)
    trigger = schedule.trigger
    if isinstance(trigger, CronExpression):
        following = trigger.following(local)
    elif isinstance(trigger, IntervalTrigger):
        following = trigger.previous(local) + trigger.every
    else:
        raise TypeError(f"{schedule.name} has a trigger of an unknown kind.")
    return timezone.make_aware(following)


def dead_tasks() -> list[OxTask]:
    """The newest DEAD_SHOWN tasks that have failed for good, with their ``errors``."""
    dead = OxTask.objects.filter(status__in=_DEAD)
    newest = dead.order_by(F("finished_at").desc(nulls_last=True), "-enqueued_at")
    return list(newest[:DEAD_SHOWN])


def is_dead(pk: str) -> bool:
    """Whether there is a task of this id, and it has failed for good."""
    is_id = parse_uuid(pk) is not None
    return is_id and OxTask.objects.filter(pk=pk, status__in=_DEAD).exists()


def dead_task_count() -> int:
    """How many tasks have failed for good."""
    return OxTask.objects.filter(status__in=_DEAD).count()


def waiting_task_count() -> int:
    """How many tasks wait for a worker."""
    return stats.ready_count()


def is_worker_missing() -> bool:
    """Whether a task that is due has waited for longer than OVERDUE, or none ever ran."""
    age = stats.oldest_ready_age()
    if age is not None and age > OVERDUE:
        return True
    return not OxScheduleTick.objects.filter(created_at__gt=timezone.now() - OVERDUE).exists()
