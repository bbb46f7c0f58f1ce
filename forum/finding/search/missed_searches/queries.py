"""What animators are shown of searches that found nothing."""

from forum.finding.search.missed_searches.models import MissedTerm

_MAX_SHOWN = 30


def missed_terms() -> list[MissedTerm]:
    """The words that most members searched for without finding anything, most first."""
    return list(MissedTerm.objects.all()[:_MAX_SHOWN])
