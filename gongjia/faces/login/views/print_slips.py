"""Print log-in slips: for one person, or for all unions below at once. Cards to cut apart, or a sheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjia.base import clock, sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.faces.login import qr
from gongjia.faces.shared.files import download
from gongjia.faces.shared.pages.forms import faults_of, put_reasons
from gongjia.who.accounts import powers
from gongjia.who.members import queries as members
from gongjia.who.members.actions.slips import WHOM, LogInSlip, print_slips
from gongjia.who.orgs import queries as orgs

MOST_CARDS = 400  # a codes' picture takes 8 ms
MOST_UNIONS = 300


class SlipForm(forms.Form):
    union = forms.ChoiceField(label="哪个工会", help_text="包括它下面的全部工会。")
    whom = forms.ChoiceField(label="给哪些人", choices=list(WHOM.items()), initial="not_in", widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label="打印成",
        choices=[
            ("cards", f"卡片，带二维码，剪开发给本人（一次最多 {MOST_CARDS} 张）"),
            ("sheet", "表格，交给各工会自己打印"),
        ],
        initial="cards",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, unions: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["union"].choices = unions


@require_http_methods(["GET", "POST"])
def slips(request: HttpRequest) -> HttpResponse:
    """For a union and all below it; `?union=CODE` chooses one."""
    unions = _unions(request)
    wanted = request.GET.get("union", "")
    first = wanted if wanted in {code for code, _ in unions} else (unions[0][0] if unions else "")
    form = SlipForm(request.POST or None, unions=unions, initial={"union": first})
    if request.method == "POST" and form.is_valid():
        try:
            org = orgs.get(request.actor, form.cleaned_data["union"], powers.SLIP)
            as_sheet = form.cleaned_data.get("form") == "sheet"
            printed = print_slips(
                org=org,
                actor=request.actor,
                at=clock.now(),
                whom=form.cleaned_data.get("whom", ""),
                most=0 if as_sheet else MOST_CARDS,
            )
            return sheet(request, printed) if as_sheet else cards(request, printed)
        except Refused as refused:
            put_reasons(form, refused, {"slip_whom": "whom", "slip_nobody": "whom", "slip_most": "form"})
    context = {"form": form, "faults": faults_of(form) if form.errors else ()}
    return render(request, "login/slips.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def one_slip(request: HttpRequest, person: UUID) -> HttpResponse:
    """For one person, from the page of that member."""
    page = members.person_page(request.actor, person)
    org = page.org or (page.positions[0].org if page.positions else None)
    if org is None or not request.actor.can(powers.SLIP, org):
        raise Forbidden(powers.SLIP)
    refused = None
    if request.method == "POST":
        try:
            printed = print_slips(org=org, actor=request.actor, at=clock.now(), person_ids=[page.person.pk])
            return cards(request, printed)
        except Refused as no:
            refused = no
    context = {"person": page.person, "org": org, "reasons": refused.reasons if refused else ()}
    return render(request, "login/one_slip.html", context, status=422 if refused else 200)


def cards(request: HttpRequest, printed: list[LogInSlip]) -> HttpResponse:
    """The only time the codes are shown."""
    address = request.build_absolute_uri(reverse("login:slip"))
    rows = [{"slip": slip, "qr": qr.svg(f"{address}#{slip.code}", "登录二维码")} for slip in printed]
    response = render(request, "login/slip_cards.html", {"rows": rows, "address": address})
    response["Cache-Control"] = "no-store"
    return response


def sheet(request: HttpRequest, printed: list[LogInSlip]) -> HttpResponse:
    address = request.build_absolute_uri(reverse("login:slip"))
    buffer = BytesIO()
    columns = [sheets.Column("工会", 40), sheets.Column("姓名", 12), sheets.Column("登录条", 20, text=True),
               sheets.Column("有效期至", 14), sheets.Column("登录网址", 60, text=True)]  # fmt: skip
    rows = (
        [slip.org_name, slip.name, slip.code, f"{slip.expires_at.astimezone(clock.SHANGHAI):%Y-%m-%d}",
         f"{address}#{slip.code}"]
        for slip in printed
    )  # fmt: skip
    notes = ["每张登录条只能用一次，请当面交给本人。打印发出后请删除本文件。"]
    sheets.write(buffer, [sheets.SheetOut("登录条", columns, rows, notes)])
    response = download(buffer.getvalue(), "登录条.xlsx")
    response["Cache-Control"] = "no-store"
    return response


def _unions(request: HttpRequest) -> list[tuple[str, str]]:
    """Unions to choose from, in the tree's order; the one asked for is among them even when there are too many."""
    rows = orgs.visible(request.actor, powers.SLIP).filter(state="active").order_by("path")
    found = {org.code: org for org in rows[:MOST_UNIONS]}
    wanted = request.POST.get("union") or request.GET.get("union", "")
    if wanted and wanted not in found:
        found |= {org.code: org for org in rows.filter(code=wanted)}
    top = min((org.level for org in found.values()), default=0)
    return [(org.code, "　" * (org.level - top) + org.name) for org in found.values()]
