"""The page of the glossary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.base.text import fold
from accounts.glossary.terms import ACRONYMS, EXCHANGES, JOINING
from accounts.viewers.middleware import ViewerRequest

if TYPE_CHECKING:
    from accounts.glossary.terms import Term


@require_safe
def glossary(request: ViewerRequest) -> HttpResponse:
    """The words of the interface, by what they are about, each group in order."""
    groups = [
        (_("Entrer dans le réseau"), _ordered(JOINING)),
        (_("Échanger"), _ordered(EXCHANGES)),
        (_("Sigles de l’énergie et des territoires"), _ordered(ACRONYMS)),
    ]
    return render(request, "site/pages/glossary.html", {"groups": groups})


def _ordered(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: fold(str(term.word)))
