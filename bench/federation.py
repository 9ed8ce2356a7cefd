"""A federation of a wished size for the benches, made through the sheet import."""

from __future__ import annotations

from datetime import datetime

from gongjia.base.actor import Actor
from gongjia.base.sheets import Sheet
from gongjia.who.orgs import actions


def build(*, townships: int, unions_each: int, at: datetime, county: str = "330182") -> None:
    """A county, its townships, the same number of single unions under each."""
    actor = Actor.system("bench", ["*"])
    actions.found_federation(code=county, name="示例市总工会", actor=actor, at=at)
    rows = [["工会编码", "工会名称", "组织类型", "上级工会", "成立日期"]]
    for township in range(1, townships + 1):
        code = f"{county}{township:03d}"
        rows.append([code, f"示例{township}镇总工会", "乡镇(街道)工会", county, "2010-01-01"])
        rows += [
            [f"{code}-{number:04d}", f"示例{township}镇{number}厂工会", "单独基层工会", code, "2012-01-01"]
            for number in range(1, unions_each + 1)
        ]
    done = actions.import_sheet(Sheet("工会", rows), actor=actor, at=at)
    assert not done.refused, done.faults[:5]
