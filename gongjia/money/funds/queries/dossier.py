"""The file of one payment, in the order in which it came about: application, reviews, decision, notice, list, bank.

Sealed answers are named and not opened; numbers of accounts and persons stay masked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from gongjia.base import money
from gongjia.base.clock import SHANGHAI
from gongjia.base.secret import masks
from gongjia.money.funds.models import Payment
from gongjia.money.funds.queries.lists import attempts_of, postings_of, reversals_of, shares_of, tax_clause
from gongjia.money.funds.queries.norms import item_names
from gongjia.money.funds.queries.owed import KEEPER, type_label
from gongjia.work.programmes import queries as programmes

Rows = list[list[str]]


def dossier(one: Payment, today: date) -> dict[str, Any]:
    """Plain JSON for the layout: a cover, and parts with a heading and lines or a table each."""
    award = one.award
    name = masks.name(one.person.name) if one.person_id else (one.for_org.name if one.for_org_id else "")
    parts = [*_chain(award, today), _list(one), _bank(one)]
    return {
        "title": "发放卷宗",
        "union": one.org.name,
        "cover": [
            ["收款人", name],
            ["事项", one.title],
            ["项目", type_label(one.type)],
            ["业务编号", one.key],
            ["应发", money.show(one.gross)],
            ["代扣个税", money.show(one.tax)],
            ["实发", f"{money.show(one.net)}（{money.capital(one.net)}）"],
            ["现在", one.state_label],
        ],
        "parts": [
            {"heading": heading, "facts": facts, "head": head, "rows": rows} for heading, facts, head, rows in parts
        ],
        "printed": today.isoformat(),
    }


Part = tuple[str, Rows, list[str], Rows]


def _chain(award: Any, today: date) -> list[Part]:
    if award.application_id is None:
        return [("申报", [["来源", award.source or "历史导入"]], [], [])]
    page = programmes.application_page(KEEPER, award.application_id, today=today)
    application = page.application
    form: Rows = [
        ["申报编号", application.number],
        ["申报项目", application.round.title],
        ["申报工会", application.org.name],
        ["提交", _moment(application.submitted_at)],
    ]
    form += [[line.label, line.text or "、".join(name for _, name in line.files)] for line in page.answers]
    reviews = [
        [f"第 {one.desk} 道", one.org.name, one.verdict_label, one.reason, one.by_name, str(one.on)]
        for one in page.reviews
    ]
    decision = award.decision
    decided: Rows = [["核定日期", str(award.awarded_on)], ["核定金额", money.show(award.amount)]]
    noticed: Rows = [["公示", "按规定不公示"]]
    if decision is not None:
        decided += [["文号", decision.number], ["会议", decision.meeting], ["决定日期", str(decision.decided_on)]]
        if decision.notice_id:
            notice = decision.notice
            noticed = [
                ["标题", notice.title], ["地点", notice.place_label], ["开始", str(notice.starts_on or "")],
                ["期限", f"{notice.days} {'个工作日' if notice.day_unit == 'workday' else '天'}"],
                ["期满", _moment(notice.ends_at)], ["受理电话", notice.phone], ["现在", notice.state_label],
            ]  # fmt: skip
    return [
        ("申报", form, [], []),
        ("审核", [], ["环节", "工会", "结论", "意见", "审核人", "日期"], reviews),
        ("决定", decided, [], []),
        ("公示", noticed, [], []),
    ]


def _list(one: Payment) -> Part:
    batch = one.batch
    facts: Rows = [
        ["支出科目", item_names().get(one.item, one.item)],
        ["指标文号", one.document_no],
        ["计税依据", tax_clause(one)],
    ]
    if batch is not None:
        facts += [
            ["发放批次", f"{batch.number} {batch.title}"],
            [
                "名单校验码",
                " ".join(batch.digest[at : at + 8] for at in range(0, len(batch.digest), 8)),
            ],  # breaks in print
            ["需要审批", batch.approval_why or "否"],
        ]
        for sign in batch.approvals.filter(live=True).select_related("person"):
            facts.append([sign.step_label, f"{sign.person.name}　{_moment(sign.at)}"])
    rows = [
        [
            share.earmark.line.source_label,
            share.earmark.line.title,
            share.earmark.line.document_no,
            money.plain(share.amount),
        ]
        for share in shares_of(one)
    ]
    return "发放清单", facts, ["来源", "预算", "指标文号", "金额（元）"], rows


def _bank(one: Payment) -> Part:
    facts: Rows = []
    for line in attempts_of(one):
        account = line.account
        result = line.state_label + (f"：{line.reason}" if line.reason else "")
        facts.append(
            [f"第 {line.attempt} 次", f"{line.batch.number}　流水 {line.reference}　{account.bank} 尾号 {account.tail}　"
             f"{line.sent_on} 送银行　{result}{f'（{line.paid_on}）' if line.paid_on else ''}"]
        )  # fmt: skip
        for file in line.batch.files.all():
            facts.append([file.direction_label, f"{file.name}　校验码 {file.sha256[:16]}　{_moment(file.at)}"])
    for back in reversals_of(one):
        facts.append([back.kind_label, f"{money.show(back.amount)}　{back.state_label}　{back.why}"])
    rows = [
        [
            str(post.on),
            post.kind_label,
            money.plain(post.gross),
            money.plain(post.tax),
            money.plain(post.net),
            post.voucher_no,
        ]
        for post in postings_of(one)
    ]
    return "银行结果和台账", facts, ["日期", "收支", "应发", "代扣个税", "实发", "凭证号"], rows


def _moment(value: Any) -> str:
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""
