"""Small requests that belong to no face: save a draft, fold the sidebar, larger type, change post, the style guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongjia.base import clock
from gongjia.faces.shared import drafts, shell

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest, fallback: str = "/") -> HttpResponse:
    """To where the button stood; never to another host."""
    for place in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if place and url_has_allowed_host_and_scheme(place, {request.get_host()}, request.is_secure()):
            return HttpResponseRedirect(place)
    return HttpResponseRedirect(fallback)


@require_POST
def save_draft(request: HttpRequest, key: str) -> HttpResponse:
    """Called by ui.js while a form is being filled in."""
    if not drafts.save(request.actor, key, drafts.typed(request.POST)):
        return JsonResponse({"saved": False}, status=413)
    return JsonResponse({"saved": f"{clock.now():%H:%M:%S}"})


@require_POST
def set_nav(request: HttpRequest) -> HttpResponse:
    """Fold or unfold the sidebar. A cookie without any personal content remembers it."""
    response = _back(request)
    thin = request.POST.get("nav") == "thin"
    response.set_cookie(shell.NAV_COOKIE, "thin" if thin else "wide", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
def set_size(request: HttpRequest) -> HttpResponse:
    """适老 large type on the portal, on or off."""
    response = _back(request)
    large = request.POST.get("size") == "large"
    response.set_cookie(shell.SIZE_COOKIE, "large" if large else "usual", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
def stand(request: HttpRequest) -> HttpResponse:
    """Stand in another of one's own posts. It chooses what is shown first; it gives no right."""
    wanted = request.POST.get("post", "")
    if any(str(post.id) == wanted for post in request.actor.posts):
        request.session[shell.STANDING] = wanted
    return _back(request, "/console/")
