"""Every role on one page: role x power x reach. A new role is a new row here.

Strings only: members reads this list through `settings.GONGJIA_ROLES`, and a check matches each
power with the `powers.py` of all apps. Who holds a role where, and from when to when, is data
(`members.Position`). `grants` names what a holder may hand out without holding all of it;
`excludes` names what the same natural person may not hold as well, anywhere.
"""

from __future__ import annotations

from gongjia.who.members.kinds import Role

_ADMINS = ("admin_system", "admin_security", "admin_audit")
_FINANCE = ("finance_maker", "finance_checker", "finance_approver")
_DEPARTMENTS = (
    "city_publicity",
    "city_labour",
    "city_rights",
    "city_women",
    "city_service",
    "city_palace",
)
_BUSINESS = (*_DEPARTMENTS, "officer_township", "officer_industry", *_FINANCE, "auditor", "leader")
_GRASSROOTS = ("chair_grassroots", "officer_grassroots")

_OWN_MEMBERS = (
    "members.read",
    "members.edit",
    "members.admit",
    "members.transfer",
    "members.leave",
    "members.reveal",
    "members.import",
    "members.settle",
)
_REPORT_BELOW = ("report.read", "report.hand")
_REPORT_SECTION = ("report.read", "report.hand", "report.write", "report.sign")

ROLES: tuple[Role, ...] = (
    Role(
        "chair_grassroots",
        "基层工会主席",
        reach="subtree",
        powers=(
            "orgs.read",
            "orgs.edit",
            "orgs.homes",
            *_OWN_MEMBERS,
            "members.expel",
            "positions.read",
            "positions.grant",
            "positions.confirm",
            "accounts.slip",
            *_REPORT_BELOW,
        ),
        grants=("officer_grassroots",),
    ),
    Role(
        "officer_grassroots",
        "基层工会干部",
        reach="subtree",
        powers=("orgs.read", "orgs.edit", *_OWN_MEMBERS, "positions.read", *_REPORT_BELOW),
    ),
    Role(
        "officer_township",
        "乡镇街道工会干部",
        reach="subtree",
        powers=(
            "orgs.read",
            "orgs.edit",
            "orgs.found",
            "orgs.close",
            "orgs.move",
            "orgs.delay",
            "orgs.units",
            "orgs.homes",
            "orgs.chase",
            "orgs.import",
            *_OWN_MEMBERS,
            "members.expel",
            "members.merge",
            "positions.read",
            "positions.grant",
            "positions.confirm",
            "accounts.slip",
            "accounts.reset",
            *_REPORT_BELOW,
        ),
        grants=_GRASSROOTS,
        excludes=_ADMINS,
    ),
    Role(
        "officer_industry",
        "产业工会干部",
        reach="industry",
        powers=(
            "orgs.read",
            "orgs.edit",
            "orgs.found",
            "orgs.units",
            "orgs.homes",
            "orgs.chase",
            *_OWN_MEMBERS,
            "positions.read",
            "positions.grant",
            "positions.confirm",
            "accounts.slip",
            *_REPORT_BELOW,
        ),
        grants=_GRASSROOTS,
        excludes=_ADMINS,
    ),
    Role(
        "city_publicity",
        "组织宣教部",
        reach="subtree",
        federation_only=True,
        powers=(
            "orgs.read",
            "orgs.edit",
            "orgs.found",
            "orgs.close",
            "orgs.move",
            "orgs.delay",
            "orgs.units",
            "orgs.homes",
            "orgs.chase",
            "orgs.import",
            "orgs.upward",
            "orgs.rules",
            *_OWN_MEMBERS,
            "members.expel",
            "members.merge",
            "members.trades",
            "positions.read",
            "positions.grant",
            "positions.confirm",
            "accounts.slip",
            "accounts.reset",
            "accounts.close",
            "accounts.notice",
            *_REPORT_SECTION,
            "report.target",
            "report.catalogue",
        ),
        grants=(*_GRASSROOTS, "officer_township", "officer_industry"),
        excludes=_ADMINS,
    ),
    *(
        Role(
            key,
            label,
            reach="subtree",
            federation_only=True,
            powers=("orgs.read", "members.read", *extra, *_REPORT_SECTION),
            excludes=_ADMINS,
        )
        for key, label, extra in (
            ("city_labour", "劳动经济部", ()),
            ("city_rights", "权益保障部", ("members.reveal",)),
            ("city_women", "女工部", ()),
            ("city_service", "职工服务中心", ("members.reveal", "members.settle")),
            ("city_palace", "文化宫", ("orgs.homes",)),
        )
    ),
    Role(
        "finance_maker",
        "财务制单",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "members.read", "report.read"),
        excludes=("finance_checker", "finance_approver", "auditor", *_ADMINS),
    ),
    Role(
        "finance_checker",
        "财务复核",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "members.read", "report.read"),
        excludes=("finance_maker", "finance_approver", "auditor", *_ADMINS),
    ),
    Role(
        "finance_approver",
        "财务审批",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "members.read", "report.read"),
        excludes=("finance_maker", "finance_checker", "auditor", *_ADMINS),
    ),
    Role(
        "auditor",
        "经审",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "members.read", "positions.read", "journal.read", "report.read"),
        excludes=(*_FINANCE, *_ADMINS),
    ),
    Role(
        "leader",
        "领导",
        reach="subtree",
        federation_only=True,
        powers=(
            "orgs.read",
            "members.read",
            "positions.read",
            "positions.confirm",
            "report.read",
            "report.write",
            "report.sign",
            "report.target",
            "report.freeze",
        ),
        excludes=_ADMINS,
    ),
    Role(
        "admin_system",
        "系统管理员",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "setup.edit", "outbox.templates", "orgs.rules", "members.trades", "accounts.notice"),
        excludes=("admin_security", "admin_audit", *_BUSINESS),
        note="三员之一：管配置，不看会员资料，不管权限，不管日志。",
    ),
    Role(
        "admin_security",
        "安全管理员",
        reach="subtree",
        federation_only=True,
        powers=(
            "orgs.read",
            "positions.read",
            "positions.grant",
            "positions.confirm",
            "accounts.slip",
            "accounts.reset",
            "accounts.staff",
            "accounts.close",
        ),
        grants=("*",),
        excludes=("admin_system", "admin_audit", *_BUSINESS),
        note="三员之一：管权限，不能给自己授权，不办业务。",
    ),
    Role(
        "admin_audit",
        "审计管理员",
        reach="subtree",
        federation_only=True,
        powers=("orgs.read", "positions.read", "journal.read", "journal.verify"),
        excludes=("admin_system", "admin_security", *_BUSINESS),
        note="三员之一：看日志，不能改任何东西。",
    ),
)
