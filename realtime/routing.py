"""The addresses of the sockets."""

from django.urls import path

from realtime.consumers import list_consumer, thread_consumer

# Types of Django expect views here; URLRouter takes ASGI applications.
urlpatterns = [
    path("live/fils/<id:thread_id>/", thread_consumer),  # type: ignore[arg-type]
    path("live/", list_consumer),  # type: ignore[arg-type]
]
