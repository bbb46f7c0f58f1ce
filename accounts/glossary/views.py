"""The page of the glossary."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.text import fold
from accounts.glossary.terms import ACRONYMS, EXCHANGES, JOINING


@require_safe
def glossary(request):
    """The words of the interface, by what they are about, each group in order."""
    groups = [
        (_("Entrer dans le réseau"), _ordered(JOINING)),
        (_("Échanger"), _ordered(EXCHANGES)),
        (_("Sigles de l’énergie et des territoires"), _ordered(ACRONYMS)),
    ]
    return render(request, "site/pages/glossary.html", {"groups": groups})


def _ordered(terms):
    return sorted(terms, key=lambda term: fold(str(term.word)))
