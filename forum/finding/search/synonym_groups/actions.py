"""Keeping the terms that mean the same; each change is in the log of moderation."""

from django.db import transaction

from accounts.moderation_log.actions import record_action
from accounts.moderation_log.models import LoggedAction
from accounts.viewers.viewers import Viewer
from forum.base.rules import require, require_moderator
from forum.base.search_index.models import SynonymGroup
from forum.finding.search.missed_searches.actions import forget_terms
from forum.finding.search.synonym_groups.rules import reason_against, rivals, split_terms


@transaction.atomic(durable=True)
def add_synonyms(terms: str, actor: Viewer) -> SynonymGroup:
    """Have a search for one of ``terms``, comma-separated, find the others; return them.

    Raise Refused where ``reason_against`` has one.
    """
    _lock_and_check(terms, actor)
    group = SynonymGroup.objects.create(terms=terms)
    forget_terms(split_terms(terms))
    record_action(LoggedAction.ADD_SYNONYMS, actor.person_id, reason=terms)
    return group


@transaction.atomic(durable=True)
def change_synonyms(group: SynonymGroup, terms: str, actor: Viewer) -> SynonymGroup:
    """Have ``group`` be ``terms``; return it. As ``add_synonyms``."""
    _lock_and_check(terms, actor, group)
    group = SynonymGroup.objects.in_use().get(pk=group.pk)
    if group.terms != terms:
        reason = f"{group.terms} → {terms}"
        group.terms = terms
        group.save(update_fields=["terms"])
        forget_terms(split_terms(terms))
        record_action(LoggedAction.CHANGE_SYNONYMS, actor.person_id, reason=reason)
    return group


@transaction.atomic(durable=True)
def remove_synonyms(group: SynonymGroup, actor: Viewer) -> None:
    """Have ``group`` mean the same no longer; twice is once.

    One of the reference data stays without terms, so that it is not loaded again.
    """
    require_moderator(actor)
    group = SynonymGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if not group.terms:
        return
    record_action(LoggedAction.REMOVE_SYNONYMS, actor.person_id, reason=group.terms)
    if group.reference:
        group.terms = ""
        group.save(update_fields=["terms"])
    else:
        group.delete()


def _lock_and_check(terms: str, actor: Viewer, group: SynonymGroup | None = None) -> None:
    require_moderator(actor)
    groups = list(SynonymGroup.objects.order_by("pk").select_for_update(no_key=True))
    reason = reason_against(terms, rivals(groups, group))
    require(not reason, reason)
