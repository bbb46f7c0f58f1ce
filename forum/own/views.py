"""What is one's own: to read again and to take along, whatever became of one's rights."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import viewers
from forum.own import taking
from forum.pages import Numbered, page_number


@require_safe
@login_required
def own_posts(request):
    """One's own posts, the newest first. Titles of threads that one may not read stay shut."""
    viewer = viewers.of_request(request)
    page = Numbered(taking.own_posts(viewer), page_number(request.GET))
    context = {"page": page, "rows": taking.titled(viewer, page.rows)}
    return render(request, "forum/own_posts.html", context)


@require_safe
@login_required
def own_data(request):
    """All that the database holds about oneself, in one file; without secrets."""
    answer = JsonResponse(
        taking.everything(request.user, viewers.of_request(request)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Content-Disposition"] = 'attachment; filename="foirail.json"'
    return answer
