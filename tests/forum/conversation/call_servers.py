"""Servers on this machine that speak the interfaces of Visio and of BigBlueButton.

What they take and answer is what these publish: the OpenAPI of suitenumerique/meet, and the API
reference of BigBlueButton 3.0.
"""

import json
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit


class _Server:
    """``answer(method, path, headers, body)`` gives ``(status, type, text)``."""

    def __init__(self):
        self.asked, self.hangs, self._ended = [], False, Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._do("")

            def do_POST(self):
                self._do(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _do(self, body):
                if server.hangs:
                    server._ended.wait(10)
                    return
                server.asked.append((self.command, self.path))
                status, kind, text = server.answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args):
                pass

        return Handler


class VisioServer(_Server):
    """``domains``: of whose addresses calls are made; ``calls``: whose each is."""

    client, secret = "550e8400-e29b-41d4-a716-446655440000", "un-secret"

    def __init__(self):
        super().__init__()
        self.domains, self.calls = {"exemple.fr"}, []

    def answer(self, method, path, headers, body):
        status, values = self._answer(method, path, headers, json.loads(body or "null"))
        return status, "application/json", json.dumps(values)

    def _answer(self, method, path, headers, body):
        if (method, path) == ("POST", "/external-api/v1.0/application/token/"):
            assert body["grant_type"] == "client_credentials"
            if (body["client_id"], body["client_secret"]) != (self.client, self.secret):
                return 401, {"error": "Invalid credentials"}
            if body["scope"].partition("@")[2] not in self.domains:
                return 403, {
                    "error": "This application is not authorized for this email domain."
                }
            token = {"access_token": f"for-{body['scope']}", "token_type": "Bearer"}
            return 200, token | {"expires_in": 3600, "scope": "rooms:create"}
        if (method, path) == ("POST", "/external-api/v1.0/rooms/"):
            bearer, _space, token = headers["Authorization"].partition(" ")
            assert bearer == "Bearer" and body == {"access_level": "trusted"}
            self.calls.append(token.removeprefix("for-"))
            slug = f"abc-defg-{len(self.calls)}"
            url = f"{self.address}/{slug}"
            return 201, {"id": "7c9e6679", "slug": slug, "access_level": "trusted", "url": url}
        return 404, {"detail": "Not found."}


class BigBlueButtonServer(_Server):
    """``meetings``: the names of the calls that are there, by their ids."""

    secret = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"  # noqa: S105

    def __init__(self):
        super().__init__()
        self.meetings = {}

    def is_signed(self, url):
        """Whether an address is signed with the secret."""
        parts = urlsplit(url)
        query, _mark, checksum = parts.query.rpartition("&checksum=")
        text = f"{parts.path.rpartition('/')[2]}{query}{self.secret}"
        return checksum == sha256(text.encode()).hexdigest()

    def answer(self, method, path, headers, body):
        parts = urlsplit(path)
        values = dict(parse_qsl(parts.query))
        code, rest = "SUCCESS", ""
        if not self.is_signed(path):
            code, rest = "FAILED", "<messageKey>checksumError</messageKey>"
        elif parts.path == "/bigbluebutton/api/create":
            assert 2 <= len(values["name"]) <= 64
            known = self.meetings.setdefault(values["meetingID"], values["name"])
            if known != values["name"]:
                code, rest = "FAILED", "<messageKey>idNotUnique</messageKey>"
        else:
            assert parts.path == "/bigbluebutton/api/isMeetingRunning"
            rest = "<running>false</running>"
        text = f"<response><returncode>{code}</returncode>{rest}</response>"
        return 200, "text/xml;charset=utf-8", text
