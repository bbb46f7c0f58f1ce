"""Saying what mails and guests are told of spaces, and by which address one writes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.rules import require_animator
from accounts.viewers.viewers import Viewer
from forum.base.rules import Refused, require_moderator
from forum.base.spaces.models import MailContent
from forum.models import Space
from forum.site.space_settings.queries import spaces_to_set


def save_space_settings(
    actor: Viewer,
    contents: Mapping[str, str],
    addresses: Mapping[str, str],
    titles: Mapping[str, bool] = MappingProxyType({}),
) -> None:
    """Have mails tell ``contents``, ``{slug: MailContent}``, of spaces that ``actor`` may set.

    ``addresses``, ``{slug: address}``: by which one writes to them, in lower case; empty: by
    none. ``titles``, ``{slug: bool}``: whether the titles of solved questions are public. What
    is not theirs to set, or not named, stays. Raise Refused where they are no animator, and
    where an address is another space's.
    """
    try:
        with transaction.atomic(durable=True):
            require_moderator(actor)
            require_animator(User(pk=actor.person_id))
            rows = spaces_to_set(actor).filter(slug__in={*contents, *addresses, *titles})
            spaces = list(rows.select_for_update(no_key=True).order_by("pk"))
            for space in spaces:
                _set_content(
                    space, contents.get(space.slug, space.mail_content), actor.person_id
                )
                _set_public_titles(space, titles.get(space.slug), actor.person_id)
            _set_addresses(spaces, addresses, actor.person_id)
    except IntegrityError:
        raise Refused(_("Cette adresse est celle d’un autre espace.")) from None


@transaction.atomic(durable=True)
def set_mail_content(slug: str, content: MailContent) -> None:
    """Have mails tell ``content`` of one space, whichever, for who looks after the site.

    Raise Space.DoesNotExist where there is none.
    """
    _set_content(_lock(slug), content, None)


@transaction.atomic(durable=True)
def set_mail_address(slug: str, address: str) -> None:
    """Give one space, whichever, an address; empty: none. As ``set_mail_content``.

    Raise IntegrityError where it is another space's.
    """
    _set_addresses([_lock(slug)], {slug: address.lower()}, None)


def _lock(slug: str) -> Space:
    return Space.objects.select_for_update(no_key=True).get(slug=slug)


def _set_content(space: Space, content: str, actor_id: int | None) -> None:
    if space.mail_content == content:
        return
    space.mail_content = content
    space.save(update_fields=["mail_content"])
    record_action(LoggedAction.SET_MAIL_CONTENT, actor_id, reason=_logged_name(space))


def _set_public_titles(space: Space, is_public: bool | None, actor_id: int | None) -> None:
    """Have it hold from now on, for what is begun from now on; None: as it is."""
    if is_public is None or is_public == bool(space.public_titles_since):
        return
    space.public_titles_since = timezone.now() if is_public else None
    space.save(update_fields=["public_titles_since"])
    record_action(LoggedAction.SET_PUBLIC_TITLES, actor_id, reason=_logged_name(space))


def _set_addresses(
    spaces: Iterable[Space], addresses: Mapping[str, str], actor_id: int | None
) -> None:
    """Two spaces may exchange theirs: all that change are given up before one is taken."""
    changed = [
        it for it in spaces if addresses.get(it.slug, it.mail_address) != it.mail_address
    ]
    rows = Space.objects.filter(pk__in=[it.pk for it in changed])
    rows.update(mail_address="")
    for space in changed:
        space.mail_address = addresses[space.slug]
        space.save(update_fields=["mail_address"])
        record_action(LoggedAction.SET_MAIL_ADDRESS, actor_id, reason=_logged_name(space))


def _logged_name(space: Space) -> str:
    """Animators read the log, whoever they are: a group may be unknown to them."""
    return "" if space.group_id else space.name
