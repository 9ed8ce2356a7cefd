"""Who may open a URL. Every URL is declared with a Policy; an undeclared one fails a test.

The policy is the first gate: it knows the person and the power, not the record. The second
gate is the record's own: `queries.visible(actor)` (outside it: 404) and `actor.must(power, org)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, get_resolver, path

from gongjia.base.refused import Forbidden

Who = Literal["anyone", "account", "member", "officer"]
Where = Literal["anywhere", "org"]


@dataclass(frozen=True)
class Policy:
    """`who` must be logged in as what; `power` must be held; `at` says where it is asked.

    anyone    no log-in                     officer   somebody who holds a post now
    account   anybody logged in             member    somebody logged in with a member file

    `at="anywhere"`: holding the power somewhere opens the page, and the rows are scoped by the
    query. `at="org"`: the page is about one record, and `actor.must(power, record.org)` is asked too.
    Several powers in a tuple: any one of them opens the page.
    """

    who: Who
    power: str | tuple[str, ...] = ""
    at: Where = "anywhere"

    def __post_init__(self):
        if self.power and self.who != "officer":
            raise ValueError("a power can only be asked of an officer")

    @property
    def powers(self) -> tuple[str, ...]:
        if isinstance(self.power, str):
            return (self.power,) if self.power else ()
        return self.power

    def check(self, request: HttpRequest) -> HttpResponse | None:
        """None to go on; a redirect to the log-in page; or Forbidden is raised."""
        if self.who == "anyone":
            return None
        if not request.user.is_authenticated:
            return to_login(request)
        actor = request.actor
        if self.who == "member" and actor.person_id is None:
            raise Forbidden("", "这个页面给会员用。您的手机号还没有对应到会员档案，可以请工会干部帮您核对。")
        if self.who == "officer" and not actor.posts and not actor.everywhere:
            raise Forbidden("", "这个页面给工会干部用。您现在没有任职，如有疑问请联系上级工会。")
        if self.powers and not any(actor.holds(power) for power in self.powers):
            raise Forbidden(self.powers[0])
        return None


def to_login(request: HttpRequest) -> HttpResponse:
    """Send to the log-in page and come back afterwards; never come back to a POST."""
    where = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    address = f"{settings.LOGIN_URL}?{urlencode({'next': where})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def guarded(view: Callable, policy: Policy) -> Callable:
    """The view behind its policy."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return policy.check(request) or view(request, *args, **kwargs)

    return wrapper


def page(route: str, view: Any, *, name: str, policy: Policy | None = None, kwargs: dict | None = None) -> URLPattern:
    """`path()` with a policy. `view` is a view class or a function; a class may carry its policy itself."""
    if isinstance(view, type):
        policy = policy or view.policy
        view = view.as_view(policy=policy) if hasattr(view, "policy") else view.as_view()
    if policy is None:
        raise TypeError(f"{name}: a URL needs a policy")
    pattern = path(route, guarded(view, policy), kwargs, name=name)
    pattern.policy = policy
    return pattern


def declared(entry: URLPattern | URLResolver, policy: Policy) -> URLPattern | URLResolver:
    """Name the policy of URLs that a library brings and guards by itself (one entry or a whole include)."""
    entry.policy = policy
    return entry


@dataclass(frozen=True)
class Declared:
    """One URL of the whole program."""

    route: str
    name: str
    policy: Policy | None
    pattern: URLPattern


def every_url(resolver: URLResolver | None = None) -> Iterator[Declared]:
    """All URLs with their policies; policy None where nobody declared one."""

    def walk(entries, prefix: str, spaces: tuple[str, ...], inherited: Policy | None) -> Iterator[Declared]:
        for entry in entries:
            policy = getattr(entry, "policy", inherited)
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                deeper = (*spaces, entry.namespace) if entry.namespace else spaces
                yield from walk(entry.url_patterns, route, deeper, policy)
            else:
                yield Declared(route, ":".join((*spaces, entry.name or "")), policy, entry)

    yield from walk((resolver or get_resolver()).url_patterns, "", (), None)


def undeclared(resolver: URLResolver | None = None) -> list[str]:
    """Routes without a policy: must be empty."""
    return [url.route for url in every_url(resolver) if url.policy is None]
