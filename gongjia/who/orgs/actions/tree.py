"""Writing the tree: closure rows and path keys, always by sets.

A tree change first locks the rows it will rewrite; the statements that follow then see every
union that was founded below them in the meantime. Locks are NO KEY UPDATE: rows that merely
point at a union (a membership, a closure row of a new union) do not wait for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from uuid import UUID

from django.db import connection
from django.db.models import Max, Model, Q
from django.db.models.functions import Length

from gongjia.base.models import uuid7
from gongjia.who.orgs.models import Org, OrgClosure
from gongjia.who.orgs.queries import range_of
from gongjia.who.orgs.rules.codes import WIDTH, next_code, next_segment, stem

# The day a union exists from when nobody knows its founding day: before every report.
ALWAYS = date(1949, 10, 1)
DEEPEST = 16


def copy_in(model: type[Model], records: Sequence[Model]) -> None:
    """Insert records of one model by COPY: several times faster than bulk_create for hundreds of rows.

    The values must be plain already (text, numbers, dates, keys, lists of text).
    """
    if not records:
        return
    fields = [field.attname for field in model._meta.concrete_fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    values = attrgetter(*fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {model._meta.db_table} ({columns}) from stdin") as copy,
    ):
        for record in records:
            copy.write_row(values(record))


def put_closure(rows: Iterable[tuple[UUID, UUID, int, str, date]]) -> None:
    """Insert closure rows (ancestor, descendant, depth, via, since) by COPY."""
    table = OrgClosure._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} (id, ancestor_id, descendant_id, depth, via, since, until) from stdin") as copy,
    ):
        for ancestor, descendant, depth, via, since in rows:
            copy.write_row((uuid7(), ancestor, descendant, depth, via, since, None))


def lock(org: Org) -> Org:
    """The union as it is now, held until the act ends."""
    return Org.objects.select_for_update(of=("self",), no_key=True).select_related("parent").get(pk=org.pk)


def next_path(parent: Org | None) -> str:
    """The key of a new child, after all its siblings. The parent must be locked."""
    siblings = Org.objects.filter(parent=parent)
    if parent is not None:
        siblings = siblings.annotate(length=Length("path")).filter(length=len(parent.path) + WIDTH)
    last = siblings.aggregate(last=Max("path"))["last"]
    return (parent.path if parent else "") + next_segment(last[-WIDTH:] if last else None)


def free_code(parent: Org, kind: str) -> str:
    """The next free code below a parent. The parent must be locked."""
    taken = Org.objects.filter(code__startswith=stem(parent.code, kind)[0]).values_list("code", flat=True)
    return next_code(parent.code, kind, taken)


def link_new(org: Org, since: date) -> None:
    """Closure rows of a new leaf: itself, and all that stand above its parent."""
    rows = [(org.pk, org.pk, 0, "line", since)]
    if org.parent_id:
        above = OrgClosure.objects.filter(descendant_id=org.parent_id, via="line", until__isnull=True)
        rows += [(pk, org.pk, depth + 1, "line", since) for pk, depth in above.values_list("ancestor_id", "depth")]
    put_closure(rows)
    reguide([org.pk], since)


def rehang(org: Org, parent: Org, on: date) -> tuple[str, str]:
    """Hang a union and all below it under another parent; old and new path.

    Both must be locked. Closure rows of the old ancestors end on that day, none is lost.
    """
    old, new = org.path, next_path(parent)
    list(Org.objects.select_for_update(no_key=True).filter(range_of(old)).order_by("path").values_list("pk", flat=True))
    table, closure = Org._meta.db_table, OrgClosure._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {closure} c set until = greatest(%s, c.since)"
            f" from {closure} inner_ where inner_.ancestor_id = %s and inner_.via = 'line' and inner_.until is null"
            "  and c.descendant_id = inner_.descendant_id and c.via = 'line' and c.until is null"
            f"  and c.ancestor_id in (select ancestor_id from {closure} up where up.descendant_id = %s"
            "      and up.via = 'line' and up.until is null and up.depth > 0)",
            [on, org.pk, org.pk],
        )
        cursor.execute(
            f"select up.ancestor_id, down.descendant_id, up.depth + down.depth + 1, 'line',"
            "   greatest(%s, down.since)"
            f" from {closure} up, {closure} down"
            " where up.descendant_id = %s and up.via = 'line' and up.until is null"
            "   and down.ancestor_id = %s and down.via = 'line' and down.until is null",
            [on, parent.pk, org.pk],
        )
        rows = cursor.fetchall()
        cursor.execute(
            f"update {table} set path = %s || substr(path, %s), level = level + %s where path >= %s and path < %s",
            [new, len(old) + 1, parent.level + 1 - org.level, old, old + "~"],
        )
        cursor.execute(f"update {table} set parent_id = %s where id = %s", [parent.pk, org.pk])
    put_closure(rows)
    org.path, org.parent, org.level = new, parent, parent.level + 1
    reguide(below_of(org), on)
    return old, new


def below_of(org: Org) -> list[UUID]:
    """All whose industry reach may change with a union: below it, and guided from there."""
    inside = Org.objects.filter(range_of(org.path)).values("pk")
    return list(
        OrgClosure.objects.filter(ancestor_id__in=inside, until__isnull=True)
        .values_list("descendant_id", flat=True)
        .distinct()
    )


def reguide(descendants: Sequence[UUID], on: date) -> None:
    """Bring the industry closure of these unions up to date: who guides them or a union above them,
    and who guides the guide."""
    if not descendants:
        return
    table, closure = Org._meta.db_table, OrgClosure._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "with recursive guided (descendant_id, ancestor_id, depth) as ("
            "  select d.descendant_id, o.industry_parent_id, d.depth + 1"
            f"  from {closure} d join {table} o on o.id = d.ancestor_id"
            "  where d.via = 'line' and d.until is null and o.industry_parent_id is not null"
            "    and d.descendant_id = any(%s)"
            " union"
            "  select g.descendant_id, o.industry_parent_id, g.depth + d.depth + 1"
            f"  from guided g join {closure} d on d.descendant_id = g.ancestor_id and d.via = 'line'"
            f"    and d.until is null join {table} o on o.id = d.ancestor_id"
            "  where o.industry_parent_id is not null and g.depth < %s"
            ") select descendant_id, ancestor_id, min(depth) from guided group by 1, 2",
            [list(descendants), DEEPEST],
        )
        wanted = {(descendant, ancestor): depth for descendant, ancestor, depth in cursor.fetchall()}
    standing = OrgClosure.objects.filter(descendant_id__in=descendants, via="industry", until__isnull=True)
    kept, ended = set(), []
    for row in standing:
        key = (row.descendant_id, row.ancestor_id)
        if wanted.get(key) == row.depth:
            kept.add(key)
        else:
            row.until = max(on, row.since)
            ended.append(row)
    OrgClosure.objects.bulk_update(ended, ["until"], batch_size=1000)
    new = [key for key in wanted if key not in kept]
    since = dict(
        OrgClosure.objects.filter(descendant_id__in=[key[0] for key in new], via="line", depth=0).values_list(
            "descendant_id", "since"
        )
    )
    put_closure((above, below, wanted[below, above], "industry", max(on, since[below])) for below, above in new)


def stands_above(ancestor: Org, descendant: Org) -> bool:
    return descendant.path.startswith(ancestor.path)


def guide_would_circle(org: Org, guide: Org) -> bool:
    """Whether an industry parent is itself guided from below the union."""
    return (
        stands_above(org, guide)
        or OrgClosure.objects.filter(
            Q(ancestor_id__in=Org.objects.filter(range_of(org.path)).values("pk")),
            descendant_id=guide.pk,
            via="industry",
            until__isnull=True,
        ).exists()
    )
