"""A signed HTTP request to whatever gateway the federation has: small enough to be met by any provider's adapter.

    POST url   {"id", "to", "text", "purpose"}
    X-Gongjia-Key: key id · X-Gongjia-Time: unix seconds · X-Gongjia-Nonce · X-Gongjia-Signature:
    hex HMAC-SHA256(secret, time "\\n" nonce "\\n" hex SHA-256 of the body)

`id` is the message's own and the same at every try: the gateway sends a given id once. It answers 200 or 202 with
{"state": "sent"|"delivered"|"failed", "ref", "reason"}. A delivery report comes back signed the same way.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from gongjia.base.outbox.channels import Answer, options
from gongjia.base.outbox.kinds import State
from gongjia.base.outbox.models import Message

TIMEOUT = 5.0  # seconds to connect, and for each piece of the answer
MOST_ANSWER = 64 * 1024
REPORT_AGE = 300  # seconds a signed report stays good


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry phone and code to a place nobody set."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def sign(secret: str, moment: str, nonce: str, body: bytes) -> str:
    text = f"{moment}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


class HttpSms:
    def __init__(self, chosen: Mapping[str, Any]):
        self.url, self.key_id, self.secret = chosen["url"], chosen.get("key_id", ""), chosen.get("secret", "")
        self.timeout = float(chosen.get("timeout", TIMEOUT))

    def send(self, message: Message, phone: str, text: str) -> Answer:
        parts = urlsplit(self.url)
        local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not self.secret or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
            return Answer(State.FAILED, reason="no_channel", detail="短信网关须为 https 地址，并设置密钥")
        body = json.dumps(
            {"id": str(message.pk), "to": phone, "text": text, "purpose": message.purpose}, ensure_ascii=False
        ).encode()
        moment, nonce = str(int(time.time())), secrets.token_hex(16)
        request = urllib.request.Request(
            self.url,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Gongjia-Key": self.key_id,
                "X-Gongjia-Time": moment,
                "X-Gongjia-Nonce": nonce,
                "X-Gongjia-Signature": sign(self.secret, moment, nonce, body),
            },
        )
        # no proxy from the environment: the address set is the address used
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self.timeout) as answer:
                return _understood(answer.read(MOST_ANSWER))
        except urllib.error.HTTPError as error:
            with error:
                again = error.code in (408, 425, 429) or error.code >= 500
                # an error after the gateway took the request leaves open what it did with it
                state = State.UNKNOWN if error.code >= 500 else State.FAILED
                return Answer(state, reason="" if again else "refused", detail=f"HTTP {error.code}", again=again)
        except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            state = State.FAILED if isinstance(cause, ConnectionRefusedError) else State.UNKNOWN
            return Answer(state, detail=type(cause).__name__, again=True)


def _understood(body: bytes) -> Answer:
    try:
        said = json.loads(body)
        state = State(said.get("state", "sent"))
    except (ValueError, AttributeError):
        return Answer(State.UNKNOWN, detail="看不懂短信网关的回答", again=True)
    ref, detail = str(said.get("ref", ""))[:120], str(said.get("reason", ""))[:200]
    if state == State.FAILED:
        return Answer(state, ref, "refused", detail)
    return Answer(state if state == State.DELIVERED else State.SENT, ref)


def verify_report(headers: Mapping[str, str], body: bytes) -> dict[str, Any] | None:
    """A delivery report's content when its signature is right and fresh, else None. Reports may be sent twice."""
    secret = options().get("secret", "")
    moment, nonce = headers.get("X-Gongjia-Time", ""), headers.get("X-Gongjia-Nonce", "")
    given = headers.get("X-Gongjia-Signature", "")
    if not secret or not moment.isdigit() or abs(time.time() - int(moment)) > REPORT_AGE:
        return None
    if not hmac.compare_digest(given.encode(), sign(secret, moment, nonce, body).encode()):
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
