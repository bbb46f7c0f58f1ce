"""The addresses of the sockets."""

from django.urls import path

from realtime.consumers import list_consumer, thread_consumer

urlpatterns = [
    path("live/fils/<int:thread_id>/", thread_consumer),
    path("live/", list_consumer),
]
