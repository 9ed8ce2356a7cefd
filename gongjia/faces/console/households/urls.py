"""Pages of hardship files and condolences."""

from gongjia.faces.console.households import acts, condole, desk, filling, lists, one, tables, upward
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.work.households import powers

NAV_ITEMS = (
    NavItem("households", "困难职工档案", url="console:households", section="programmes", powers=(powers.READ,), order=60,
            under=("console:households_",)),
    NavItem("households_due", "年度复核", url="console:households_due", section="programmes", powers=(powers.VERIFY,),
            order=61),
    NavItem("condolences", "慰问登记", url="console:condolences", section="programmes", powers=(powers.CONDOLE_READ,),
            order=62, under=("console:condolences_",)),
    NavItem("low_lines", "低保标准和慰问限额", url="console:low_lines", section="system", powers=(powers.RULES,), order=60),
)  # fmt: skip

patterns = [
    page("households/", lists.Files, name="households"),
    page("households/due", lists.Due, name="households_due"),
    page("households/new", filling.Start, name="households_new"),
    page("households/upward/", upward.Upward, name="households_upward"),
    page("households/upward/send", upward.Send, name="households_send"),
    page("households/upward/asked", upward.Asked, name="households_asked"),
    page("households/upward/numbers", upward.Numbers, name="households_numbers"),
    page("households/earlier/", upward.Earlier, name="households_earlier"),
    page("households/earlier/blank", upward.Blank, name="households_blank"),
    page("households/earlier/<uuid:pk>/", upward.Checked, name="households_sheet"),
    page("households/earlier/<uuid:pk>/refused", upward.Refusals, name="households_refused"),
    page("households/<uuid:pk>/", one.FilePage, name="households_one"),
    page("households/<uuid:pk>/papers/<uuid:paper>", one.Paper, name="households_paper"),
    page("households/<uuid:pk>/family", filling.Family, name="households_family"),
    page("households/<uuid:pk>/income", filling.Income, name="households_income"),
    page("households/<uuid:pk>/life", filling.Life, name="households_life"),
    page("households/<uuid:pk>/submit", acts.Submit, name="households_submit"),
    page("households/<uuid:pk>/withdraw", acts.Withdraw, name="households_withdraw"),
    page("households/<uuid:pk>/visit", acts.Visit, name="households_visit"),
    page("households/<uuid:pk>/review", acts.Review, name="households_review"),
    page("households/<uuid:pk>/return", acts.Return, name="households_return"),
    page("households/<uuid:pk>/decline", acts.Decline, name="households_decline"),
    page("households/<uuid:pk>/notice", acts.Notice, name="households_notice"),
    page("households/<uuid:pk>/approve", acts.Approve, name="households_approve"),
    page("households/<uuid:pk>/check", desk.SendCheck, name="households_check"),
    page("households/<uuid:pk>/verify", desk.Verify, name="households_verify"),
    page("households/<uuid:pk>/end", desk.End, name="households_end"),
    page("households/<uuid:pk>/number", desk.UpperNo, name="households_number"),
    page("households/checks/<uuid:pk>/answer", desk.AnswerCheck, name="households_answer"),
    page("households/checks/<uuid:pk>/drop", desk.DropCheck, name="households_drop"),
    page("households/lines/", tables.Lines, name="low_lines"),
    page("households/lines/low", tables.NewLine, name="low_lines_new"),
    page("households/lines/cap", tables.NewCap, name="low_lines_cap"),
    page("condolences/", condole.Condolences, name="condolences"),
    page("condolences/new", condole.New, name="condolences_new"),
    page("condolences/<uuid:pk>/", condole.One, name="condolences_one"),
    page("condolences/<uuid:pk>/photo", condole.Photo, name="condolences_photo"),
    page("condolences/<uuid:pk>/void", condole.Void, name="condolences_void"),
]
