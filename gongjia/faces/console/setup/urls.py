"""Set-up pages, under /console/setup/."""

from gongjia.base.holidays import powers as holiday_powers
from gongjia.base.outbox import powers as outbox_powers
from gongjia.faces.console.setup import notices, pages, tokens
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import powers as member_powers
from gongjia.who.orgs import powers as org_powers

NAV_ITEMS = (
    NavItem("templates", "消息模板", url="console:setup_templates", section="system", powers=(outbox_powers.TEMPLATES,),
            order=40, under=("console:setup_template",)),
    NavItem("privacy", "隐私政策", url="console:setup_notices", section="system", powers=(account_powers.NOTICE,),
            order=42, under=("console:setup_notice",)),
    NavItem("holidays", "节假日", url="console:setup_holidays", section="system", powers=(holiday_powers.EDIT,), order=45),
    NavItem("rules", "规则数值", url="console:setup_rules", section="system", powers=(org_powers.RULES,), order=50,
            under=("console:setup_rule", "console:setup_sizes")),
    NavItem("trades", "新就业形态目录", url="console:setup_trades", section="system", powers=(member_powers.TRADES,), order=55),
    NavItem("health", "运行状况", url="console:setup_health", section="system",
            powers=(holiday_powers.EDIT, outbox_powers.TEMPLATES), order=60),
    NavItem("tokens", "接口令牌", url="console:setup_tokens", section="system", order=90, under=("console:setup_token",)),
)  # fmt: skip

patterns = [
    page("setup/templates/", pages.Templates, name="setup_templates"),
    page("setup/templates/<slug:channel>/<str:key>/", pages.EditTemplate, name="setup_template"),
    page("setup/templates/<slug:channel>/<str:key>/restore", pages.RestoreTemplate, name="setup_template_restore"),
    page("setup/notices/", notices.Notices, name="setup_notices"),
    page("setup/notices/new", notices.Publish, name="setup_notice_new"),
    page("setup/notices/<str:version>/", notices.Notice, name="setup_notice"),
    page("setup/holidays/", pages.Holidays, name="setup_holidays"),
    page("setup/rules/", pages.Rules, name="setup_rules"),
    page("setup/rules/sizes/new", pages.NewSizes, name="setup_sizes_new"),
    page("setup/rules/sizes/<str:scheme>/", pages.Sizes, name="setup_sizes"),
    page("setup/rules/<str:key>/", pages.SetRule, name="setup_rule"),
    page("setup/trades/", pages.Trades, name="setup_trades"),
    page("setup/health/", pages.Health, name="setup_health"),
    page("setup/tokens/", tokens.Tokens, name="setup_tokens"),
    page("setup/tokens/<uuid:pk>/revoke", tokens.Revoke, name="setup_token_revoke"),
]
