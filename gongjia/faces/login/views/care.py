"""账号办理: an officer mends the log-in of somebody who stands in front of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.shared import flash
from gongjia.faces.shared.fresh import need_fresh
from gongjia.who.accounts import actions, powers, queries
from gongjia.who.orgs import queries as orgs

DONE = {
    "phone": "登录手机号已更换，原来的设备都已退出。",
    "factor": "动态口令已解除，本人下次登录时重新绑定。",
    "end": "全部设备已退出。",
    "close": "账号已停用。",
    "reopen": "账号已恢复。",
}


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
def care(request: HttpRequest, account: UUID) -> HttpResponse:
    """Delicate: asks the officer once more who they are, and for the reason of each act."""
    org = _where(request.actor, account)
    if asks := need_fresh(request):
        return asks
    subject = queries.any_account(account)
    refused = None
    if request.method == "POST":
        try:
            return _act(request, account, org)
        except Refused as no:
            refused = no
    context = {
        "subject": subject,
        "masked": queries.masked_phone(subject),
        "bound": queries.has_factor(subject),
        "devices": queries.devices(subject).count(),
        "may_reset": request.actor.can(powers.RESET, org),
        "may_close": request.actor.can(powers.CLOSE, org),
        "typed": {name: request.POST.get(name, "")[:200] for name in ("phone", "reason")},
        "reasons": refused.reasons if refused else (),
    }
    return render(request, "login/care.html", context, status=422 if refused else 200)


def _act(request: HttpRequest, account: UUID, org: Any) -> HttpResponse:
    what = request.POST.get("what", "")
    common = {
        "account_id": account,
        "org": org,
        "actor": request.actor,
        "at": clock.now(),
        "reason": request.POST.get("reason", "")[:200],
    }
    if what == "phone":
        actions.reset_phone(phone=request.POST.get("phone", "")[:30], **common)
    elif what == "factor":
        actions.reset_factor(**common)
    elif what == "end":
        actions.end_all_sessions(**common)
    elif what == "close":
        actions.close_account(**common)
    elif what == "reopen":
        actions.reopen_account(**common)
    else:
        raise Refused(Reason("care_what", "请选择要办理的事项。"))
    flash.say(request, DONE[what])
    return redirect("login:care", account=account)


def _where(actor: Any, account: UUID) -> Any:
    """The union of one of the officer's posts that the account lies under; outside all of them: none."""
    roots = {root.org_id for power in (powers.RESET, powers.CLOSE) for root in actor.roots(power)}
    for org in orgs.visible(actor, powers.RESET).filter(pk__in=roots).order_by("path"):
        if queries.lies_within(account, org):
            return org
    raise Hidden
