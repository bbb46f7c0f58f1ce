"""The pages of what was adopted and signed: versions and the public register."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import viewers
from accounts.charter import chain, text
from accounts.charter.comparing import changes
from accounts.charter.models import CharterVersion
from accounts.charter.register import entries, signatories_today, signatory_organisations

ROWS_A_PAGE = 50


@require_safe
def charter_version(request, name):
    """One version, of today or before, and what it changed."""
    version = get_object_or_404(CharterVersion.objects.published(), name=name)
    before = CharterVersion.objects.filter(number__lt=version.number).last()
    context = {
        "charter": version,
        "html": text.render(version.text),
        "before": before,
        "changes": changes(before.text, version.text) if before else [],
        "newest": CharterVersion.objects.published().first(),
        "versions": CharterVersion.objects.published(),
    }
    return render(request, "accounts/charter_version.html", context)


@require_safe
def signatories(request):
    """The public register by college. Only members read the names of people."""
    viewer = viewers.of_request(request)
    paginator = Paginator(signatory_organisations(), ROWS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "numbers": list(
            paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ),
        "rows": [(organisation, entries(organisation, viewer)) for organisation in page],
        "signed": signatories_today(),
        "with_people": viewer.is_member,
        "newest": chain.last_line(),
    }
    return render(request, "accounts/signatories.html", context)
