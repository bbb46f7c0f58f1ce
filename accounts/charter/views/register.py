"""The pages of versions, and of the public register."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.base.pagination import page_number
from accounts.charter import hash_chain, rendering
from accounts.charter.diff import diff_paragraphs
from accounts.charter.models import CharterVersion
from accounts.charter.register import count_signatories, register_rows, signatories_page
from accounts.viewers.middleware import ViewerRequest


@require_safe
def charter_version(request: ViewerRequest, name: str) -> HttpResponse:
    """One adopted version, and what it changed in the one before."""
    version = get_object_or_404(CharterVersion.objects.published(), name=name)
    before = CharterVersion.objects.filter(number__lt=version.number).last()
    context = {
        "charter": version,
        "before": before,
        "changes": diff_paragraphs(before.text, version.text) if before else [],
        "newest": CharterVersion.objects.in_force(),
        "successor": CharterVersion.objects.successor_of(version),
        "versions": CharterVersion.objects.published(),
    } | rendering.render_version(version)
    return render(request, "charter/version.html", context)


@require_safe
def signatories(request: ViewerRequest) -> HttpResponse:
    """The public register, by college. Only members see people's names."""
    viewer = request.viewer
    page = signatories_page(page_number(request.GET))
    context = {
        "page": page,
        "rows": register_rows(page.rows, viewer),
        "signed": count_signatories(),
        "with_people": viewer.is_member,
        "newest": hash_chain.last_line(),
    }
    return render(request, "charter/signatories.html", context)
