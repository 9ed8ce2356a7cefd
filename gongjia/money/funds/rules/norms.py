"""What may be set in the tables that officers change: expenditure items, tax classes, limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongjia.base.refused import Reason
from gongjia.money.funds import kinds
from gongjia.work.programmes.kinds import AwardKind


@dataclass(frozen=True)
class NormFacts:
    table: str
    key: str
    value: str
    clause: str


def norm_faults(facts: NormFacts) -> list[Reason]:
    """A code of digits and a name; a known tax class for a kind of award; a whole number of days or hours. Each with
    the document it rests on."""
    found = []
    if facts.table == kinds.Norms.ITEM:
        if not re.fullmatch(r"\d{3,10}", facts.key):
            found.append(Reason("item_code", "科目编号只能是 3 至 10 位数字。", fact=facts.key, cure="例如：50204。"))
    elif facts.table == kinds.Norms.TAX:
        kind, _, _type = facts.key.partition("/")
        if kind not in AwardKind.values or facts.value not in kinds.TaxClass.values:
            found.append(Reason("code_unknown", "请选择计税类别。", fact=facts.value, cure="请从列表里选。"))
    elif facts.table == kinds.Norms.RATE:
        if facts.key not in kinds.TaxClass.values:
            found.append(Reason("code_unknown", "请选择计税类别。", fact=facts.key, cure="请从列表里选。"))
        if not re.fullmatch(r"(\d{1,2}(\.\d{1,2})?|100)", facts.value):
            found.append(Reason("limit_number", "税率要填 0 至 100 的百分数。", fact=facts.value, cure="例如：20。"))
    elif facts.table == kinds.Norms.LIMIT and facts.key in kinds.LIMITS:
        if not re.fullmatch(r"\d{1,4}", facts.value):
            label, unit = kinds.LIMITS[facts.key]
            found.append(Reason("limit_number", f"“{label}”要填整数{unit}数。", fact=facts.value, cure="例如：7。"))
    else:
        found.append(Reason("code_unknown", "没有这一项。", fact=facts.key, cure="请从列表里选。"))
    if not facts.clause:
        found.append(
            Reason("clause_missing", "请写明依据的文件。", cure="例如：工会会计制度（财会〔2009〕7号）第五十条。")
        )
    return found
