"""A list: filters as chips, keyset pages, bulk acts after selection, masked export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.faces.shared.keyset import Cursor, Slice
from gongjia.faces.shared.marks import Column, Link
from gongjia.faces.shared.pages import exports
from gongjia.faces.shared.pages.base import Page
from gongjia.faces.shared.pages.filters import Filter, Filters, Search

EXPORT_AT_ONCE = 5000  # rows; a longer export is a job with a progress page


@dataclass(frozen=True)
class Bulk:
    """An act on the selected rows: their keys are posted as `pick` to that page."""

    label: str
    url: str  # URL name
    icon: str = ""
    power: str = ""
    tone: str = ""


class ListPage(Page):
    """Subclass: `columns`, `filters`, `rows()`. A page costs a fixed number of queries, whatever its length.

    class Unions(ListPage):
        title, policy = "工会名册", Policy("officer", "orgs.read")
        columns = [Column("name", "名称", link=lambda org: ..., head=True), ...]
        filters = [Choice("state", "状态", choices=..., tabs=True), Search(hint="名称、代码")]
        def rows(self, actor, filters, cursor):
            return keyset.page_of(queries.visible(actor)..., ("path",), cursor, self.size)
    """

    template = "ui/pages/list.html"
    columns: Sequence[Column] = ()
    filters: Sequence[Filter] = ()
    bulk: Sequence[Bulk] = ()
    size = 50
    unit = "条"
    row_key = "id"
    empty_title = "这里还没有内容"
    empty_text = ""
    empty_link: Link | None = None
    export_name = ""  # without it the list has no export
    export_job = ""  # the kind of the long job for more than EXPORT_AT_ONCE rows

    def rows(self, actor: Any, filters: Filters, cursor: Cursor) -> Slice:
        raise NotImplementedError

    def primary(self) -> Link | None:
        """The one act at the right of the title."""
        return None

    def links(self) -> Sequence[Link]:
        """Lesser acts beside it."""
        return ()

    def notes(self) -> Sequence[tuple[str, str]]:
        """(tone, sentence) shown between title and table."""
        return ()

    def row_tone(self, row: Any) -> str:
        """ "danger" or "warning" puts a coloured edge on the row."""
        return ""

    def key_of(self, row: Any) -> str:
        return str(row[self.row_key] if isinstance(row, dict) else getattr(row, self.row_key))

    @cached_property
    def chosen(self) -> Filters:
        return Filters(self.filters, self.request.GET, self.actor)

    def shown_columns(self) -> Sequence[Column]:
        return self.columns

    def shown_bulk(self) -> list[Bulk]:
        return [act for act in self.bulk if not act.power or self.actor.holds(act.power)]

    def context(self) -> dict[str, Any]:
        cursor = Cursor.decode(self.request.GET.get("c", ""))
        part = self.rows(self.actor, self.chosen, cursor)
        return {
            "part": part,
            "chosen": self.chosen,
            "columns": self.shown_columns(),
            "bulk": self.shown_bulk(),
            "primary": self.primary(),
            "links": self.links(),
            "notes": self.notes(),
            **self.extra(part),
        }

    def extra(self, part: Slice) -> dict[str, Any]:
        """Further values for a template of its own."""
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_export"):
            return self.export()
        return self.search()

    def search(self) -> HttpResponse:
        """A private search comes by POST and goes on as GET with the words sealed."""
        query = self.request.GET.copy()
        query.pop("c", None)
        for one in self.filters:
            if isinstance(one, Search):
                packed = one.pack(self.request.POST.get(one.key, ""), self.actor)
                query.pop(one.key, None)
                if packed:
                    query[one.key] = packed
        return HttpResponseRedirect(self.request.path + (f"?{query.urlencode()}" if query else ""))

    def export_rows(self, actor: Any, filters: Filters) -> Iterable[Any]:
        """All rows in the filters, for the export; by default page after page."""
        cursor: Cursor | None = Cursor()
        while cursor is not None:
            part = self.rows(actor, filters, cursor)
            yield from part.rows
            cursor = part.next

    def export(self) -> HttpResponse:
        """At once, or for a long list as a job whose page shows how far it is."""
        if not self.export_name:
            return HttpResponseRedirect(self.request.get_full_path())
        total = self.rows(self.actor, self.chosen, Cursor()).total or 0
        if self.export_job and total > EXPORT_AT_ONCE:
            started = exports.start(self, total)
            return HttpResponseRedirect(reverse("console:progress", args=[started.id]))
        return exports.answer(self, self.export_rows(self.actor, self.chosen))

    @classmethod
    def export_in_job(cls, job: Any) -> None:
        """What the job of `export_job` calls: the same list, read again by the same person with the rights of now.

        @progress.job("console.members.export")
        def run(job): MembersPage.export_in_job(job)
        """
        exports.run(cls, job)
