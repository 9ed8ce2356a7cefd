"""A gateway as a provider would run it: a real server on this machine that checks the signature and remembers ids."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY_ID, SECRET = "k1", "a secret of the tests"


class Gateway:
    def __init__(self):
        self.took: dict[str, dict] = {}  # id -> message: an id is sent once
        self.requests: list[dict] = []
        self.nonces: set[str] = set()
        self.behave = lambda gateway, message: (200, {"state": "sent", "ref": f"r{len(gateway.took)}"})
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not gateway.genuine(self.headers, body):
                    return self.answer(401, {"error": "signature"})
                message = json.loads(body)
                gateway.requests.append(message)
                status, said = gateway.behave(gateway, message)
                gateway.took.setdefault(message["id"], message)
                return self.answer(status, said)

            def answer(self, status, said):
                if status == "hang":
                    time.sleep(said)
                    return
                data = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", gateway.url + "elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def genuine(self, headers, body) -> bool:
        moment, nonce = headers["X-Gongjia-Time"], headers["X-Gongjia-Nonce"]
        text = f"{moment}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
        right = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(moment)) < 60 and nonce not in self.nonces
        self.nonces.add(nonce)
        return (
            headers["X-Gongjia-Key"] == KEY_ID and fresh and hmac.compare_digest(right, headers["X-Gongjia-Signature"])
        )

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
