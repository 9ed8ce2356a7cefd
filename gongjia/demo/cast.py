"""Who plays in the demo: one account per role of the house, with a name that shows it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongjia.demo.people import id_number


@dataclass(frozen=True)
class Player:
    """`home`: short name of the second-level union whose officer it is ("" for the federation)."""

    key: str
    name: str
    role: str
    post_name: str
    number: int  # makes ID number and phone
    home: str = ""
    says: str = ""  # what this account shows, for the list of accounts
    full_time: bool = True

    @property
    def phone(self) -> str:
        return f"1990000{self.number:04d}"

    @property
    def id_no(self) -> str:
        return id_number(
            date(1972 + self.number % 20, 1 + self.number % 12, 1 + self.number % 28), 900 + self.number % 100
        )


FEDERATION = (
    Player("leader", "汪示例", "leader", "党组书记、常务副主席", 1, says="看大屏、目标和总结"),
    Player("publicity", "蔡示例", "city_publicity", "组织宣教部部长", 2, says="建会、会员、总结第7–9部分"),
    Player("labour", "栾示例", "city_labour", "劳动经济部部长", 3, says="工匠、竞赛，总结第1–2部分"),
    Player("rights", "傅示例", "city_rights", "权益保障部部长", 4, says="集体协商，总结第3部分"),
    Player("women", "曾示例", "city_women", "女工部部长", 5, says="阵地与女职工，总结第5部分"),
    Player("service", "吴示例", "city_service", "职工服务中心主任", 6, says="民生实事，总结第4部分"),
    Player("palace", "徐示例", "city_palace", "文化宫主任", 7, says="文化宫，总结第6部分"),
    Player("maker", "金示例", "finance_maker", "财务制单", 8, says="制单"),
    Player("checker", "盛示例", "finance_checker", "财务复核", 9, says="复核"),
    Player("approver", "洪示例", "finance_approver", "财务审批", 10, says="审批"),
    Player("auditor", "严示例", "auditor", "经审会主任", 11, says="只看不改：全部数据与证据"),
    Player("system", "邵示例", "admin_system", "系统管理员", 12, says="设置"),
    Player("security", "骆示例", "admin_security", "安全管理员", 13, says="授权"),
    Player("journal", "倪示例", "admin_audit", "审计管理员", 14, says="日志核验"),
)

CHAIR_PHONE, OFFICER_PHONE, MEMBER_PHONE, SHARED_PHONE = "19900000101", "19900000102", "19900000103", "19900000104"
# people of one invented plant in 洋溪街道 that the walk-through visits
PLANT = "洋溪示例精密机械有限公司"
CHAIR = Player(
    "chair", "方示例", "chair_grassroots", "主席", 101, "洋溪街道", "基层工会：名册、转接、更正", full_time=False
)
CLERK = Player("clerk", "余示例", "officer_grassroots", "组织委员", 102, "洋溪街道", "基层工会干部", full_time=False)
MEMBER = Player("member", "童示例", "", "", 103, "洋溪街道", "会员：手机端会员卡、更正、求助")
LOST_PHONE = Player("lost", "钱示例", "", "", 104, "洋溪街道", "会员：手机号登记错了，凭登录条进来")
TOWNSHIP = Player("township", "翁示例", "officer_township", "主席", 21, "洋溪街道", "管 80 家工会：谁迟了、催办、名册")
INDUSTRY = Player("industry", "叶示例", "officer_industry", "主席", 61, "教育工会", "产业工会：指导的学校工会")


def township_officer(number: int, home: str) -> Player:
    """The officer of a second-level union; 洋溪 and 教育工会 have a name of their own above."""
    surname = "安白车戴方高葛郭韩贺江柯赖龙马宁潘祁邱沈"[number % 20]
    return Player(f"second{number}", f"{surname}示范", "officer_township", "主席", 20 + number, home)
