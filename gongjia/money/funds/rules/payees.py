"""Payee accounts: what is a plausible account, and how long a change rests before money goes there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongjia.base.refused import Reason


def card_ok(number: str) -> bool:
    """Luhn's check of a bank card (GB/T 14504 appendix)."""
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


@dataclass(frozen=True)
class AccountFacts:
    """What somebody keys in. `number` is canonical: digits only."""

    kind: str  # person | guardian | org
    number: str
    holder: str
    bank: str
    owner: str  # the person or union the money is for
    relation: str = ""
    proof: bool = False
    counter: bool = False
    paper: bool = False


def account_faults(facts: AccountFacts) -> list[Reason]:
    """实名制: a person's account bears the person's own name; a guardian shows a paper; cards pass Luhn's check."""
    found = []
    if not re.fullmatch(r"\d{9,30}", facts.number):
        found.append(Reason("account_digits", "账号只能是 9 至 30 位数字，请核对。", cure="请照着银行卡重新填写。"))
    elif facts.kind != "org" and re.fullmatch(r"62\d{14,17}", facts.number) and not card_ok(facts.number):
        found.append(Reason("account_check", "这个卡号对不上校验位，多半是填错了一位。", cure="请照着银行卡重新填写。"))
    if not facts.bank.strip():
        found.append(Reason("bank_missing", "请填写开户银行。", cure="例如：建德农商银行洋溪支行。"))
    if not facts.holder.strip():
        found.append(Reason("holder_missing", "请填写户名。"))
    elif facts.kind in ("person", "org") and facts.holder.strip() != facts.owner:
        found.append(
            Reason(
                "holder_differs",
                "户名要和收款人一致。" if facts.kind == "person" else "户名要和工会名称一致。",
                clause="实名制发放",
                cure="未成年人或无法开户的，请选“监护人”并上传关系材料。",
            )
        )
    if facts.kind == "guardian":
        if not facts.relation.strip():
            found.append(Reason("relation_missing", "请填写监护人和收款人的关系。"))
        if not facts.proof:
            found.append(
                Reason("proof_missing", "请上传能证明监护关系的材料，例如户口本。", clause="民法典 第二十七条")
            )
    if facts.counter and not facts.paper:
        found.append(Reason("paper_missing", "代录账户要上传本人签字的材料。", cure="请拍下本人签字的账户确认单。"))
    return found


def cooling(changed_at: datetime | None, hours: int, at: datetime) -> bool:
    """Whether a changed account still rests at `at`. A first entry (no earlier account) does not rest."""
    return changed_at is not None and at < changed_at + timedelta(hours=hours)
