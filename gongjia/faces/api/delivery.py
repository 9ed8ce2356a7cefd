"""Where the short-message gateway reports what became of a message.

    POST /api/sms/report   {"id", "state": "delivered" | "failed", "ref"}, signed as our own requests to it are

Sent twice, late, out of order or recorded and sent again, a report changes nothing more: the state of a message only
rises, and delivered is the last. A report of an unknown message gets the same answer as any other.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongjia.base import outbox
from gongjia.faces.api.guard import said

MOST = 8 * 1024  # bytes of a report
NOT_SIGNED = "签名不对，或已过五分钟。"


@csrf_exempt
@require_POST
def delivery(request: HttpRequest) -> HttpResponse:
    size = request.headers.get("Content-Length", "0")
    if not size.isdigit() or int(size) > MOST:
        return _no(413, "size", f"回执最多 {MOST} 字节。")
    report = outbox.verify_report(request.headers, request.body)
    if report is None:
        return _no(401, "signature", NOT_SIGNED)
    outbox.note_delivery(
        str(report.get("id", "")), state=str(report.get("state", "")), ref=str(report.get("ref", ""))[:120]
    )
    return HttpResponse(status=204)


def _no(status: int, code: str, sentence: str) -> HttpResponse:
    return JsonResponse({"reasons": [said(code, sentence)]}, status=status, json_dumps_params={"ensure_ascii": False})
