"""What is one's own: to read again and to take along, whatever became of one's rights."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.base.data_export import privacy_notices
from accounts.base.pagination import NumberedPage, page_number
from accounts.viewers import viewers
from forum.data_export import queries


@require_safe
@login_required
def own_posts(request):
    """One's own posts, the newest first. Titles of threads that one may not read stay shut."""
    viewer = viewers.get_viewer(request)
    page = NumberedPage(queries.own_posts(viewer), page_number(request.GET))
    context = {"page": page, "rows": queries.with_visible_titles(viewer, page.rows)}
    return render(request, "data_export/own_posts.html", context)


@require_safe
@login_required
def own_data(request):
    """All that the database holds about oneself, in one file; without secrets."""
    answer = JsonResponse(
        queries.personal_data(request.user, viewers.get_viewer(request)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Content-Disposition"] = 'attachment; filename="foirail.json"'
    return answer


@require_safe
def privacy(request):
    """What is held about people and why, as the models say, and what they may ask."""
    return render(request, "pages/privacy.html", {"notices": privacy_notices()})
