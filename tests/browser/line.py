"""A line between a browser and the server that can be cut, or go dead without a word."""

import socket
import threading
from contextlib import suppress


class Line:
    """Forwards a port of its own to ``port``, for as long as it is whole.

    ``set_offline`` of a browser leaves open sockets open; this does what a tunnel, a lift
    or a closed laptop does.
    """

    def __init__(self, port):
        """Listen on a free port; ``address`` is what the browser is given."""
        self._target = ("127.0.0.1", port)
        self._ends, self._lock = set(), threading.Lock()
        self._whole, self._flowing = True, threading.Event()
        self._flowing.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """End every connection, and refuse new ones."""
        self._whole = False
        self._end_all()

    def go_dead(self):
        """Carry nothing more, and let neither end know."""
        self._flowing.clear()

    def mend(self):
        """Carry again. What was on its way while dead was lost, and so were its lines."""
        if not self._flowing.is_set():
            self._end_all()
        self._whole = True
        self._flowing.set()

    def close(self):
        """Stop for good."""
        self._server.close()
        self.cut()
        self._flowing.set()

    def _accept(self):
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._whole:
                threading.Thread(target=self._join, args=(near,), daemon=True).start()
            else:
                near.close()

    def _join(self, near):
        far = socket.create_connection(self._target)
        with self._lock:
            self._ends |= {near, far}
        back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
        back.start()
        self._carry(near, far)
        back.join()
        with self._lock:
            self._ends -= {near, far}
        near.close()
        far.close()

    def _carry(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        for end in (source, target):
            _shut(end)

    def _end_all(self):
        with self._lock:
            for end in self._ends:
                _shut(end)


def _shut(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
