"""The site's addresses where a provider is configured."""

from accounts.users.urls import openid_urlpatterns
from forum.urls import handler400, handler403, handler404, handler500
from forum.urls import urlpatterns as plain

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [*openid_urlpatterns, *plain]
