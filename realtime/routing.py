"""The addresses of the sockets."""

from django.urls import path

from realtime.consumers import ListConsumer, ThreadConsumer

urlpatterns = [
    path("live/fils/<int:thread_id>/", ThreadConsumer.as_asgi()),
    path("live/", ListConsumer.as_asgi()),
]
