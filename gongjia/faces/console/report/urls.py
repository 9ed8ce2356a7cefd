"""Pages of figures and reports, under /console/report/."""

from gongjia.faces.console.report import figures, reports
from gongjia.faces.shared.policy import page
from gongjia.faces.shared.shell import NavItem
from gongjia.report import powers

NAV_ITEMS = (
    NavItem("dashboard", "数据看板", url="console:dashboard", section="report", powers=(powers.READ,), order=10),
    NavItem(
        "reports",
        "工作总结",
        url="console:reports",
        section="report",
        powers=(powers.READ,),
        order=20,
        under=("console:report",),
    ),
    NavItem("targets", "年度目标", url="console:targets", section="report", powers=(powers.READ,), order=30),
    NavItem(
        "hand",
        "手工填报",
        url="console:hand",
        section="report",
        powers=(powers.READ,),
        order=40,
        under=("console:hand_",),
    ),
    NavItem(
        "figures",
        "指标口径",
        url="console:figures",
        section="report",
        powers=(powers.READ,),
        order=50,
        under=("console:figure",),
    ),
)

patterns = [
    page("report/", reports.Reports, name="reports"),
    page("report/new", reports.NewReport, name="report_new"),
    page("report/dashboard", reports.Dashboard, name="dashboard"),
    page("report/screen", reports.Screen, name="screen"),
    page("report/targets", figures.Targets, name="targets"),
    page("report/figures/", figures.Catalogue, name="figures"),
    page("report/figures/<str:key>/", figures.Figure, name="figure"),
    page("report/figures/<str:key>/records", figures.Records, name="figure_records"),
    page("report/hand/", figures.HandList, name="hand"),
    page("report/hand/new", figures.HandNew, name="hand_new"),
    page("report/hand/sheet", figures.HandSheet, name="hand_sheet"),
    page("report/hand/<uuid:pk>/", figures.HandOne, name="hand_one"),
    page("report/hand/<uuid:pk>/reverse", figures.HandReverse, name="hand_reverse"),
    page("report/hand/<uuid:pk>/paper", figures.Paper, name="paper"),
    page("report/<uuid:pk>/", reports.OneReport, name="report"),
    page("report/<uuid:pk>/section/<int:area>", reports.Section, name="report_section"),
    page("report/<uuid:pk>/export/<str:what>", reports.Export, name="report_export"),
    page("report/<uuid:pk>/freeze", reports.Freeze, name="report_freeze"),
    page("report/<uuid:pk>/drift", reports.DriftPage, name="report_drift"),
    page("report/<uuid:pk>/evidence/<uuid:file>", reports.EvidenceFile, name="report_evidence"),
]
