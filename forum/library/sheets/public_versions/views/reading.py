"""The public page of a sheet, and the list of those."""

from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.base.pagination import page_number
from accounts.viewers.middleware import ViewerRequest
from forum.base import markup
from forum.conversation.threads.models import Thread
from forum.library.sheets.public_versions import queries
from forum.library.sheets.public_versions.models import PublicVersion
from forum.library.sheets.public_versions.qr_code import code_path
from forum.library.sheets.sheet_text import (
    dates_of,
    figure_details,
    part_titles,
    population_text,
)

#: The picture of a page that is shared.
SHARED_PICTURE = "forum/img/partage.png"


@require_safe
def public_sheets(request: ViewerRequest) -> HttpResponse:
    """The sheets that all may read, the latest first."""
    page = queries.public_page(page_number(request.GET))
    context = {"page": page, "picture": request.build_absolute_uri(static(SHARED_PICTURE))}
    return render(request, "library/sheets/public/public_sheets.html", context)


@require_safe
def public_sheet(request: ViewerRequest, pk: int, slug: str = "") -> HttpResponse:
    """What all read of the sheet of id ``pk``; the id is what counts."""
    version = queries.get_public_version(pk)
    address = request.build_absolute_uri(version.permanent_path)
    threads = Thread.objects.visible_to(request.viewer)
    context = page_context(version) | {
        "canonical": request.build_absolute_uri(version.get_absolute_url()),
        "address": address,
        "code": code_path(address),
        "picture": request.build_absolute_uri(static(SHARED_PICTURE)),
        "thread": threads.filter(pk=version.sheet.thread_id or 0).first(),
        "sheet_url": reverse("sheet-short", args=[version.sheet.thread_id]),
    }
    return render(request, "library/sheets/public/public_sheet.html", context)


def page_context(version: PublicVersion) -> dict[str, object]:
    """What the page of a version shows, which its authors see before."""
    titles = part_titles()
    parts = [(title, getattr(version, name)) for name, title in titles.items()]
    return {
        "version": version,
        "population": population_text(version),
        "dates": dates_of(version),
        "figures": [(figure, figure_details(figure)) for figure in version.figure_rows],
        "parts": [(title, markup.render(text)) for title, text in parts if text.strip()],
        "consents": list(version.consents.all()) if version.pk else [],
    }
