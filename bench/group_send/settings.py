"""The measured site, told of changes by ``group_send`` instead of by ``realtime``."""

from bench.settings import *  # noqa: F403
from bench.settings import INSTALLED_APPS
from forum.settings import DATABASES, REDIS_URL

# Last: it takes the place of the live layer's listener.
INSTALLED_APPS = [*INSTALLED_APPS, "bench.group_send.bus.GroupSendConfig"]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "textbook"},
    }
}
DATABASES["default"]["CONN_MAX_AGE"] = 60  # All looks share a thread, so it may be kept.
