"""What the worker has done, does and will do, for those who look after the site."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max
from django.utils import timezone
from django_ox import stats
from django_ox.cron import CronExpression
from django_ox.models import OxScheduleTick, OxTask
from django_ox.schedules import IntervalTrigger, Schedule

from accounts.base.parsing import parse_uuid
from accounts.base.schedules import DeclaredSchedules, label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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
    """The status of every schedule, by the names of their tasks."""
    now = now or timezone.now()
    schedules = DeclaredSchedules({}, "default").schedules()
    ran = OxScheduleTick.objects.filter(task__started_at__isnull=False).order_by()
    newest = dict(ran.values_list("schedule_name").annotate(Max("pk")))
    ticks = OxScheduleTick.objects.select_related("task").in_bulk(newest.values())
    dead = OxTask.objects.filter(status__in=_DEAD).order_by()
    failures = dict(dead.values_list("task_path").annotate(Count("pk")))
    return [
        _status(
            schedule,
            ticks[newest[schedule.name]].task if schedule.name in newest else None,
            failures.get(schedule.task.module_path, 0),
            now,
        )
        for schedule in schedules
    ]


def _status(
    schedule: Schedule, task: OxTask | None, failures: int, now: datetime
) -> ScheduleStatus:
    seconds = None
    if task and task.last_attempted_at and task.finished_at:
        seconds = (task.finished_at - task.last_attempted_at).total_seconds()
    result = task.return_value if task else None
    return ScheduleStatus(
        label=label_of(schedule.name),
        last_run_at=task.last_attempted_at if task else None,
        seconds=seconds,
        outcome=task.status if task else None,
        result="" if result is None else str(result),
        failures=failures,
        next_run_at=_next_run(schedule, now),
    )


def _next_run(schedule: Schedule, now: datetime) -> datetime:
    """When ``schedule`` is due after ``now``: triggers count in the site's time, naively."""
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
