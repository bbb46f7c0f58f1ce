"""A provider of identities, as ProConnect is one, on this machine: for the tests to go to."""

import base64
import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "foirail", "entre-nous"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
UNKNOWN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeOpenIDProvider:
    """Says what it is told to say of one person; what it was asked, it keeps."""

    def __init__(self):
        """Serve, on any free port."""
        self.person = {
            "sub": "pc-1", "given_name": "Nadia", "usual_name": "Guérin",
            "email": "Nadia.Guerin@exemple.fr", "email_verified": True,
        }  # fmt: skip
        self.identity = {}  # What is said otherwise in the identity token.
        self.details = {}  # What is said otherwise of the person.
        self.signs_details, self.key, self.kid = True, KEY, "k1"
        self.details_key = None
        self.asked, self._codes = [], {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.005,))
        self._thread.start()

    def close(self):
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(provider):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                address = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(address.query).items()}
                provider._answer(self, address.path, asked)

            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked = {name: values[0] for name, values in parse_qs(sent).items()}
                provider._answer(self, self.path, asked)

            def log_message(self, *args):
                pass

        return Handler

    def _answer(self, to, path, asked):
        pages = {
            "/.well-known/openid-configuration": self._configuration,
            "/authorize": self._authorize, "/token": self._token, "/userinfo": self._userinfo,
            "/jwks": self._jwks,
        }  # fmt: skip
        status, kind, body = pages[path](to, asked)
        to.send_response(status)
        to.send_header("Location" if status == 302 else "Content-Type", kind)
        to.end_headers()
        to.wfile.write(body.encode())

    def _configuration(self, to, asked):
        places = {
            "authorization_endpoint": "authorize", "token_endpoint": "token",
            "userinfo_endpoint": "userinfo", "jwks_uri": "jwks",
        }  # fmt: skip
        config = {name: f"{self.issuer}/{place}" for name, place in places.items()}
        config |= {
            "issuer": self.issuer,
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        return 200, "application/json", json.dumps(config)

    def _authorize(self, to, asked):
        """The person says yes at once."""
        self.asked.append(asked)
        code = uuid4().hex
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return 302, f"{asked['redirect_uri']}?{answer}", ""

    def _token(self, to, asked):
        began = self._codes.pop(asked["code"])
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == began["code_challenge"]
        assert (asked["client_id"], asked["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        assert asked["redirect_uri"] == began["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": self.person["sub"], "iat": now,
            "exp": now + 60, "nonce": began["nonce"], "acr": began.get("acr_values"),
        }  # fmt: skip
        tokens = {"access_token": "a", "token_type": "Bearer"}
        tokens["id_token"] = self._signed(claims | self.identity, self.key)
        return 200, "application/json", json.dumps(tokens)

    def _userinfo(self, to, asked):
        assert to.headers["Authorization"] == "Bearer a"
        details = self.person | self.details
        if not self.signs_details:
            return 200, "application/json", json.dumps(details)
        claims = {"iss": self.issuer, "aud": CLIENT_ID} | details
        return 200, "application/jwt", self._signed(claims, self.details_key or self.key)

    def _signed(self, claims, key):
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key, "RS256", headers={"kid": self.kid})

    def _jwks(self, to, asked):
        key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return 200, "application/json", json.dumps({"keys": [key | {"kid": "k1"}]})
