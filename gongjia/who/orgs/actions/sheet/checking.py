"""Checking a sheet of unions: every row at once, a verdict per cell, nothing written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.base.sheets import Sheet, headers
from gongjia.who.orgs import powers, rules
from gongjia.who.orgs.actions.sheet.columns import ALIASES, BY_KEY, COLUMNS, Unreadable, years_between
from gongjia.who.orgs.actions.sheet.rows import Checked, Row
from gongjia.who.orgs.kinds import COVERING_KINDS, OrgKind
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.states import OrgState

STANDING = (OrgState.PREPARING.value, OrgState.ACTIVE.value)


def check(
    sheet: Sheet,
    *,
    actor: Actor,
    today: date,
    under: Org | None = None,
    mapping: Mapping[str, int] | None = None,
) -> Checked:
    """Read and check. `under`: the parent of rows that name none; `mapping`: columns picked by hand."""
    head = headers.find(sheet.rows, ALIASES, at_least=2)
    if head is None and mapping is None:
        refuse("sheet_no_head", "表里没有找到“工会名称”等列名。", cure="请下载空白表，按列名填写。")
    columns = head.columns if mapping is None and head is not None else dict(mapping or {})
    for column in COLUMNS:
        if column.required and column.key not in columns:
            refuse(
                "sheet_column_missing", f"表里缺“{column.label}”这一列。", fact=column.key, cure="请补上这一列再上传。"
            )
    first = head.first_data if head else 1
    titles = head.titles if head else list(sheet.rows[0]) if sheet.rows else []
    rows = [
        Row(sheet.number_of(index), {key: _at(cells, place) for key, place in columns.items()})
        for index, cells in enumerate(sheet.rows[first:], start=first)
        if any(cell.strip() for cell in cells)
    ]
    for row in rows:
        _read(row)
    _resolve(rows, actor, under)
    _unique(rows)
    has_root = Org.objects.filter(parent__isnull=True).exists()
    for row in rows:
        if row.existing is None and row.parent is None and row.parent_row is None and not row.values.get("parent"):
            _judge_top(row, has_root)
        _judge(row, actor, today)
    _refuse_children(rows)
    unknown = [title for _, title in headers.unknown(titles, columns)]
    return Checked(rows, columns, titles, unknown)


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _read(row: Row) -> None:
    for key, cell in row.cells.items():
        if not cell.strip():
            if BY_KEY[key].required and not row.cells.get("code", "").strip():
                row.fault(key, "name_missing" if key == "name" else "cell_missing", f"“{BY_KEY[key].label}”没有填。")
            continue
        try:
            value = BY_KEY[key].read(cell)
        except Unreadable as problem:
            row.fault(key, problem.code, str(problem))
            continue
        longest = BY_KEY[key].max_length
        if longest and isinstance(value, str) and len(value) > longest:
            row.fault(key, "too_long", f"最多 {longest} 个字。")
            continue
        row.values[key] = value


class _Known:
    """Unions of the database and rows of the sheet, by code and by name, whatever the width of its brackets."""

    def __init__(self, rows: list[Row], under: Org | None):
        wanted = {row.values.get(key) for row in rows for key in ("code", "parent", "industry_parent", "name")} - {None}
        spelled = {spelling for said in wanted for spelling in rules.spellings(said)}
        found = Org.objects.filter(code__in=wanted) | Org.objects.filter(name__in=spelled, state__in=STANDING)
        orgs = {org.pk: org for org in found.select_related("parent", "industry_parent")}
        if under is not None:
            orgs.setdefault(under.pk, under)
        self.by_code: dict[str, Org] = {org.code: org for org in orgs.values()}
        self.by_name: dict[str, list[Org]] = defaultdict(list)
        for org in orgs.values():
            if org.state in STANDING:
                self.by_name[rules.folded(org.name)].append(org)
        self.row_by_code = {row.values["code"]: row for row in rows if row.values.get("code")}
        self.rows_by_name: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.values.get("name"):
                self.rows_by_name[rules.folded(row.values["name"])].append(row)

    def find(self, row: Row, key: str) -> Org | Row | None:
        """The union that a cell names; a fault on the row when there is none or more than one."""
        said = row.values[key]
        code = said.upper()
        if code in self.by_code:
            return self.by_code[code]
        if code in self.row_by_code:
            return self.row_by_code[code]
        name = rules.folded(said)
        named: list[Org | Row] = list(self.by_name.get(name, ()))
        named += [other for other in self.rows_by_name.get(name, ()) if other.existing is None and other is not row]
        if len(named) == 1:
            return named[0]
        if named:
            row.fault(key, "union_ambiguous", f"有 {len(named)} 家工会都叫“{said}”，请改填编码。")
        else:
            row.fault(key, "union_unknown", f"没有找到工会“{said}”，请核对全称或编码。")
        return None


def _resolve(rows: list[Row], actor: Actor, under: Org | None) -> None:
    known = _Known(rows, under)
    for row in rows:
        if row.values.get("code"):
            row.existing = known.by_code.get(row.values["code"])
    for row in rows:
        if row.existing is None and not row.values.get("code"):
            row.existing = _same_name(row, known, under)
    for row in rows:
        if row.values.get("parent"):
            above = known.find(row, "parent")
            row.parent, row.parent_row = (None, above) if isinstance(above, Row) else (above, None)
            if row.parent_row is not None and row.parent_row.existing is not None:
                row.parent, row.parent_row = row.parent_row.existing, None
        elif row.existing is not None:
            row.parent = row.existing.parent
        else:
            row.parent = under
        if row.parent is not None and row.existing is not None and row.parent.pk == row.existing.pk:
            row.fault("parent", "parent_self", "上级工会写成了它自己。")
            row.parent = row.existing.parent
        if row.values.get("industry_parent"):
            guide = known.find(row, "industry_parent")
            row.guide, row.guide_row = (None, guide) if isinstance(guide, Row) else (guide, None)
            if row.guide_row is not None and row.guide_row.existing is not None:
                row.guide, row.guide_row = row.guide_row.existing, None
    _refuse_circles(rows)


def _same_name(row: Row, known: _Known, under: Org | None) -> Org | None:
    """A union without a code in the sheet is the one of that name below the same parent."""
    found = known.by_name.get(rules.folded(row.values.get("name", "")), [])
    if under is not None and under in found and not row.values.get("parent"):
        return under  # the sheet lists the union it is imported under as well
    said = row.values.get("parent")
    above = under
    if said:
        above = known.by_code.get(said.upper())
        named = known.by_name.get(rules.folded(said), [])
        if above is None and len(named) == 1:
            above = named[0]
    return next((org for org in found if above is not None and org.parent_id == above.pk), None)


def _refuse_circles(rows: list[Row]) -> None:
    for row in rows:
        seen, above = {id(row)}, row.parent_row
        while above is not None and id(above) not in seen:
            seen.add(id(above))
            above = above.parent_row
        if above is not None:
            row.fault("parent", "parent_circle", "上级关系绕成了圈。")
            row.parent_row = None


def _unique(rows: list[Row]) -> None:
    """What may stand once: a code, an employer of a union of its own, the union's credit code, a name."""
    for key in ("code", "uscc"):
        seen: dict[str, Row] = {}
        for row in rows:
            value = row.values.get(key)
            if value and value in seen:
                row.fault(key, f"{key}_duplicate_in_file", f"与第 {seen[value].number} 行重复。")
            elif value:
                seen[value] = row
    employers: dict[str, Row] = {}
    names: dict[tuple, Row] = {}
    for row in rows:
        employer = row.values.get("employer_uscc")
        if employer and _kind(row) == OrgKind.SINGLE:
            if employer in employers:
                row.fault(
                    "employer_uscc", "employer_duplicate_in_file", f"与第 {employers[employer].number} 行是同一家单位。"
                )
            employers.setdefault(employer, row)
        if row.existing is None and (name := row.values.get("name")):
            place = (
                rules.folded(name),
                row.parent.pk if row.parent else None,
                id(row.parent_row) if row.parent_row else None,
            )
            if place in names:
                row.fault("name", "name_duplicate_in_file", f"与第 {names[place].number} 行是同一家工会。")
            names.setdefault(place, row)
    _against_register(rows, employers)


def _against_register(rows: list[Row], employers: dict[str, Row]) -> None:
    standing = Org.objects.filter(state__in=STANDING)
    taken = {org.employer_uscc: org for org in standing.filter(kind=OrgKind.SINGLE, employer_uscc__in=list(employers))}
    for employer, row in employers.items():
        other = taken.get(employer)
        if other is not None and (row.existing is None or row.existing.pk != other.pk):
            row.fault("employer_uscc", "employer_has_union", f"这家单位已经有工会：{other.name}({other.code})。")
    codes = {row.values["uscc"]: row for row in rows if row.values.get("uscc")}
    for org in standing.filter(uscc__in=list(codes)):
        row = codes[org.uscc]
        if row.existing is None or row.existing.pk != org.pk:
            row.fault("uscc", "uscc_taken", f"这个工会信用代码已登记在 {org.name}({org.code})。")


def _kind(row: Row) -> str:
    return row.values.get("kind") or (row.existing.kind if row.existing else "")


def _judge(row: Row, actor: Actor, today: date) -> None:
    kind, values = _kind(row), row.values
    place = row.existing or row.parent or _top(row)
    if not actor.can(powers.IMPORT, place):
        row.fault("parent" if row.existing is None else "code", "union_out_of_scope", "这家工会不在您的管理范围内。")
        return
    if row.existing is not None:
        _against_existing(row)
    elif kind:
        above = row.parent or row.parent_row
        above_kind = None if above is None else above.kind if isinstance(above, Org) else _kind(above)
        above_name = "" if above is None else above.name if isinstance(above, Org) else above.values.get("name", "")
        if above_kind != "":
            row.take("parent", rules.placement(kind, above_kind, above_name))
        if isinstance(above, Org) and above.state != OrgState.ACTIVE:
            row.fault("parent", "parent_closed", f"上级工会“{above.name}”不是正常状态。")
        if values.get("code") and not rules.code_ok(values["code"]):
            row.fault("code", "code_bad", f"编码“{values['code']}”不合规则，如 330182001-0007。")
    guide_kind = row.guide.kind if row.guide else _kind(row.guide_row) if row.guide_row else ""
    if guide_kind:
        row.take("industry_parent", rules.guidance(guide_kind, values.get("industry_parent", "")))
    row.take("uscc", rules.codes(values.get("uscc", ""), ""))
    row.take("employer_uscc", rules.codes("", values.get("employer_uscc", "")))
    staff = values.get("staff_count", row.existing.staff_count if row.existing else None)
    women = values.get("staff_women", row.existing.staff_women if row.existing else None)
    if staff is not None and women is not None and women > staff:
        row.fault("staff_women", "women_over_staff", f"女职工 {women} 人多于职工 {staff} 人。")
    for key in ("founded_on", "opened_on", "staff_on", "legal_person_on", "roster_confirmed_on", "term_started_on"):
        if key in values and values[key] > today:
            row.fault(key, "date_in_future", f"{BY_KEY[key].label}在今天之后。")
    _judge_term(row, kind)
    _judge_covered(row, kind)


def _judge_top(row: Row, has_root: bool) -> None:
    """A row without a parent can only be the federation itself."""
    if has_root and row.values.get("kind") == OrgKind.FEDERATION:
        row.fault("parent", "root_exists", "本系统已经登记了最上一级的总工会，请填写上级工会。")
    elif not row.values.get("code"):
        row.fault("code", "code_missing", "最上一级的总工会要填编码(区划代码)。")


def _top(row: Row) -> Org | None:
    above = row.parent_row
    while above is not None and above.parent_row is not None:
        above = above.parent_row
    return above.parent if above is not None else None


def _against_existing(row: Row) -> None:
    org = row.known
    if org.state not in STANDING:
        row.fault("code", "union_closed", f"{org.name}已撤销或合并。")
    above = row.parent.pk if row.parent else None
    if row.parent_row is not None or above != org.parent_id:
        row.fault("parent", "parent_differs", "上级工会与登记的不同，请用“调整隶属关系”办理。")
    if row.values.get("kind") and row.values["kind"] != org.kind:
        row.fault("kind", "kind_differs", f"登记的组织类型是“{OrgKind(org.kind).label}”，请用“变更组织类型”办理。")


def _judge_term(row: Row, kind: str) -> None:
    values = row.values
    started, ends = values.get("term_started_on"), values.get("term_ends_on")
    if not any(key in values for key in ("term_number", "term_started_on", "term_years", "term_ends_on")):
        return
    if kind and not rules.has_term(kind):
        row.warn("term_number", "no_term", f"{OrgKind(kind).label}没有届期，届次不登记。")
        return
    if started is None:
        row.warn("term_started_on", "term_incomplete", "没有本届选举日期，届次不登记。")
        return
    years = values.get("term_years")
    if years is None and ends is not None:
        years = years_between(started, ends)
        if years is None:
            row.fault("term_ends_on", "term_years_wrong", "选举日期到届满日期不是三年或五年。")
            return
    if years is None:
        years = 5 if kind and rules.years_allowed(kind) == (5,) else None
    if years is None:
        row.fault("term_years", "term_years_missing", "没有填任期是三年还是五年。")
        return
    if kind and years not in rules.years_allowed(kind):
        wanted = "或".join(str(span) for span in rules.years_allowed(kind))
        row.fault(
            "term_years", "years_wrong", f"{OrgKind(kind).label}每届任期 {wanted} 年，不是 {years} 年(工会法第十六条)。"
        )
        return
    if values.get("term_number", 1) < 1:
        row.fault("term_number", "number_wrong", "届次从第一届开始。")
        return
    values["term_years"] = years
    values.setdefault("term_number", 1)


def _judge_covered(row: Row, kind: str) -> None:
    units = row.values.get("covered")
    if units is None:
        if kind == OrgKind.JOINT and row.existing is None:
            row.warn("covered", "units_too_few", "联合基层工会没有填涵盖单位(至少两家)。")
        return
    if kind and kind not in COVERING_KINDS:
        row.fault("covered", "kind_covers_none", f"{OrgKind(kind).label}只对应一家单位，不填涵盖单位。")
        return
    if len({name for name, _, _ in units}) < len(units):
        row.fault("covered", "covered_twice", "涵盖单位里有重名的。")
    for name, uscc, _ in units:
        for reason in rules.may_cover(rules.CoverFacts(kind or OrgKind.JOINT, True, name, uscc)):
            row.fault("covered", reason.code, f"{name}：{reason.sentence}")
    if kind == OrgKind.JOINT and len(units) < 2 and row.existing is None:
        row.fault("covered", "units_too_few", "联合基层工会至少涵盖两家单位(工会法第十一条)。")


def _refuse_children(rows: list[Row]) -> None:
    """A union whose parent in the sheet is refused cannot come in either."""
    changed = True
    while changed:
        changed = False
        for row in rows:
            above = row.parent_row
            if not row.faults and above is not None and above.faults:
                row.fault("parent", "parent_refused", f"上级工会在第 {above.number} 行，那一行有错。")
                changed = True
            if not row.faults and row.guide_row is not None and row.guide_row.faults:
                row.fault(
                    "industry_parent", "parent_refused", f"产业指导工会在第 {row.guide_row.number} 行，那一行有错。"
                )
                changed = True
