"""The addresses of the sockets."""

from django.urls import path

from realtime.sockets import list_page, thread_page

urlpatterns = [
    path("live/fils/<int:thread_id>/", thread_page),
    path("live/", list_page),
]
