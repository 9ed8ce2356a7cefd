"""A long job: rows done of how many, the time left, cancel; one may leave and come back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongjia.base import clock
from gongjia.base.refused import Hidden
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages.base import Page

STATES = {
    "waiting": Badge("排队中", "neutral", "hourglass"),
    "running": Badge("办理中", "info"),
    "done": Badge("已完成", "success"),
    "failed": Badge("没有完成", "danger"),
    "cancelled": Badge("已取消", "neutral", "ban"),
}


class ProgressPage(Page):
    """Shows one `base.progress` job to whoever started it. Asked by htmx (or without JavaScript by the
    browser itself) again and again until it ends. Subclass to lead somewhere afterwards (`result_link`)."""

    template = "ui/pages/progress.html"
    part = "ui/parts/progress.html"
    title = "办理进度"

    def get_progress(self) -> Any:
        from gongjia.base import progress

        found = progress.find(self.kwargs["pk"])
        if found is None or found.account_id != self.actor.account_id:
            raise Hidden
        return found

    def result_link(self, job: Any) -> Any:
        """A Link to what came out of it, once it is done."""
        return None

    def values(self, job: Any) -> dict[str, Any]:
        share = min(job.done / job.total, 1.0) if job.total else None
        left = None
        if job.state == "running" and job.started_at and job.done and job.total:
            spent = (clock.real_now() - job.started_at).total_seconds()
            left = spent / job.done * max(job.total - job.done, 0)
        ended = job.state in ("done", "failed", "cancelled")
        return {
            "job": job,
            "badge": STATES[job.state],
            "share": 1.0 if job.state == "done" else share,
            "left": left,
            "ended": ended,
            "result": self.result_link(job) if job.state == "done" else None,
            "poll": "" if ended else self.request.path,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.get_progress()
        template = self.part if request.headers.get("HX-Request") else self.template
        self.title = job.label
        return self.render(template=template, **self.values(job), **self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Cancel: the job stops at its next safe point."""
        from gongjia.base import progress

        job = self.get_progress()
        progress.cancel(job.id, actor=self.actor)
        return HttpResponseRedirect(request.path)
