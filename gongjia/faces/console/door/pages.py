"""Pages and answers of the door.

The page itself names nobody: it is kept on the phone for as long as the pack is, so that it opens without network.
What a phone keeps: digests of tickets, a public key, moments of scans. All of it goes with the last sync.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from gongjia.base.refused import Reason, Refused
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.pages import Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.events import actions, powers, queries
from gongjia.work.events.queries import own

DOOR = Policy("officer", powers.DOOR)
_WORKER = Path(__file__).parents[1] / "static" / "console" / "door-worker.js"
BODY_MOST = 2_000_000  # bytes of one sync: 5,000 scans are under one million


class Doors(Page):
    """Sessions whose door opens within a day."""

    policy = DOOR
    title = "现场签到"
    template = "console/door/list.html"
    lead = "开始前 24 小时内的场次。打开以后先领签到包，没有网络也能签一个小时。"

    def context(self) -> dict[str, Any]:
        return {"rows": own.door_today(self.actor, self.at)}


class OfSession(Page):
    """Something about one session, for who may stand at its door; to all others there is none."""

    policy = DOOR
    layout = "ui/layouts/plain.html"

    @cached_property
    def session(self) -> Any:
        return own.door_session(self.actor, self.kwargs["pk"])


class Door(OfSession):
    """The scanner."""

    template = "console/door/door.html"

    def heading(self) -> str:
        return f"签到：{self.session.event.title}"

    def context(self) -> dict[str, Any]:
        one = self.session
        return {
            "session": one,
            "event": one.event,
            "opens": one.starts_at,
            "list_url": link_to("console:events_session", one.pk),
            "worker": reverse("console:door_worker"),
        }


class Answering(OfSession):
    """An answer to the page's script: JSON, also where it says no."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.session
        return HttpResponse(status=405)

    def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.session
        try:
            return JsonResponse(self.answer(self.data()))
        except Refused as refused:
            said = "".join(f"{one.sentence}{one.cure}" for one in refused.reasons)
            return JsonResponse({"refused": [one.as_dict() for one in refused.reasons], "said": said}, status=422)

    def data(self) -> dict[str, Any]:
        body = self.request.body
        try:
            found = json.loads(body) if len(body) <= BODY_MOST else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Refused(Reason("body_bad", "手机送来的内容看不懂。", cure="请刷新签到页面。"))
        return found


class Pack(Answering):
    """Digests of the tickets of this session, for an hour."""

    def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        device = str(data.get("device", ""))
        return actions.issue_pack(session=self.session, device=device, actor=self.actor, at=self.at).content


class Sync(Answering):
    """What was scanned; everything that is not in order comes back with words and, here only, with a name."""

    def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        scans = data.get("scans")
        if not isinstance(scans, list) or not all(isinstance(one, dict) for one in scans):
            raise Refused(Reason("body_bad", "手机送来的内容看不懂。", cure="请刷新签到页面。"))
        found = actions.sync(pack=_key(data.get("pack")), scans=scans, actor=self.actor, at=self.at)
        counts = queries.door_counts(self.session)
        return {
            "taken": found.taken, "marked": found.marked, "named": [_said(one) for one in found.named],
            "came": counts.present + counts.late, "expected": counts.expected,
        }  # fmt: skip


class Scan(Answering):
    """One ticket that is not in the pack, while there is network: somebody who got the place after it was fetched."""

    def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        text, device = str(data.get("text", ""))[:400], str(data.get("device", ""))
        return _said(actions.scan(session=self.session, text=text, device=device, actor=self.actor, at=self.at))


def _key(text: Any) -> Any:
    from uuid import UUID

    try:
        return UUID(str(text))
    except ValueError:
        raise Refused(Reason("pack_bad", "签到包对不上。", cure="请重新领取签到包。")) from None


def _said(one: actions.Named) -> dict[str, Any]:
    """A scan with what is wrong with it."""
    return {
        "ticket": one.ticket, "at": one.at.isoformat(), "verdict": one.verdict, "words": one.words,
        "standing": one.standing, "name": one.sign_up.person.name if one.sign_up is not None else "",
    }  # fmt: skip


def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the page without network; served beside the page, because its reach is its folder."""
    response = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
