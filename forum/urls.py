"""URL patterns of the site: those of every folder that has ``urls.py``, and a few pages."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import TemplateView

from accounts.base.discovery import feature_modules
from forum.site.health import health

#: Those asked for most come first, since patterns are tried in order; and those of accounts
#: before the directory's, which take any word after ``territoires/``.
_INCLUDED = dict.fromkeys(
    ["forum.finding.lists.urls", "forum.conversation.threads.urls", "accounts.urls"]
    + feature_modules("forum", "urls")
)
del _INCLUDED["forum.site.demo.urls"]  # Below: not on every site.

urlpatterns = [
    *(path("", include(name)) for name in _INCLUDED),
    path("compte/", include("allauth.account.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("sante/", health, name="health"),
    path(
        "mentions-legales/",
        TemplateView.as_view(template_name="site/pages/legal.html"),
        name="legal",
    ),
    path(
        "raccourcis/",
        TemplateView.as_view(template_name="site/pages/shortcuts.html"),
        name="shortcuts",
    ),
]
if settings.FORUM_DEMO:
    urlpatterns += [path("demonstration/", include("forum.site.demo.urls"))]

handler400 = "forum.site.errors.bad_request"
handler403 = "forum.site.errors.forbidden"
handler404 = "forum.site.errors.not_found"
handler500 = "forum.site.errors.server_error"
