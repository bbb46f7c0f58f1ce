"""All tags, by family."""

from typing import Any, NamedTuple

from django.db.models import Count

from accounts.base.pagination import TwoStepPage
from accounts.viewers.viewers import Viewer
from forum.conversation.tags.models import Tag
from forum.conversation.tags.queries import named, seen_taggings, with_spelling

#: Tags without a family on a page.
PAGE_SIZE = 60


class TagFamily(NamedTuple):
    """The tags of one family, those that most threads have first."""

    slug: str
    tags: list[Tag]

    @property
    def label(self) -> str:
        """What it is called."""
        return Tag(family=self.slug).family_label


def tags_by_family(viewer: Viewer, number: int) -> tuple[list[TagFamily], TwoStepPage[Any]]:
    """The tags that ``viewer`` sees, each with its ``thread_count``: families, and the others.

    These are on numbered pages. Families have few tags: those of the reference data.
    """
    rows = seen_taggings(viewer).order_by().values("tag", "tag__family")
    rows = rows.annotate(count=Count("pk")).order_by("-count", "tag__slug")
    counted = list(rows.values_list("tag", "tag__family", "count"))
    counts = {pk: count for pk, _family, count in counted}
    families: dict[str, list[int]] = {}
    for pk, family, _count in counted:
        families.setdefault(family, []).append(pk)
    others = families.pop("", [])
    tags = named(viewer, Tag.objects.visible_to(viewer))
    page = TwoStepPage(tags, number, size=PAGE_SIZE, pks=others).or_first()
    by_pk = tags.in_bulk([pk for pks in families.values() for pk in pks])
    for tag in (*page.rows, *by_pk.values()):
        with_spelling(tag).thread_count = counts[tag.pk]
    ordered = [
        TagFamily(slug, [by_pk[pk] for pk in families[slug] if pk in by_pk])
        for slug in sorted(families)
    ]
    return ordered, page
