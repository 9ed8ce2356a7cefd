"""Kinds of figures, sources and states; the nine areas of a half-year's work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices


class Time(TextChoices):
    """What a figure's period means."""

    FLOW = "flow", "发生数"  # what happened in the period
    STOCK = "stock", "时点数"  # what stood on its last day
    YEAR = "year", "年度数"  # of the plan year that the period's last day lies in


class Measure(Enum):
    """How rows become a number."""

    COUNT = "count"  # rows: 家, 项, 场 …
    PERSONS = "persons"  # distinct persons: 名, 人
    TIMES = "times"  # 人次: rows of persons, never alone: stands beside a figure of persons
    SUM = "sum"  # a sum of fen
    TOTAL = "total"  # a sum of whole numbers: hours, people counted on the spot


class Source(TextChoices):
    """Where a line's value comes from."""

    RECORDS = "records", "系统记录"
    HAND = "hand", "手工填报"
    MIXED = "mixed", "记录与手工"


@dataclass(frozen=True)
class Area:
    """One of the nine headings. `role` is the department that writes it unless a report says otherwise."""

    number: int
    label: str
    role: str
    department: str


AREAS: dict[int, Area] = {
    area.number: area
    for area in (
        Area(1, "工匠选树", "city_labour", "劳动经济部"),
        Area(2, "职工素质提升", "city_labour", "劳动经济部"),
        Area(3, "和谐劳动关系", "city_rights", "权益保障部"),
        Area(4, "服务职工民生实事", "city_service", "职工服务中心"),
        Area(5, "工会特色阵地", "city_women", "女工部"),
        Area(6, "工人文化宫", "city_palace", "文化宫"),
        Area(7, "基层工会组建", "city_publicity", "组织宣教部"),
        Area(8, "智慧工会建设", "city_publicity", "组织宣教部"),
        Area(9, "工会队伍建设", "city_publicity", "组织宣教部"),
    )
}

# Below this many persons a cell of a sensitive figure is hidden from those who may not see the rows.
SMALL_CELL = 5

ACTION_LABELS = {
    "report.hand_entered": "手工填报",
    "report.hand_imported": "导入手工填报表",
    "report.target_set": "设定目标",
    "report.opened": "建立报告",
    "report.edited": "修改报告设置",
    "report.section_written": "撰写章节",
    "report.section_assigned": "调整章节分工",
    "report.evidence_attached": "挂接凭据",
    "report.evidence_removed": "撤下凭据",
    "report.wording_saved": "修改文字模板",
    "report.exported": "导出报告",
    "report.refreshed": "更新汇总数",
    "hand.reverse": "冲销手工填报",
    "report.freeze": "定稿",
    "section.sign": "签认本部分",
    "section.reopen": "退回修改章节",
}
