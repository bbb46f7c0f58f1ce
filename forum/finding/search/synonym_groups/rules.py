"""Which terms may be said to mean the same."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from forum.base.search_index.models import SynonymGroup
from forum.finding.search.synonyms import MAX_WORDS, Key, key_of

#: Terms of a group, characters of a term, groups that animators write.
MAX_TERMS, MAX_LENGTH, MAX_GROUPS = 8, 80, 500


def split_terms(terms: str) -> list[str]:
    """The terms of what was typed, separated by commas, semicolons or lines, in order."""
    parts = terms.replace(";", ",").replace("\n", ",").split(",")
    return [term for part in parts if (term := " ".join(part.split()))]


def rivals(
    groups: Iterable[SynonymGroup], group: SynonymGroup | None = None
) -> list[SynonymGroup]:
    """Those of ``groups`` with which ``group``, None for a new one, may share no term.

    What animators write stands above the reference data, and may have its terms.
    """
    pk, is_own = (group.pk, not group.reference) if group else (None, True)
    return [it for it in groups if it.pk != pk and not (is_own and it.reference)]


def reason_against(terms: str, others: Iterable[SynonymGroup]) -> str:
    """Why ``terms`` may not be a group beside ``others``, in words; "" where they may."""
    others = list(others)
    typed_terms = split_terms(terms)
    if len(typed_terms) < 2:
        return _("Écrivez au moins deux termes, séparés par une virgule.")
    if len(typed_terms) > MAX_TERMS:
        return _("Un groupe a au plus %(n)d termes.") % {"n": MAX_TERMS}
    if sum(not group.reference for group in others) >= MAX_GROUPS:
        return _("Il y a déjà %(n)d groupes : retirez-en d’abord.") % {"n": MAX_GROUPS}
    group_of: dict[Key, SynonymGroup] = {
        key_of(term): group for group in others for term in split_terms(group.terms)
    }
    known: dict[Key, str] = {}
    for term in typed_terms:
        key = key_of(term)
        if reason := _reason_against_term(term, key, known, group_of):
            return reason
        known[key] = term
    return ""


def _reason_against_term(
    term: str, key: Key, known: dict[Key, str], group_of: dict[Key, SynonymGroup]
) -> str:
    values = {"term": term, "n": MAX_LENGTH, "words": MAX_WORDS}
    if not key:
        return _("« %(term)s » : la recherche laisse ces mots de côté.") % values
    if len(term) > MAX_LENGTH:
        return _("« %(term)s » a plus de %(n)d caractères.") % values
    if len(key) > MAX_WORDS:
        return _("« %(term)s » a plus de %(words)d mots, sans compter les petits.") % values
    if key in known:
        values["other"] = known[key]
        return (
            _(
                "« %(term)s » et « %(other)s » sont déjà un même mot pour la recherche : les "
                "accents, les majuscules et les pluriels n’y changent rien."
            )
            % values
        )
    if key in group_of:
        values["other"] = group_of[key].terms
        return _("« %(term)s » est déjà dans le groupe « %(other)s ».") % values
    return ""
