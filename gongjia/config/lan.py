"""`gongjia demo --lan`: letting a phone on the same network in. No Django here."""

from __future__ import annotations

import contextlib
import io
import secrets
import socket
from urllib.parse import urlsplit

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
LENGTH = 8


def new_code() -> str:
    """40 bits, new at every start."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def addresses() -> list[str]:
    """Addresses of this machine on its networks, the one it would leave by first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: naming a route sends nothing
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    with contextlib.suppress(OSError):
        found += [entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [one for one in dict.fromkeys(found) if not one.startswith("127.")]


def invitation(address: str, code: str) -> str:
    """What to read out or scan: addresses with the code in them, and a QR of the first."""
    port = urlsplit(address).port
    links = [f"http://{host}:{port}/?access={code}" for host in addresses()]
    if not links:
        return "没有找到这台电脑的局域网地址，请先连接网络。"
    lines = [
        "手机请连接同一个网络，扫码或打开：",
        *links,
        f"访问码：{code}（本次启动有效）。同一网络里知道访问码的人都能进入演示系统，用完请按 Ctrl-C 停止。",
    ]
    return "\n".join([*lines, _qr(links[0])])


def _qr(text: str) -> str:
    import qrcode

    code = qrcode.QRCode(border=1)
    code.add_data(text)
    out = io.StringIO()
    code.print_ascii(out=out, invert=True)
    return out.getvalue()
