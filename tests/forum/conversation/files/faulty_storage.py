"""Storages that fill up, or that a process is killed in."""

import errno
import threading
from pathlib import Path

from django.conf import settings

from forum.conversation.files.storage import PostFileStorage


class FullStorage(PostFileStorage):
    """Takes ``room`` objects; of the next it writes half, and has no room left."""

    room = 0

    def _save(self, name, content):
        if FullStorage.room > 0:
            FullStorage.room -= 1
            return super()._save(name, content)
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        content.seek(0)
        place.write_bytes(content.read()[:20])
        raise OSError(errno.ENOSPC, "No space left on device")


class HangingStorage(PostFileStorage):
    """Writes an object and does not return, where a file ``hang`` is beside its folder.

    The number in it is how many objects it writes before; ``hanging`` says that it hangs.
    """

    def _save(self, name, content):
        saved, folder = super()._save(name, content), Path(settings.MEDIA_ROOT)
        if (folder / "hang").exists():
            left = int((folder / "hang").read_text())
            (folder / "hang").write_text(str(left - 1))
            if left <= 0:
                (folder / "hanging").touch()
                threading.Event().wait()
        return saved


def hanging_middleware(get_response):
    """Middleware: what is sent is done, and not answered, where ``hang-answer`` is there."""

    def respond(request):
        response, folder = get_response(request), Path(settings.MEDIA_ROOT)
        if request.method == "POST" and (folder / "hang-answer").exists():
            (folder / "hanging").touch()
            threading.Event().wait()
        return response

    return respond
