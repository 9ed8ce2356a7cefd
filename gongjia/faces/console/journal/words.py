"""What tables and facts of an entry are called, and where a subject's page is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from gongjia.report import powers as report_powers
from gongjia.who.members import powers as member_powers
from gongjia.who.orgs import powers as org_powers
from gongjia.work.programmes import powers as programme_powers
from gongjia.work.publish import powers as notice_powers

TABLES = {
    "accounts.account": "账号", "accounts.apitoken": "接口令牌", "accounts.privacynotice": "隐私政策", "journal.attachment": "附件",
    "journal.entry": "日志", "members.correction": "更正申请", "members.cover": "代理", "members.help": "求助",
    "members.membership": "会籍", "members.membershipchange": "会籍变动", "members.person": "个人档案", "members.position": "任职",
    "members.rosterbatch": "名册导入", "members.trade": "新就业形态职业", "members.transfer": "会员转接", "orgs.coveredunit": "涵盖单位",
    "orgs.membershome": "职工之家", "orgs.openunit": "未建会单位", "orgs.org": "工会", "orgs.rulevalue": "规则数值", "orgs.term": "届次",
    "outbox.template": "消息模板", "report.evidence": "凭据", "report.hand": "手工填报", "report.report": "工作总结",
    "report.section": "总结部分", "report.target": "年度目标",
    "programmes.historybatch": "历史记录表", "programmes.historyrow": "历史记录表的行", "programmes.round": "申报项目", "programmes.formversion": "申报表", "programmes.quota": "名额", "programmes.application": "申报",
    "programmes.review": "审核意见", "programmes.decision": "决定", "programmes.award": "授予", "programmes.awardcheck": "后续核查",
    "programmes.appeal": "复核申请", "programmes.judge": "评委", "programmes.judgescore": "评分", "programmes.conflict": "回避",
    "programmes.joinroute": "入会分派", "publish.notice": "公示", "publish.noticeline": "公示名单", "publish.objection": "异议",
    "households.householdfile": "困难职工档案", "households.filemember": "家庭成员", "households.visit": "家访",
    "households.checkrequest": "部门核对", "households.verification": "年度核查", "households.condolence": "慰问登记",
    "households.condolencecap": "慰问标准", "households.lowline": "低保标准", "funds.budgetline": "预算", "funds.earmark": "项目经费",
    "funds.batch": "发放批次", "funds.payment": "发放", "funds.approval": "审批", "funds.reversal": "冲销和追回",
    "funds.bankfile": "代发文件", "funds.payeeaccount": "收款账户", "funds.ceiling": "限额", "funds.norm": "科目和计税",
    "funds.sample": "抽样", "funds.doubt": "疑点单",
}  # fmt: skip
FACTS = {
    "account": "账号", "action": "动作", "after": "之后", "batch": "批次", "behalf": "代办的工会", "before": "之前", "cause": "原因", "channel": "渠道",
    "codes": "代码", "count": "数量", "days": "天数", "document": "文号", "error": "错误", "faults": "异常", "field": "项目", "fields": "项目", "file": "文件",
    "figure": "指标", "from": "从", "key": "项目", "kind": "种类", "may_write": "可以办理", "name": "名称", "on": "日期", "org": "工会",
    "period": "期间", "power": "权限", "reason": "原因", "role": "岗位", "rows": "行", "scheme": "名额表", "since": "开始", "state": "状态",
    "text": "文字", "to": "到", "trade": "职业", "until": "结束", "unions": "工会数", "reached": "送达人数", "value": "数值",
    "version": "版本", "what": "操作", "meeting": "会议", "number": "编号", "type": "类型", "template": "模板", "added": "新增",
    "skipped": "跳过", "verdict": "意见", "total": "得分", "amount": "金额", "ties": "并列", "round": "申报项目", "words": "内容(摘要)",
}  # fmt: skip
# table -> (power to read it, URL name); a link is shown only to who may open it
PAGES = {
    "members.person": (member_powers.READ, "console:members_person"),
    "members.transfer": (member_powers.READ, "console:members_transfer"),
    "members.position": (member_powers.POSITIONS_READ, "console:positions_one"),
    "orgs.org": (org_powers.READ, "console:orgs_one"),
    "report.report": (report_powers.READ, "console:report"),
    "programmes.historybatch": (programme_powers.IMPORT, "console:programmes_history_one"),
    "programmes.round": (programme_powers.READ, "console:programmes_round"),
    "programmes.application": (programme_powers.READ, "console:programmes_application"),
    "programmes.decision": (programme_powers.READ, "console:programmes_decision"),
    "programmes.award": (programme_powers.READ, "console:programmes_award"),
    "programmes.appeal": (programme_powers.APPEALS, "console:programmes_appeal"),
    "publish.notice": (notice_powers.READ, "console:notices_one"),
}
STREAMS = {"house": "全系统", "logins": "登录", "denials": "越权"}


def table(label: str) -> str:
    return TABLES.get(label, label)


def link(actor: Any, label: str, key: UUID) -> str:
    power, name = PAGES.get(label, ("", ""))
    if not name or not actor.holds(power):
        return ""
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""


def facts(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The facts of an entry as words."""
    return [(FACTS.get(key, key), said(value)) for key, value in body.items()]


def said(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{FACTS.get(key, key)}：{said(one)}" for key, one in value.items()) or "—"
    if isinstance(value, list):
        return "、".join(said(one) for one in value[:50]) + ("……" if len(value) > 50 else "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value is None or value == "" else str(value)
