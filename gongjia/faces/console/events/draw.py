"""The lot as its organiser sees it: seed hash, value to come, the sealed list, the opening, the file that proves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime

from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.events.one import DRAW_TONES, READ, ActsPage, OfEvent, span_words, until_words
from gongjia.faces.shared.files import download
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Page
from gongjia.work.events import actions, powers, queries
from gongjia.work.events.queries import desk
from gongjia.work.events.rules import draw as rules

SHOWN = 200


class DrawPage(OfEvent, ActsPage):
    """What was promised, what was sealed, what came out; the next act of it."""

    title = "摇号"
    policy = READ
    template = "console/events/draw.html"
    ops = {"commit": powers.DRAW, "seal": powers.DRAW, "open": powers.DRAW, "rename": powers.DRAW, "fail": powers.DRAW}

    @property
    def draw(self) -> Any:
        return queries.draw_of(self.record.pk)

    def context(self) -> dict[str, Any]:
        one, draw = self.record, self.draw
        live = draw if draw is not None and draw.state != "failed" else None
        weights = draw.rules if draw else rules.published_weights(one.weights or list(rules.USUAL))
        public = link_to("public:draw", draw.pk) if draw else ""
        return {
            "record": one, "draw": draw, "live": live, "may_draw": self.may(powers.DRAW), "weights": weights,
            "badge": Badge(draw.state_label, DRAW_TONES[draw.state]) if draw else None,  # type: ignore[arg-type]
            "lines": desk.lot_lines(draw, SHOWN) if draw else [], "shown": SHOWN,
            "failed": [row for row in desk.failed_draws(one) if draw is None or row.pk != draw.pk],
            "span": span_words, "until": until_words, "typed": self.typed, "op": self.typed("_op"),
            "entered": desk.tally([one.pk]).get(one.pk, {}).get("entered", 0),
            "value_there": draw is not None and self.at >= draw.public_on,
            "closed": one.state == "closed" or (one.closes_at is not None and self.at >= one.closes_at),
            "public_url": self.request.build_absolute_uri(public) if public else "",
            "usual_on": self.usual_on(),
        }  # fmt: skip

    def usual_on(self) -> str:
        """An evening after closing: 福彩 3D is drawn at 21:15."""
        closes = self.record.closes_at
        if closes is None:
            return ""
        day = closes.astimezone(SHANGHAI)
        return (
            f"{(day + timedelta(hours=21, minutes=30)):%Y-%m-%dT%H:%M}"
            if day.hour == 0
            else f"{day + timedelta(days=1):%Y-%m-%dT21:30}"
        )

    def moment(self, name: str) -> Any:
        found = parse_datetime(self.typed(name)) if self.typed(name) else None
        if found is None:
            raise Refused(Reason("public_on_missing", "请填写公开数值什么时候产生。", cure="例如开奖当晚 21:30。"))
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)

    def must_have(self) -> Any:
        draw = self.draw
        if draw is None:
            raise Refused(Reason("no_draw", "还没有公布种子摘要。", cure="请先公布种子摘要。"))
        return draw

    def do_commit(self) -> str:
        actions.commit_draw(
            event=self.record,
            source=self.typed("source"),
            public_on=self.moment("public_on"),
            actor=self.actor,
            at=self.at,
        )
        return "种子摘要已公布，现在可以登记摇号了。"

    def do_seal(self) -> str:
        draw = self.must_have()
        if self.record.state == "open":
            actions.close(event=self.record, actor=self.actor, at=self.at)
        found = actions.seal_draw(draw=draw, actor=self.actor, at=self.at)
        return f"名单已封存并公布，共 {found.entries_count} 人。"

    def do_open(self) -> str:
        actions.open_draw(draw=self.must_have(), value=self.typed("value"), actor=self.actor, at=self.at)
        return "已开号，结果已通知登记的人。"

    def do_rename(self) -> str:
        actions.name_value_anew(
            draw=self.must_have(), source=self.typed("source"), public_on=self.moment("public_on"), why=self.typed("why"),
            actor=self.actor, at=self.at,
        )  # fmt: skip
        return "已另指定公开数值，原因已一并公布。"

    def do_fail(self) -> str:
        actions.fail_draw(draw=self.must_have(), why=self.typed("why"), actor=self.actor, at=self.at)
        return "已登记未能开号，已通知登记的人。"


class DrawFile(OfEvent, Page):
    """The published file, or the program that checks it, exactly as anybody gets them."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.get_record()
        if self.kwargs["what"] == "script":
            return download(queries.script().encode(), "verify_draw.py", "text/x-python; charset=utf-8")
        draw = queries.draw_of(one.pk)
        text = queries.proof(draw) if draw is not None else None
        if text is None:
            raise Hidden(str(one.pk))
        return download(text.encode(), f"摇号-{one.title[:40]}.json", "application/json")
