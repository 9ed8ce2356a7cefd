"""发放批次: the list, one batch, its signatures, its way to the bank."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal, money
from gongjia.base.refused import Refused
from gongjia.faces.console.funds import words
from gongjia.faces.shared import keyset
from gongjia.faces.shared.fresh import need_fresh
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, ListPage, MovePage
from gongjia.faces.shared.pages.filters import Choice
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries

STATES = (
    ("open", "办理中"),
    ("sent", "已送银行"),
    ("settled", "已办结"),
    ("void", "已作废"),
)
OPEN = ("draft", "made", "checked", "approved")


class Batches(ListPage):
    title = "发放批次"
    policy = Policy("officer", powers.READ)
    unit = "批"
    columns = (
        Column("number", "批次号", link=words.batch_url, head=True),
        Column("title", "名称", width="l"),
        Column("count", "笔数", kind="number"),
        Column("net", "实发合计", kind="money"),
        Column("maker.name", "制单"),
        Column("checker.name", "复核"),
        Column("opened_at", "新建", kind="day", wide_only=True),
        Column("came_back", "退汇", kind="number", value=lambda row: row.came_back or None),
        Column("state", "状态", kind="badge", value=words.batch_badge),
    )
    filters = (Choice("state", "状态", choices=STATES, tabs=True),)
    empty_title = "还没有发放批次"
    empty_text = "从“待发放”里勾选，列入一个批次。"
    export_name = "发放批次"

    def primary(self) -> Link | None:
        if not self.actor.holds(powers.MAKE):
            return None
        return Link("去待发放名单", reverse("console:funds_topay"), "list-check", "primary")

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.batch_rows(actor)
        if state := filters["state"]:
            found = found.filter(state__in=OPEN if state == "open" else (state,))
        return keyset.page_of(found, ("-number", "-pk"), cursor, self.size)


class BatchPage(DetailPage):
    """A batch: what is in it, who has signed what digest, and what it waits for."""

    policy = Policy("officer", powers.READ, at="org")
    template = "console/funds_batch.html"

    def crumbs(self) -> list[Crumb]:
        return words.batch_crumbs()

    def get_record(self) -> Any:
        self.whole = queries.batch_page(self.actor, self.kwargs["pk"])
        return self.whole.batch

    def heading(self) -> str:
        return f"{self.record.number} {self.record.title}"

    def badge(self) -> Badge:
        return words.batch_badge(self.record)

    def subtitle(self) -> str:
        return f"{self.record.org.name} · {self.record.count} 笔 · 实发 {money.show(self.record.net)}"

    def steps(self) -> list[Any]:
        batch, found = self.record, []
        self.reasons = actions.why_not(batch=batch, actor=self.actor, at=self.at)
        for step, reasons in self.reasons.items():
            label, icon = words.STEP_WORDS[step], words.STEP_SIGNS[step]
            if reasons:
                found.append(NotNow(label, reasons[0].sentence, icon))
            else:
                found.append(Link(label, reverse(f"console:funds_{step}", args=[batch.pk]), icon, "primary"))
        send = self.actor.can(powers.SEND, batch.org)
        if send and batch.state in ("sent", "settled"):
            if self.open_lines:
                found.append(
                    Link("登记银行回盘", reverse("console:funds_result_new", args=[batch.pk]), "file-import", "primary")
                )
                found.append(
                    Link("向银行查询", reverse("console:funds_ask", args=[batch.pk]), "help-circle", post=True)
                )
            else:
                found.append(Link("登记银行回盘", reverse("console:funds_result_new", args=[batch.pk]), "file-import"))
            found.append(Link("登记凭证号", reverse("console:funds_batch_voucher", args=[batch.pk]), "file-text"))
        for move, power, label in (
            ("send_back", powers.CHECK, "退回制单人"),
            ("turn_down", powers.APPROVE, "不予审批"),
            ("reopen", powers.MAKE, "退回编制"),
        ):
            fits = batch.state in ("made", "checked", "approved") if move != "turn_down" else batch.state == "checked"
            if fits and self.actor.can(power, batch.org) and (move != "turn_down" or batch.needs_approval):
                found.append(Link(label, reverse("console:funds_back", args=[batch.pk, move]), "arrow-back-up"))
        if batch.state in OPEN and self.actor.can(powers.MAKE, batch.org):
            found.append(Link("作废", reverse("console:funds_void", args=[batch.pk]), "ban", "danger"))
        return found

    @property
    def open_lines(self) -> int:
        return sum(one.state in ("sent", "unknown") for one in self.whole.lines.values())

    def groups(self) -> list[Facts]:
        batch = self.record
        return [
            Facts(
                "金额",
                [
                    Fact("应发合计", batch.gross, "money"),
                    Fact("代扣个税", batch.tax, "money"),
                    Fact("实发合计", batch.net, "money"),
                    Fact("实发大写", money.capital(batch.net)),
                    Fact("支出科目", words.item(batch)),
                    Fact("代发文件格式", batch.layout_label),
                    Fact(
                        "需要审批",
                        batch.approval_why or "不需要" if batch.state != "draft" else "制单时按限额判断",
                        wide=True,
                    ),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        whole, batch = self.whole, self.record
        digest = actions.digest_of(batch, [one for one in whole.rows if one.batch_id == batch.pk])
        return {
            "whole": whole,
            "digest": batch.digest or digest,
            "moved": bool(batch.digest) and batch.state in OPEN and digest != batch.digest,
            "short": words.short,
            "payee": words.payee,
            "account_words": words.account_words,
            "payment_badge": words.payment_badge,
            "payment_url": words.payment_url,
            "line_words": line_words,
            "reasons": [reason for found in self.reasons.values() for reason in found],
            "may_edit": batch.state == "draft" and self.actor.can(powers.MAKE, batch.org),
            "may_send": self.actor.can(powers.SEND, batch.org),
            "open_lines": self.open_lines,
        }


def line_words(line: Any) -> str:
    """What the bank said of one line."""
    if line is None:
        return ""
    if line.state == "returned":
        return f"{line.returned_on} 退汇：{line.reason}"
    if line.state == "paid":
        return f"{line.paid_on} 到账"
    return line.state_label


class BatchMove(MovePage):
    """What the moves of one batch share: proof of who it is, the rows, the digest."""

    policy = Policy("officer", powers.READ, at="org")
    template = "console/funds_sign.html"
    asks_fresh = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request = request
        if self.asks_fresh and (asks := need_fresh(request)):
            return asks
        return super().dispatch(request, *args, **kwargs)

    def get_record(self) -> Any:
        self.whole = queries.batch_page(self.actor, self.kwargs["pk"])
        return self.whole.batch

    def crumbs(self) -> list[Crumb]:
        return words.batch_crumbs(self.record)

    @property
    def cancel_url(self) -> str:
        return words.batch_url(self.record)

    @property
    def rows(self) -> list[Any]:
        return [one for one in self.whole.rows if one.batch_id == self.record.pk]

    def facts(self) -> list[Fact]:
        batch = self.record
        return [
            Fact("批次", f"{batch.number} {batch.title}"),
            Fact("笔数", len(self.rows), "number"),
            Fact("应发", sum(one.gross for one in self.rows), "money"),
            Fact("代扣个税", sum(one.tax for one in self.rows), "money"),
            Fact("实发", sum(one.net for one in self.rows), "money"),
            Fact("制单", batch.maker.name if batch.maker else ""),
            Fact("复核", batch.checker.name if batch.checker else ""),
        ]

    def context(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "payee": words.payee, "account_words": words.account_words,
            "digest": self.shown(), "short": words.short,
        }  # fmt: skip

    def shown(self) -> str:
        """The digest of the rows on this page: posted back, so that the signature stands under what was seen."""
        return actions.digest_of(self.record, self.rows)

    def after(self, result: Any) -> str:
        return self.cancel_url


class Sign(BatchMove):
    """制单、复核、审批."""

    step = ""
    ask_note = False

    def hidden(self) -> list[tuple[str, str]]:
        return [("shown", self.shown())]

    def blocked(self) -> Refused | None:
        found = actions.why_not(batch=self.record, actor=self.actor, at=self.at).get(self.step)
        return Refused(found) if found else None

    def heading(self) -> str:
        return f"{self.verb} {self.record.number}"


class Make(Sign):
    step, verb = "make", "确认制单"
    policy = Policy("officer", powers.MAKE, at="org")
    done_text = "已制单，等待复核。"

    def consequences(self) -> list[str]:
        return ["名单、账户和金额就此锁定，交另一位同事复核。", "任何一项变动，审核都会作废，要重新制单。"]

    def act(self, note: str) -> Any:
        return actions.make(batch=self.record, shown=self.request.POST.get("shown", ""), actor=self.actor, at=self.at)


class Check(Sign):
    step, verb = "check", "确认复核"
    policy = Policy("officer", powers.CHECK, at="org")
    done_text = "已复核。"

    def consequences(self) -> list[str]:
        if self.record.needs_approval:
            return [f"{self.record.approval_why}复核后还要审批。"]
        return ["复核后就可以生成代发文件送银行。"]

    def act(self, note: str) -> Any:
        return actions.check(batch=self.record, shown=self.request.POST.get("shown", ""), actor=self.actor, at=self.at)


class Approve(Sign):
    step, verb = "approve", "确认审批"
    policy = Policy("officer", powers.APPROVE, at="org")
    done_text = "已审批，可以送银行。"

    def consequences(self) -> list[str]:
        return [self.record.approval_why, "审批后就可以生成代发文件送银行。"]

    def act(self, note: str) -> Any:
        return actions.approve(
            batch=self.record, shown=self.request.POST.get("shown", ""), actor=self.actor, at=self.at
        )


class Send(Sign):
    step, verb = "send", "生成代发文件"
    policy = Policy("officer", powers.SEND, at="org")
    done_text = "代发文件已生成，请下载后送银行。"

    def consequences(self) -> list[str]:
        return ["生成后本批不能再改，每一笔有唯一的流水号。", "银行没有明确结果的，只能查询，不能重发。"]

    def act(self, note: str) -> Any:
        return actions.send(batch=self.record, actor=self.actor, at=self.at)


class Back(BatchMove):
    """退回编制、退回制单人、不予审批."""

    policy = Policy("officer", (powers.MAKE, powers.CHECK, powers.APPROVE), at="org")
    note_label = "原因"
    note_required = True
    asks_fresh = False
    done_text = "已退回，原来的审核作废。"
    WORDS = {"reopen": "退回编制", "send_back": "退回制单人", "turn_down": "不予审批"}

    @property
    def verb(self) -> str:  # type: ignore[override]
        return self.WORDS[self.kwargs["move"]]

    def heading(self) -> str:
        return f"{self.verb} {self.record.number}"

    def consequences(self) -> list[str]:
        return ["已有的制单、复核、审批全部作废，改好后要重新办。"]

    def act(self, note: str) -> Any:
        return actions.back_to_editing(
            batch=self.record, move=self.kwargs["move"], note=note, actor=self.actor, at=self.at
        )


class Void(BatchMove):
    policy = Policy("officer", powers.MAKE, at="org")
    verb = "作废"
    danger = True
    note_label = "原因"
    note_required = True
    done_text = "批次已作废，名单回到待发放。"

    def heading(self) -> str:
        return f"作废 {self.record.number}"

    def consequences(self) -> list[str]:
        return [f"本批 {self.record.count} 笔全部移出，回到待发放（重发的回到退汇），批次号不再使用。"]

    def act(self, note: str) -> Any:
        return actions.void(batch=self.record, note=note, actor=self.actor, at=self.at)
