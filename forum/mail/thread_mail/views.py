"""What one wants by mail, and the page by which a mail is stopped without signing in."""

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.base.rate_limits import RateLimit
from accounts.viewers import viewers
from accounts.viewers.middleware import ViewerRequest
from forum.conversation.follows.models import QUIET
from forum.conversation.follows.settings.queries import follows_replies
from forum.conversation.threads.login_redirects import registered_required
from forum.mail.thread_mail.actions import (
    save_mail_setting,
    stop_all_mail,
    stop_digest,
    stop_notifications,
    stop_thread,
    stop_welcomes,
)
from forum.mail.thread_mail.bounces.queries import pauses_of
from forum.mail.thread_mail.forms import MailSettingForm
from forum.mail.thread_mail.models import DigestFrequency
from forum.mail.thread_mail.queries import key_of_link, mail_setting_of, setting_of_stop_key
from forum.models import Follow, Thread

_STOPS = {
    "digest": stop_digest,
    "notifications": stop_notifications,
    "welcomes": stop_welcomes,
}
#: A key has 60 bits; nobody tries them all.
_KEYS = RateLimit("stop_mail", "300/h/ip", counts_reading=True)


@require_http_methods(["GET", "HEAD", "POST"])
@registered_required()
def mail_settings(request: ViewerRequest) -> HttpResponse:
    """The form of what one wants by mail, for who has an account."""
    viewer = request.viewer
    person_id = viewer.person_id or 0
    saved = model_to_dict(mail_setting_of(person_id))
    saved["follows_replies"] = follows_replies(person_id)
    form = MailSettingForm(request.POST or None, initial=saved)
    if request.method == "POST" and form.is_valid():
        save_mail_setting(person_id, **form.cleaned_data)
        messages.success(request, _("C’est enregistré."))
        return redirect("mail-settings")
    status = 422 if form.is_bound else 200
    context = {"form": form, "pause": pauses_of(person_id).first()}
    return render(request, "mail/thread_mail/mail_settings.html", context, status=status)


@never_cache
@csrf_exempt  # What mail programs send has no cookie; the key says whose it is.
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: ViewerRequest, key: str) -> HttpResponse:
    """A page that says what is stopped; a POST stops it: the thread, or with ``all`` all mail.

    A mail program posts ``List-Unsubscribe=One-Click`` (RFC 8058), and is led nowhere.
    """
    if refusal := _KEYS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    if (mail_key := key_of_link(key)) is None:
        raise Http404
    if request.method == "POST":
        stops_all = "all" in request.POST
        if stops_all:
            stop_all_mail(mail_key.person_id)
        else:
            stop_thread(mail_key)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=204)
        return render(
            request, "mail/thread_mail/stop.html", {"is_stopped": True, "stops_all": stops_all}
        )
    reader = viewers.viewer_of_person(mail_key.person)
    thread = Thread.objects.visible_to(reader).filter(pk=mail_key.thread_id).first()
    own = Follow.objects.filter(person=mail_key.person_id, thread=mail_key.thread_id)
    is_told = own.exclude(level__in=QUIET).exists()
    context = {"thread": thread, "is_stopped": not is_told}
    return render(request, "mail/thread_mail/stop.html", context)


@never_cache
@csrf_exempt  # As above.
@require_http_methods(["GET", "HEAD", "POST"])
def stop_setting(request: ViewerRequest, key: str, what: str) -> HttpResponse:
    """A page that says what is stopped: ``what``, one of ``_STOPS``; a POST stops it."""
    if refusal := _KEYS.refusal(request):
        return render(request, "429.html", {"refusal": refusal}, status=429)
    if (setting := setting_of_stop_key(key)) is None:
        raise Http404
    if request.method == "POST":
        _STOPS[what](setting.person_id)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=204)
        return redirect(request.path)
    is_stopped = getattr(setting, what) in (False, DigestFrequency.NEVER)
    context = {"what": what, "is_stopped": is_stopped}
    return render(request, "mail/thread_mail/stop_setting.html", context)
