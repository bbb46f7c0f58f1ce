"""Saving, publishing and deleting drafts of the charter."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.base.exceptions import FieldRefusal
from accounts.base.locks import lock_row
from accounts.charter import hash_chain
from accounts.charter.drafts.models import CharterDraft
from accounts.charter.models import CharterVersion
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator

if TYPE_CHECKING:
    from accounts.users.models import User


class CannotPublish(FieldRefusal):
    """The draft cannot be saved, published or deleted like this."""


@transaction.atomic(durable=True)
def save_draft(
    animator: User,
    draft: CharterDraft | None = None,
    *,
    revision: int | None = None,
    **values: Any,
) -> CharterDraft:
    """Save a new draft, or ``draft``, which the animator read at ``revision``; return it.

    ``values``: ``name``, ``text``, ``text_en``, ``is_substantive``, ``grace_days`` and
    ``adopted_on``.
    Raise PermissionDenied unless ``animator`` is one; CannotPublish where the draft was saved
    since by someone else or is published, or where a version has this name.
    """
    require_animator(animator)
    if draft is None:
        draft = CharterDraft()
    else:
        draft = lock_row(CharterDraft, draft.pk)
        if draft.published_id:
            raise CannotPublish(
                _(
                    "Cette version est publiée : son texte ne change plus. Le vôtre est gardé "
                    "ci-dessous : copiez-le dans un nouveau projet."
                )  # fmt: skip
            )
        if draft.revision != revision:
            raise CannotPublish(
                _(
                    "Quelqu’un a modifié ce projet depuis que vous l’avez ouvert. Votre texte "
                    "est gardé ci-dessous ; l’enregistrer de nouveau remplacera le sien."
                )  # fmt: skip
            )
        draft.revision += 1
    _require_unused_name(values["name"])
    for name, value in values.items():
        setattr(draft, name, value)
    draft.written_by, draft.written_at = animator, timezone.now()
    draft.save()
    return draft


@transaction.atomic(durable=True)
def publish_draft(draft: CharterDraft, animator: User, revision: int | None) -> CharterVersion:
    """Publish ``draft``, previewed at ``revision``, as the version in force; return it.

    A substantive version closes the member areas, ``grace_days`` from now, to those who have
    not signed it. Twice is once. Raise PermissionDenied unless ``animator`` is one, and
    CannotPublish where it was changed, is not adopted yet, or has a name or text in use.
    """
    # Two drafts published at once must not get the same number.
    hash_chain.lock_register()
    draft = lock_row(CharterDraft, draft.pk)
    require_animator(animator)
    if draft.published:
        return draft.published
    if draft.revision != revision:
        raise CannotPublish(
            _("Quelqu’un a modifié ce projet depuis votre aperçu. Relisez-le avant de publier.")
        )
    _require_unused_name(draft.name)
    if draft.adopted_on > timezone.localdate():
        raise CannotPublish(_("Une version se publie une fois adoptée."), "adopted_on")
    newest = CharterVersion.objects.order_by("-number").first()
    if newest and newest.text == draft.text:
        raise CannotPublish(_("Ce texte est celui qui est déjà en vigueur."), "text")
    days = draft.grace_days if draft.is_substantive else 0
    try:
        with transaction.atomic():
            version = CharterVersion.objects.create(
                number=newest.number + 1 if newest else 1,
                name=draft.name,
                text=draft.text,
                text_en=draft.text_en,
                language=newest.language if newest else "fr",
                adopted_on=draft.adopted_on,
                is_substantive=draft.is_substantive,
                binding_from=timezone.now() + timedelta(days=days),
            )
    except IntegrityError:  # The very first version, twice at once: there was no row to lock.
        raise CannotPublish(
            _("Une autre version vient d’être publiée. Relisez celle-ci avant de publier.")
        ) from None
    hash_chain.append(version, hash_chain.PUBLISHED)
    record_action(LoggedAction.PUBLISH_CHARTER, animator.pk, reason=draft.name)
    draft.published, draft.published_by = version, animator
    draft.save(update_fields=["published", "published_by"])
    return version


@transaction.atomic(durable=True)
def delete_draft(draft: CharterDraft, animator: User) -> None:
    """Delete a draft. Raise CannotPublish where it is published."""
    draft = lock_row(CharterDraft, draft.pk)
    require_animator(animator)
    if draft.published_id:
        raise CannotPublish(_("Cette version est publiée : elle ne se retire pas."))
    draft.delete()


def _require_unused_name(name: str) -> None:
    if CharterVersion.objects.filter(name=name).exists():
        raise CannotPublish(_("Une version porte déjà ce nom."), "name")
