"""Confirm and act: one page for one move. It names what will happen, to whom and to how many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from gongjia.base.refused import Refused
from gongjia.faces.shared import flash
from gongjia.faces.shared.pages.base import RecordPage
from gongjia.faces.shared.pages.details import Fact


class MovePage(RecordPage):
    """Subclass: `get_record()` (or `get_records()` for a bulk act), `act(note)`, `after()`.

    The button says the verb (`verb`), the page what follows from it (`consequences()`).
    """

    template = "ui/pages/move.html"
    verb = "确认"
    danger = False
    note_label = "说明"
    note_help = "会写进办理记录，相关的人都能看到。"
    note_required = False
    ask_note = True
    done_text = ""
    cancel_url = ""

    def facts(self) -> Sequence[Fact]:
        """What one must see before deciding."""
        return ()

    def consequences(self) -> Sequence[str]:
        return ()

    def blocked(self) -> Refused | None:
        """Reasons known beforehand; the button is then absent and the reasons are shown."""
        return None

    def hidden(self) -> Sequence[tuple[str, str]]:
        """Values the form carries along (the picked rows of a bulk act)."""
        return [("pick", key) for key in self.request.POST.getlist("pick")]

    def act(self, note: str) -> Any:
        raise NotImplementedError

    def after(self, result: Any) -> str:
        raise NotImplementedError

    def show(self, *, status: int = 200, note: str = "", fault: str = "", reasons: Sequence[Any] = ()) -> HttpResponse:
        blocked = self.blocked()
        return self.render(
            status=status,
            record=self.record,
            facts=self.facts(),
            consequences=self.consequences(),
            hidden=self.hidden(),
            note=note,
            note_fault=fault,
            reasons=reasons or (blocked.reasons if blocked else ()),
            blocked=blocked is not None,
            **self.context(),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        if not request.POST.get("_confirm"):  # a bulk act arrives from its list and is confirmed first
            return self.show()
        note = request.POST.get("note", "").strip()
        if self.ask_note and self.note_required and not note:
            return self.show(status=422, fault=f"请填写{self.note_label}。")
        try:
            result = self.act(note)
        except Refused as refused:
            return self.show(status=422, note=note, reasons=refused.reasons)
        if self.done_text:
            flash.say(request, self.done_text)
        return HttpResponseRedirect(self.after(result))
