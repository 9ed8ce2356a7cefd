"""One sentence carried over to the next page: "已保存。" Kept in the session, shown once."""

from __future__ import annotations

from django.http import HttpRequest

KEY = "flash"


def say(request: HttpRequest, sentence: str, tone: str = "success") -> None:
    """`tone`: success · info · warning · danger. No full names, numbers or phones in the sentence."""
    request.session[KEY] = [*request.session.get(KEY, []), [tone, sentence]]


def take(request: HttpRequest) -> list[tuple[str, str]]:
    """What is to be shown now; it is gone afterwards."""
    if not hasattr(request, "session") or KEY not in request.session:
        return []
    return [(tone, sentence) for tone, sentence in request.session.pop(KEY)]
