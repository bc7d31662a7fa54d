"""A peer that speaks HashiCorp Vault's HTTP API as its published reference describes it (developer.hashicorp.com/vault/api-docs):
system/health, auth/approle (login), auth/token (lookup-self, renew-self), secret/transit (keys, rotate, encrypt, decrypt).

It checks token, namespace and the header `X-Vault-Request`, and can be sealed, slow, broken, or deny what is asked.
"""

import base64
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass
class VaultPeer:
    """What the peer holds and how it behaves. `log` has method and path of each request, without bodies."""

    url: str = ""
    namespace: str | None = None
    role_id: str = "role-1"
    secret_id: str = "secret-id-1"
    ttl: int = 3600
    sealed: bool = False
    denied: bool = False
    broken: bool = False
    slow_seconds: float = 0.0
    tokens: dict[str, float] = field(default_factory=dict)
    keys: dict[str, dict[int, bytes]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    engine_enabled: bool = True

    def issue(self, ttl: int | None = None) -> str:
        """Make a token; a life of 0 never ends."""
        token = f"hvs.{os.urandom(12).hex()}"
        life = self.ttl if ttl is None else ttl
        self.tokens[token] = time.monotonic() + life if life else float("inf")
        return token

    def revoke_all(self) -> None:
        """Revoke every token."""
        self.tokens.clear()

    def answer(self, method: str, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer one request as the reference says."""
        self.log.append(f"{method} {path}")
        if self.broken:
            return 500, {"errors": ["internal error"]}
        if path == "sys/health":
            state = {"initialized": True, "sealed": self.sealed, "standby": False, "version": "1.20.0"}
            return (503 if self.sealed else 200), state
        if self.sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if headers.get("X-Vault-Request") != "true":
            return 412, {"errors": ["missing X-Vault-Request"]}
        if (self.namespace or "") != headers.get("X-Vault-Namespace", "").strip("/"):
            return 404, {"errors": ["no handler for route"]}
        if path == "auth/approle/login":
            if (body.get("role_id"), body.get("secret_id")) != (self.role_id, self.secret_id):
                return 400, {"errors": ["invalid role or secret ID: invalid secret_id"]}
            return 200, self._auth(self.issue())
        token = headers.get("X-Vault-Token", "")
        if self.denied or self.tokens.get(token, 0.0) < time.monotonic():
            return 403, {"errors": ["permission denied"]}
        if path == "auth/token/lookup-self":
            left = self.tokens[token] - time.monotonic()
            return 200, {"data": {"id": token, "ttl": 0 if left == float("inf") else int(left), "renewable": True}}
        if path == "auth/token/renew-self":
            self.tokens[token] = time.monotonic() + self.ttl
            return 200, self._auth(token)
        found = re.fullmatch(r"transit/(keys|encrypt|decrypt)/([^/]+)(/rotate)?", path)
        if found is None or not self.engine_enabled:
            return 404, {"errors": [f"no handler for route {path!r}. route entry not found."]}
        return self._transit(method, found[1], found[2], bool(found[3]), body)

    def _auth(self, token: str) -> dict[str, Any]:
        return {"auth": {"client_token": token, "lease_duration": self.ttl, "renewable": True, "policies": ["ours"]}}

    def _transit(
        self, method: str, what: str, name: str, rotate: bool, body: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        versions = self.keys.get(name)
        if what == "keys":
            if method == "POST":
                if versions is None:
                    self.keys[name] = {1: AESGCM.generate_key(256)}
                elif rotate:
                    versions[max(versions) + 1] = AESGCM.generate_key(256)
                return 204, {}
            if versions is None:
                return 404, {"errors": []}
            return 200, {"data": {"name": name, "latest_version": max(versions), "type": "aes256-gcm96"}}
        associated = base64.b64decode(body.get("associated_data", ""))
        if what == "encrypt":
            versions = self.keys.setdefault(name, {1: AESGCM.generate_key(256)})
            nonce = os.urandom(12)
            sealed = AESGCM(versions[max(versions)]).encrypt(nonce, base64.b64decode(body["plaintext"]), associated)
            text = base64.b64encode(nonce + sealed).decode()
            return 200, {"data": {"ciphertext": f"vault:v{max(versions)}:{text}", "key_version": max(versions)}}
        _, version, text = body["ciphertext"].split(":")
        if versions is None:
            return 400, {"errors": ["encryption key not found"]}
        if int(version[1:]) not in versions:
            return 400, {"errors": ["ciphertext or signature version is disallowed by policy (too old)"]}
        raw = base64.b64decode(text)
        try:
            plain = AESGCM(versions[int(version[1:])]).decrypt(raw[:12], raw[12:], associated)
        except (InvalidTag, ValueError):
            return 400, {"errors": ["cipher: message authentication failed"]}
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}


@contextmanager
def running_vault(**behaviour: Any) -> Iterator[VaultPeer]:
    """Serve a peer on a port of this machine."""
    peer = VaultPeer(**behaviour)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            if peer.slow_seconds:
                time.sleep(peer.slow_seconds)
            status, answer = peer.answer(self.command, self.path.removeprefix("/v1/"), self.headers, body)
            written = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the library's names

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
