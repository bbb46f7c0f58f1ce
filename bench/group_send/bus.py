"""A committed change is one message to the group of its thread."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.apps import AppConfig


class GroupSendConfig(AppConfig):
    """Listens in the place of ``realtime``."""

    name = "bench.group_send"
    label = "group_send"

    def ready(self):
        """Take over from the live layer's listener."""
        from forum.base.events import event_recorded

        event_recorded.disconnect(dispatch_uid="realtime.bus")
        event_recorded.connect(_publish, dispatch_uid="bench.group_send")


def group_of(thread_id):
    """The group of the pages that show a thread."""
    return f"thread.{thread_id}"


def _publish(event, **kwargs):
    message = {"type": "thread.changed", "seq": event.seq}
    async_to_sync(get_channel_layer().group_send)(group_of(event.thread_id), message)
