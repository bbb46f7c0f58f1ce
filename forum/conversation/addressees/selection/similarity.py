"""Which territories resemble one: by nature, inhabitants, place, and what is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.base.compiled_queries import CompiledQuery
from accounts.models import Department, Organisation, Territory
from accounts.territories.models import in_department
from accounts.viewers.viewers import Rights, Viewer
from forum.base.spaces.models import ContributionCount, Topic

if TYPE_CHECKING:
    from forum.conversation.addressees.selection.queries import Criteria

REGION, DEPARTMENT = "region", "department"
#: The topics on which the people of a territory write most that are compared.
MAX_LEADING_TOPICS = 3


def leading_topics(viewer: Viewer, territory: Territory) -> list[Topic]:
    """The topics on which organisations of ``territory`` write most, of what ``viewer`` sees.

    The most written on first; none where they have written nothing.
    """
    pks = _LEADING_TOPICS.rows(viewer.rights, territory_id=territory.pk)
    topics = Topic.objects.in_bulk(pks)
    return [topics[pk] for pk in pks]


def _leading_topics(rights: Rights, territory_id: int) -> QuerySet[ContributionCount, Any]:
    acting = Organisation.territories.through.objects.filter(territory=territory_id)
    written = ContributionCount.objects.visible_to(rights).filter(
        organisation__in=acting.values("organisation"), count__gt=0
    )
    counts = written.order_by().values("topic").annotate(total=Sum("count"))
    leading = counts.order_by("-total", "topic").values_list("topic", flat=True)
    return leading[:MAX_LEADING_TOPICS]


def similar_territories(viewer: Viewer, criteria: Criteria) -> QuerySet[Territory]:
    """The territories like that of ``criteria``, without it, as far as ``viewer`` sees."""
    like = criteria.territory
    if like is None:
        return Territory.objects.none()
    territories = Territory.objects.exclude(pk=like.pk).filter(country=like.country)
    if criteria.is_same_type:
        territories = territories.filter(type=like.type)
    if criteria.factor and like.population:
        low, high = like.population / criteria.factor, like.population * criteria.factor
        territories = territories.filter(population__gte=low, population__lte=high)
    if criteria.has_same_topics and (topics := leading_topics(viewer, like)):
        written = ContributionCount.objects.visible_to(viewer)
        written = written.filter(topic__in=topics, count__gt=0)
        acting = Organisation.territories.through.objects.filter(territory=OuterRef("pk"))
        acting = acting.filter(organisation__in=written.values("organisation"))
        territories = territories.filter(Exists(acting))
    return _in_area(territories, like, criteria.area)


def _in_area(
    territories: QuerySet[Territory], like: Territory, area: str
) -> QuerySet[Territory]:
    codes = [code for code in like.department_codes.split("|") if code]
    if area == REGION:
        regions = Department.objects.filter(code__in=codes).exclude(region="").values("region")
        codes = list(
            Department.objects.filter(region__in=regions).values_list("code", flat=True)
        )
    if area and codes:
        territories = territories.filter(
            Q(*(in_department(it) for it in codes), _connector=Q.OR)
        )
    return territories


_LEADING_TOPICS: CompiledQuery[int] = CompiledQuery(_leading_topics, "territory_id")
