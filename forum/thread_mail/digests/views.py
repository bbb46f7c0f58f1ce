"""The page by which the digest is stopped without signing in."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forum.thread_mail.digests import actions
from forum.thread_mail.models import DigestFrequency, MailSetting
from forum.thread_mail.views import KEYS


@never_cache
@csrf_exempt  # What mail programs send has no cookie; the key says whose it is.
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request, key):
    """A page that says what is stopped; a POST stops the digest (RFC 8058)."""
    if refusal := KEYS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    setting = MailSetting.objects.filter(digest_key=key).first()
    if setting is None:
        raise Http404
    if request.method == "POST":
        actions.stop_digest(setting)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=204)
    context = {"is_stopped": setting.digest == DigestFrequency.NEVER}
    return render(request, "thread_mail/digests/stop.html", context)
