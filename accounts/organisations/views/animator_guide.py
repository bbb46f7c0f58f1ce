"""The animators' guide: the page of the documentation that is for them, on the site."""

from functools import cache

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.base.translations import SOURCE_LANGUAGE
from accounts.charter.rendering import render as render_markdown
from accounts.viewers.decorators import animator_required
from accounts.viewers.middleware import ViewerRequest

#: The same page in each language of the interface.
FILES = {"fr": "docs/animators.fr.md", "en": "docs/animators.md"}


@require_safe
@animator_required()
def animator_guide(request: ViewerRequest) -> HttpResponse:
    """What animators may do and must decide, in the language of the page."""
    html = _read_guide(FILES.get(get_language(), FILES[SOURCE_LANGUAGE]))
    return render(request, "organisations/animator_guide.html", {"html": html})


@cache
def _read_guide(path: str) -> str:
    """The sections of the guide as HTML, headings from h2, without what stands before them."""
    _before, _mark, sections = (settings.BASE_DIR / path).read_text().partition("\n## ")
    return render_markdown(f"# {sections}".replace("\n## ", "\n# "))
