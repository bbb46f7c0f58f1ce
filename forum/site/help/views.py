"""The pages of the help, for all who look."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.base.text import printable_line
from accounts.base.translations import SOURCE_LANGUAGE
from accounts.viewers.middleware import ViewerRequest
from forum.site.help.pages import GROUPS, pages_beside, pages_in, pages_with

_MAX_LENGTH = 100


@require_safe
def help_pages(request: ViewerRequest) -> HttpResponse:
    """All pages of the help; ``?q=`` gives those that have these words."""
    language = get_language() or SOURCE_LANGUAGE
    words = printable_line(request.GET.get("q", ""), _MAX_LENGTH)
    pages = pages_in(language)
    groups = [(about, [pages[slug] for slug in icons]) for about, icons in GROUPS]
    results = pages_with(words, language) if words else None
    return render(
        request, "site/help/pages.html", {"groups": groups, "words": words, "results": results}
    )


@require_safe
def help_page(request: ViewerRequest, slug: str) -> HttpResponse:
    """One page of the help."""
    language = get_language() or SOURCE_LANGUAGE
    page = pages_in(language).get(slug)
    if page is None:
        raise Http404
    beside = pages_beside(page, language)
    return render(
        request, "site/help/page.html", {"page": page, "html": page.html, "beside": beside}
    )
