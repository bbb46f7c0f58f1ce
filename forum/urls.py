"""URL patterns of the site."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import TemplateView

from forum.health import health

urlpatterns = [
    path("", include("forum.lists.urls")),
    path("", include("forum.threads.urls")),
    path("", include("forum.follows.urls")),
    path("", include("forum.questions.urls")),
    path("", include("forum.moderation.urls")),
    path("", include("forum.handover.urls")),
    path("", include("forum.inbox.urls")),
    path("", include("forum.data_export.urls")),
    path("", include("forum.group_pages.urls")),
    path("", include("forum.break_glass_pages.urls")),
    path("", include("accounts.urls")),
    path("", include("forum.directory.urls")),
    path("compte/", include("allauth.account.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("sante/", health, name="health"),
    path(
        "mentions-legales/",
        TemplateView.as_view(template_name="pages/legal.html"),
        name="legal",
    ),
    path(
        "raccourcis/",
        TemplateView.as_view(template_name="pages/shortcuts.html"),
        name="shortcuts",
    ),
]
if settings.FORUM_DEMO:
    urlpatterns += [path("demonstration/", include("forum.demo.urls"))]

handler400 = "forum.errors.bad_request"
handler403 = "forum.errors.forbidden"
handler404 = "forum.errors.not_found"
handler500 = "forum.errors.server_error"
