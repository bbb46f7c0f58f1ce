"""The pages that read threads: a page of posts, its changes, a post's own address."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import viewers
from forum import markup, rules, visibility
from forum.pages import page_number, window
from forum.threads.changes import TooFarBehind, article, changes
from forum.threads.composing import post_of, reply_context
from forum.threads.forms import LONGEST_TEXT
from forum.threads.models import PAGE_SIZE, Thread


@require_safe
def thread(request, pk, slug=None):
    """A page of 20 posts; an address with an old title leads to the one of today."""
    viewer = viewers.of_request(request)
    shown = get_object_or_404(Thread.objects.visible_to(viewer).with_byline(), pk=pk)
    if request.path != shown.get_absolute_url():
        query = request.GET.urlencode()
        return redirect(shown.get_absolute_url() + (f"?{query}" if query else ""))
    number = min(page_number(request.GET), shown.last_page)
    first = (number - 1) * PAGE_SIZE + 1
    # seq was read with the thread, before its posts: what commits in between is news.
    posts = shown.posts.for_display(viewer)
    posts = posts.filter(number__gte=first, number__lt=first + PAGE_SIZE)
    context = reply_context(request, shown) | {
        "articles": [article(post, shown) for post in posts],
        "first": first,
        "last": first + PAGE_SIZE - 1,
        "number": number,
        "numbers": window(number, shown.last_page),
        "may_revise": rules.may_revise(viewer, shown),
    }
    return render(request, "forum/thread.html", context)


@require_safe
def thread_changes(request, pk):
    """What a page that has seen ``?after=`` must change, by plain HTTP."""
    try:
        after = int(request.GET.get("after", ""))
        news = changes(viewers.of_request(request), pk, after)
    except ValueError:
        return JsonResponse({"error": _("« after » attend un nombre.")}, status=400)
    except Thread.DoesNotExist:
        return JsonResponse({"error": _("Introuvable.")}, status=404)
    except TooFarBehind:
        return JsonResponse({"reload": True}, status=409)
    return JsonResponse(news.as_frame())


@require_safe
def post(request, pk):
    """A post's permanent address leads to where it stands today."""
    shown = post_of(request, pk, visibility.traces)
    return redirect(shown.place())


@require_POST
def preview(request):
    """How a text will look. For whoever may write, since rendering is work."""
    if not viewers.of_request(request).is_registered:
        return HttpResponse(status=403)
    html = markup.render(request.POST.get("text", "")[:LONGEST_TEXT])
    return render(request, "forum/preview.html", {"html": html})
