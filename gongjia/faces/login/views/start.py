"""Phone, code, and which of several persons."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongjia.base import clock
from gongjia.base.refused import Reason, Refused
from gongjia.faces.login import inside, visitor
from gongjia.faces.login.pending import WayIn, safe_next
from gongjia.faces.login.views.demo import listed
from gongjia.faces.login.views.steps import chosen, even, home_of, show, who_asks
from gongjia.who.accounts import actions, kinds, queries

ENDED = {
    kinds.Ended.IDLE: "您有一段时间没有操作，为了安全已自动退出，请重新登录。",
    kinds.Ended.ABSOLUTE: "这次登录的时间已满，请重新登录。",
    kinds.Ended.FACTOR: "您的岗位需要动态口令，请重新登录。",
    kinds.Ended.LOGOUT: "您已退出登录。",
    kinds.Ended.CONSENT: "您已撤回同意，并已退出登录。会籍不受影响。",
    kinds.Ended.NEWER: "您的账号后来在别处登录，这里已自动退出。如果不是您本人登录的，请尽快告诉上级工会。",
    kinds.Ended.KILLED: "这里的登录已在您的另一台设备上退出，请重新登录。",
    kinds.Ended.RESET: "工会干部已为您重置登录，请用新的手机号或登录条登录。",
}

JOINING = "/m/join/"  # who wants to join need not be on file


def purpose_of(wanted: str) -> kinds.Purpose:
    """What a code asked for on the way to that page is good for."""
    return kinds.Purpose.JOIN if wanted.startswith(JOINING) else kinds.Purpose.LOGIN


@sensitive_post_parameters("phone")
@require_http_methods(["GET", "POST"])
@even
def start(request: HttpRequest) -> HttpResponse:
    """The log-in page: a phone number, or the way to the slip."""
    if request.user.is_authenticated:
        return redirect(safe_next(request) or home_of(request))
    context = {"next": safe_next(request), "phone": "", "why": "", "demo_accounts": ()}
    context["joining"] = purpose_of(context["next"]) == kinds.Purpose.JOIN
    if settings.GONGJIA_DEMO:
        context["demo_accounts"] = listed()
    if request.method == "GET":
        how = request.session.get(inside.WHY) or queries.ended_elsewhere(visitor.device(request))
        return show(request, "start.html", {**context, "why": ENDED.get(how, "")})
    way = WayIn(request)
    secret = way.start(safe_next(request))
    phone = request.POST.get("phone", "")[:30]
    try:
        asked = actions.ask_code(
            phone=phone, purpose=purpose_of(context["next"]), bound_to=secret, at=clock.now(), **who_asks(request)
        )
    except Refused as refused:
        return show(request, "start.html", {**context, "phone": phone}, refused)
    way.keep(code=str(asked.code_id), masked=asked.masked)
    return redirect("login:code")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@even
def code(request: HttpRequest) -> HttpResponse:
    """The six digits."""
    way = WayIn(request)
    if not way.get("code"):
        return redirect("login:start")
    context = {"masked": way.get("masked")}
    if request.method == "GET":
        return show(request, "code.html", context)
    try:
        if "again" in request.POST:
            asked = actions.ask_code_again(
                code_id=way.get("code"), bound_to=way.get("secret"), at=clock.now(), **who_asks(request)
            )
            way.keep(code=str(asked.code_id))
            return redirect("login:code")
        proof = actions.show_code(
            code_id=way.get("code"),
            purpose=purpose_of(way.get("next")),
            bound_to=way.get("secret"),
            code=request.POST.get("code", "")[:20],
            at=clock.now(),
            **who_asks(request),
        )
    except Refused as refused:
        return show(request, "code.html", context, refused)
    accounts = actions.accounts_behind(proof=proof, at=clock.now())
    if not accounts:
        # closed between the code's sending and now; the code is spent, so the same words fit
        gone = Refused(Reason("code_spent", "验证码已失效，请重新获取。"))
        return show(request, "code.html", context, gone)
    if len(accounts) == 1:
        return chosen(request, way, accounts[0], kinds.Way.CODE)
    way.prove(request, proved=[str(account.pk) for account in accounts], code="")
    return redirect("login:who")


@require_http_methods(["GET", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Several persons share the phone: which one is it?"""
    way = WayIn(request)
    accounts = [account for pk in way.get("proved", []) if (account := queries.account(pk))]
    if not accounts:
        return redirect("login:start")
    names = queries.names_apart(accounts)
    context = {"persons": [{"value": str(one.pk), "name": name} for one, name in zip(accounts, names, strict=True)]}
    if request.method == "GET":
        return show(request, "who.html", context)
    picked = [account for account in accounts if str(account.pk) == request.POST.get("person")]
    if not picked:
        return show(request, "who.html", context, Refused(Reason("person_missing", "请选择您本人。")))
    return chosen(request, way, picked[0], kinds.Way.CODE)
