"""What the worker does by the clock: each task says when it runs, beside itself.

A schedule runs once, whatever the number of workers and machines: the database holds which
runs were begun. Hours are those of the site's time zone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django_ox.schedules import Schedule, schedules_from_options

from accounts.base.discovery import feature_modules

if TYPE_CHECKING:
    from django.tasks import Task
    from django_stubs_ext import StrOrPromise


class DeclaredSchedule(NamedTuple):
    """When a task runs, as django-ox takes it, and what it does, in the words of the page.

    ``setting``: the name of the setting without which it does not run; "" where there is none.
    """

    options: dict[str, Any]
    label: StrOrPromise
    setting: str


_DECLARED: dict[str, DeclaredSchedule] = {}


def scheduled(
    label: StrOrPromise, *, cron: str = "", every: int = 0, setting: str = ""
) -> Callable[[Task[Any, Any]], Task[Any, Any]]:
    """Have the worker run a task by ``cron``, or ``every`` so many seconds.

    The schedule has the name of the task's function. ``label`` and ``setting``: see
    DeclaredSchedule. It stands above ``@task``, in a module called ``tasks``.
    """

    def declare(task: Task[Any, Any]) -> Task[Any, Any]:
        options = {"task": task.module_path} | ({"cron": cron} if cron else {"every": every})
        _DECLARED[task.name] = DeclaredSchedule(options, label, setting)
        return task

    return declare


def label_of(name: str) -> StrOrPromise:
    """What the schedule of this name does."""
    return _DECLARED[name].label


class DeclaredSchedules:
    """Where the worker finds its schedules: those that the tasks of all folders declare.

    ``SCHEDULE_SOURCE`` of django-ox. Raise ImproperlyConfigured where one is no schedule.
    """

    def __init__(self, options: dict[str, Any], backend_alias: str) -> None:
        for floor in ("accounts", "forum"):
            for name in feature_modules(floor, "tasks"):
                import_module(name)
        declared = {
            name: schedule.options
            for name, schedule in sorted(_DECLARED.items())
            if not schedule.setting or getattr(settings, schedule.setting)
        }
        self._schedules = schedules_from_options({"SCHEDULES": declared}, backend_alias)

    def schedules(self) -> list[Schedule]:
        """All of them, by the names of their tasks."""
        return self._schedules
