"""What is said when something cannot be done: never a traceback, nothing typed lost."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from forum.models import Post, Space, Thread

_HIDDEN = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


def vanishing(get_response):
    """Middleware: what was found, and gone when acted upon, is a 404 like any other."""

    def respond(request):
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, (Post.DoesNotExist, Space.DoesNotExist, Thread.DoesNotExist)):
            return not_found(request)
        return None

    respond.process_exception = process_exception
    return respond


def not_found(request, exception=None):
    """404, the same for what is hidden and for what never was."""
    return render(request, "404.html", _typed(request), status=404)


def forbidden(request, exception=None):
    """403, with the rule's own words where there are any."""
    why = str(exception or "") or _("Vous ne pouvez pas faire ceci.")
    return render(request, "403.html", {"why": why} | _typed(request), status=403)


def bad_request(request, exception=None):
    """400, in plain words."""
    return render(request, "400.html", status=400)


def server_error(request):
    """500, from a template that asks nothing of the database."""
    return render(request, "500.html", status=500)


def csrf_failure(request, reason=""):
    """A form from before sign-in, or from a page kept too long: send it again, knowingly.

    Everything typed comes back in a form with a fresh token; nothing is done until its
    author presses the button.
    """
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _HIDDEN
        for value in values
    ]
    context = {"typed": typed, "text": request.POST.get("text", "")}
    return render(request, "csrf.html", context, status=403)


def _typed(request):
    return {"typed": request.POST.get("text", "")}
