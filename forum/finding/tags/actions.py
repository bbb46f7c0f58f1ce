"""Describing tags, saying what stands for them, and deleting those that nobody uses."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import require_moderator
from forum.conversation.tags.models import MergedTagging, Tag, Tagging, TagSynonym, tag_slug
from forum.conversation.tags.queries import known_or_merged_tags, known_tags


class CannotStandFor(FieldRefusal):
    """A word cannot be a synonym of the tag."""


@transaction.atomic(durable=True)
def edit_tag(
    tag: Tag,
    actor: Viewer,
    *,
    description: str,
    description_en: str,
    synonyms: Sequence[str],
) -> Tag:
    """Say what ``tag`` is and which words stand for it, to all who see it; return it.

    Threads that have a word of these already keep it: merging is for those. Raise
    CannotStandFor where one stands for another tag, or is a tag that ``actor`` knows of.
    """
    require_moderator(actor)
    tag = lock_row(Tag, tag.pk)
    require_animator(User(pk=actor.person_id))
    Tag.objects.visible_to(actor, known_tags).get(pk=tag.pk, merged_into=None)
    new = {slug: name for name in synonyms if (slug := tag_slug(name)) and slug != tag.slug}
    current = {synonym.slug: synonym.name for synonym in tag.synonyms.all()}
    for slug, name in new.items():
        if slug not in current:
            _require_free(slug, name, actor)
    TagSynonym.objects.filter(tag=tag).exclude(slug__in=new).delete()
    for slug, name in new.items():
        TagSynonym.objects.update_or_create(slug=slug, tag=tag, defaults={"name": name})
    texts = description, description_en
    if texts != (tag.description, tag.description_en) or new != current:
        tag.description, tag.description_en = texts
        tag.save(update_fields=["description", "description_en"])
        action = LoggedAction.EDIT_TAG
        record_action(action, actor.person_id, tag_id=tag.pk, reason=_changes(current, new))
    return tag


def _require_free(slug: str, name: str, actor: Viewer) -> None:
    """Raise CannotStandFor unless ``name`` may become a synonym, as far as ``actor`` knows.

    A tag of threads that they do not read does not count: they would learn that it is there.
    """
    if TagSynonym.objects.filter(slug=slug).exists():
        words = _("« %(name)s » est déjà un synonyme d’un autre mot-clé.")
        raise CannotStandFor(words % {"name": name}, "synonyms")
    seen = Tag.objects.visible_to(actor, known_or_merged_tags)
    if seen.filter(slug=slug).exists():
        words = _("« %(name)s » est un mot-clé : réunissez-le plutôt à celui-ci.")
        raise CannotStandFor(words % {"name": name}, "synonyms")


def _changes(before: dict[str, str], after: dict[str, str]) -> str:
    """Which synonyms came and went, in signs."""
    came = [f"+ {name}" for slug, name in after.items() if slug not in before]
    went = [f"− {name}" for slug, name in before.items() if slug not in after]
    return ", ".join(came + went)


def delete_unused_tags() -> int:
    """Delete the tags that nothing keeps; return how many.

    A thread keeps its tags, a removed one too. So do the reference data, a description, a
    synonym, and another tag that was merged into it; one that was merged stands for another.
    """
    return sum(_delete_if_unused(pk) for pk in _unused().values_list("pk", flat=True))


@transaction.atomic(durable=True)
def _delete_if_unused(pk: int) -> bool:
    """Once it is locked: whoever gives it to a thread has locked it before (``set_tags``)."""
    if not Tag.objects.select_for_update().filter(pk=pk).exists():
        return False
    return bool(_unused().filter(pk=pk).delete()[0])


def _unused() -> QuerySet[Tag]:
    plain = Tag.objects.filter(
        family="", description="", description_en="", merged_into=None, merged=None
    )
    for model, key in (Tagging, "tag"), (TagSynonym, "tag"), (MergedTagging, "source"):
        plain = plain.filter(~Exists(model.objects.filter(**{key: OuterRef("pk")})))
    return plain
