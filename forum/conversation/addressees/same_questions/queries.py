"""Who has the same question as a thread, and how many territories that is."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import Seat, Territory
from accounts.viewers.viewers import Viewer
from forum.conversation.addressees.same_questions.models import SameQuestion
from forum.conversation.threads.models import Thread


def same_questions_of(viewer: Viewer, thread: Thread) -> QuerySet[SameQuestion]:
    """Who has the question of ``thread`` too, by name, where ``viewer`` sees it."""
    seen = SameQuestion.objects.visible_to(viewer).filter(thread=thread)
    seen = seen.select_related("organisation", "territory")
    return seen.order_by("organisation__folded_name", "pk")


def count_territories(thread: Thread) -> int:
    """How many territories have the question; an organisation without any counts as one."""
    rows = SameQuestion.objects.filter(thread=thread).values_list("territory", "organisation")
    return len({(territory, None if territory else pk) for territory, pk in rows})


def territory_of(organisation_id: int) -> Territory | None:
    """The territory that an organisation counts for: where it acts, the fewest people first.

    A commune's own is nearer to it than the park in which it lies.
    """
    acts = Territory.objects.filter(organisations=organisation_id)
    return acts.order_by(F("population").asc(nulls_last=True), "pk").first()


def same_question_annotation(viewer: Viewer, at: Any) -> dict[str, Combinable]:
    """What adds to a query of threads ``has_same_question``: whether ``viewer`` says so.

    For any of the organisations in which they have a confirmed seat.
    """
    if not viewer.is_member:
        return {"has_same_question": Value(False)}
    own = Seat.objects.filter(pk__in=viewer.seat_ids).values("organisation")
    same_questions = SameQuestion.objects.filter(thread=OuterRef("pk"), organisation__in=own)
    return {"has_same_question": Exists(same_questions)}
