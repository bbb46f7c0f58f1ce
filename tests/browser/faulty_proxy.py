"""A line between a browser and the server that can be cut, or go dead without a word."""

import socket
import threading
from contextlib import suppress


class FaultyProxy:
    """Forwards a port of its own to ``port``, for as long as it is whole.

    ``set_offline`` of a browser leaves open sockets open; this does what a tunnel, a lift
    or a closed laptop does.
    """

    def __init__(self, port):
        """Listen on a free port; ``address`` is what the browser is given."""
        self._target = ("127.0.0.1", port)
        self._ends, self._lock = set(), threading.Lock()
        self._is_accepting, self._is_forwarding = True, threading.Event()
        self._is_forwarding.set()
        #: Bytes that browsers have sent, and at how many the line is cut, if at any.
        self.sent, self.cut_at = 0, None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def disconnect(self):
        """End every connection, and refuse new ones."""
        self._is_accepting = False
        self._close_all()

    def cut_after(self, size):
        """Disconnect once browsers have sent ``size`` bytes more."""
        self.cut_at = self.sent + size

    def stall(self):
        """Carry nothing more, and let neither end know."""
        self._is_forwarding.clear()

    def restore(self):
        """Carry again. What was on its way while dead was lost, and so were its lines."""
        if not self._is_forwarding.is_set():
            self._close_all()
        self._is_accepting = True
        self._is_forwarding.set()

    def close(self):
        """Stop for good."""
        self._server.close()
        self.disconnect()
        self._is_forwarding.set()

    def _accept(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            if self._is_accepting:
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()
            else:
                client.close()

    def _connect(self, client):
        upstream = socket.create_connection(self._target)
        with self._lock:
            self._ends |= {client, upstream}
        back = threading.Thread(target=self._forward, args=(upstream, client), daemon=True)
        back.start()
        self._forward(client, upstream)
        back.join()
        with self._lock:
            self._ends -= {client, upstream}
        client.close()
        upstream.close()

    def _forward(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                self._is_forwarding.wait()
                if target.getpeername() == self._target:
                    data = self._counted(data)
                target.sendall(data)
        for end in (source, target):
            _shut_down(end)

    def _counted(self, data):
        """What of ``data``, of a browser, still passes before the line is to be cut."""
        with self._lock:
            room = len(data) if self.cut_at is None else max(0, self.cut_at - self.sent)
            self.sent += len(data[:room])
            is_over = len(data) > room
        if is_over:
            self.cut_at = None
            self.disconnect()
        return data[:room]

    def _close_all(self):
        with self._lock:
            for end in self._ends:
                _shut_down(end)


def _shut_down(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
