"""Importing a roster: upload, map, check, run, undo. What was previewed is exactly what runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import connection

from gongjia.base import clock, journal, secret, sheets
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused
from gongjia.who import data
from gongjia.who.members import powers
from gongjia.who.members.kinds import MissingDecision, RosterMode
from gongjia.who.members.models import (
    RosterBatch,
    RosterChunk,
    RosterHeader,
    RosterMissing,
    RosterVerdict,
)
from gongjia.who.members.roster import checking, planning, reading, running
from gongjia.who.members.roster.columns import COLUMNS
from gongjia.who.orgs import actions as org_actions
from gongjia.who.orgs import kinds as org_kinds
from gongjia.who.orgs import queries as orgs

KEPT_WARNINGS = 5000  # of one batch; the count is always whole

journal.name_actions(
    {
        "roster.uploaded": "上传名册",
        "roster.mapped": "指定名册各列",
        "roster.added": "由名册入册",
        "roster.changed": "由名册更新资料",
        "roster.undone": "撤销名册导入",
        "roster.missing": "完整名册中缺少的会员",
    }
)


def upload(
    *,
    actor: Actor,
    at: datetime,
    org: Any,
    file: IO[bytes] | bytes | Path,
    name: str,
    mode: str = RosterMode.CHANGES,
    whole: Any = None,
) -> RosterBatch:
    """Keep the file (encrypted, found by its hash) and open a batch. `org`: nothing outside its subtree is touched.

    `whole`: the one union that a full list is about (default: `org`). Raises `Refused` for a file that is no sheet.
    """
    actor.must(powers.IMPORT, org)
    whole = whole or org if mode == RosterMode.FULL else None
    if whole is not None:
        actor.must(powers.IMPORT, whole)
        if whole.kind not in org_kinds.MEMBER_KINDS:
            raise Refused(
                Reason(
                    "whole_union",
                    f"“{whole.name}”本身不直接管会员，完整名册要选一家基层工会。",
                    cure="请选择具体的基层工会。",
                )
            )
    with journal.act():
        kept = attachments.store(file, name=name, actor=actor, at=at, org=org)
        batch = RosterBatch.objects.create(
            org=org, account_id=actor.account_id, mode=mode, whole=whole, file=kept, uploaded_at=at
        )
        journal.write(
            "roster.uploaded", actor=actor, at=at, org=org, subject=batch,
            payload={"file": kept.sha256, "size": kept.size, "mode": str(mode)},
        )  # fmt: skip
    return batch


def read_batch(batch: RosterBatch) -> list[checking.Table]:
    """The file's tables, under the mapping chosen, remembered or guessed. Raises `Refused`."""
    book = sheets.read(attachments.open(batch.file), name=batch.file.name, limits=reading.LIMITS)
    found = reading.tables(book, batch.mapping or None)
    if not batch.mapping:
        known = {
            header.signature: header.mapping
            for header in RosterHeader.objects.filter(
                org=batch.org, signature__in=[reading.signature(table.header) for table in found]
            )
        }
        for table in found:
            table.mapping = known.get(reading.signature(table.header), table.mapping)
    return found


def tables_to_map(batch: RosterBatch) -> list[checking.Table]:
    """The tables with a few examples of each column, for the page where columns are chosen.

    A sheet without a recognisable header is offered with its first filled row as the header.
    """
    try:
        found = read_batch(batch)
    except Refused as refused:
        if "roster_header" not in refused.codes:
            raise
        book = sheets.read(attachments.open(batch.file), name=batch.file.name, limits=reading.LIMITS)
        found = reading.guessed(book)
    for table in found:
        table.examples = reading.examples(table)
    return found


def note_progress(*, batch: RosterBatch, progress_id: UUID) -> None:
    """Remember which long job runs the batch, so that its page leads there."""
    RosterBatch.objects.filter(pk=batch.pk).update(progress_id=progress_id)


def choose_columns(*, batch: RosterBatch, mapping: dict[str, Any], actor: Actor, at: datetime) -> None:
    """Set by hand which column means what; remembered for this union's next file with the same header.

    `mapping`: sheet -> {"header_row": n, "columns": {key: position}} or {"skip": true}.
    """
    actor.must(powers.IMPORT, batch.org)
    for sheet, chosen in mapping.items():
        positions = list(chosen.get("columns", {}).values())
        if not chosen.get("skip") and "name" not in chosen.get("columns", {}):
            raise Refused(Reason("name_column", f"工作表“{sheet}”没有指定“姓名”列。", cure="请指定哪一列是姓名。"))
        if len(set(positions)) != len(positions):
            raise Refused(Reason("column_twice", f"工作表“{sheet}”里同一列被指定了两次。", cure="请改成不同的列。"))
    with journal.act():
        batch.mapping = mapping
        batch.save(update_fields=["mapping"])
        for table in read_batch(batch):
            RosterHeader.objects.update_or_create(
                org=batch.org,
                signature=reading.signature(table.header),
                defaults={"mapping": table.mapping},
            )
        journal.write("roster.mapped", actor=actor, at=at, org=batch.org, subject=batch)


def check(
    *, batch: RosterBatch, actor: Actor, at: datetime, tick: Callable[[int, int], None] | None = None
) -> RosterBatch:
    """Check every cell and lay the plan ready. May be run again, after the mapping was changed."""
    tables = read_batch(batch)
    if tick:
        tick(0, sum(len(table.rows) for table in tables))
    checked, plan = _checked(tables, actor=actor, org=batch.org, whole=batch.whole, at=at)
    with journal.act():
        _stage(batch, tables, checked, plan)
        journal.move(
            batch,
            "check",
            actor=actor,
            at=at,
            payload=planning.tally(checked, plan),
            changes={
                "mapping": reading.as_mapping(tables),
                "headers": {table.sheet: table.header for table in tables},
                "digest": batch.digest,
                **{key: value for key, value in planning.tally(checked, plan).items() if not key.startswith("fault_")},
            },
        )
    return batch


def check_file(*, actor: Actor, at: datetime, org: Any, file: Path | bytes, name: str = "") -> checking.Checked:
    """Check a file and keep nothing of it (`gongjia roster check`)."""
    actor.must(powers.IMPORT, org)
    tables = reading.tables(sheets.read(file, name=name, limits=reading.LIMITS))
    return _checked(tables, actor=actor, org=org, whole=None, at=at)[0]


def _checked(
    tables: list[checking.Table], *, actor: Actor, org: Any, whole: Any, at: datetime
) -> tuple[checking.Checked, planning.Plan]:
    default = whole or org
    checked = checking.check(
        tables,
        today=at.date(),
        unions=_unions(checking.union_texts(tables), actor, whole or org),
        default_union=_as_union(default) if default.kind in org_kinds.MEMBER_KINDS else None,
        counties=frozenset(data.divisions()),
        known_codes={column.key: column.codes() for column in COLUMNS if column.codes},
    )

    def may_see(org_ids: Iterable[UUID]) -> dict[UUID, str]:
        return dict(orgs.visible(actor).filter(pk__in=list(org_ids)).values_list("pk", "name"))

    return checked, planning.make(checked, may_see=may_see)


def _as_union(org: Any) -> checking.Union:
    return checking.Union("ok", org.pk, org.path, org.code, org.name)


def _unions(texts: set[str], actor: Actor, org: Any) -> dict[str, checking.Union]:
    """What each text of the union column means, by code or full name: one query."""
    if not texts:
        return {}
    found: dict[str, checking.Union] = {}
    for text, named in orgs.named_by(texts).items():
        for one in named:
            inside = one.path.startswith(org.path) and actor.can(powers.IMPORT, one)
            if not inside:
                union = checking.Union("out_of_scope")
            elif one.kind not in org_kinds.MEMBER_KINDS or one.state != "active":
                union = checking.Union("unknown")
            else:
                union = _as_union(one)
            if text not in found or found[text].status != "ok":
                found[text] = union
    return found


def _stage(batch: RosterBatch, tables: list, checked: checking.Checked, plan: planning.Plan) -> None:
    """Replace what an earlier check of this batch laid ready."""
    for model in (RosterChunk, RosterVerdict, RosterMissing):
        model.objects.filter(batch=batch).delete()
    chunks = []
    for number, block in enumerate(plan.chunks()):
        chunk = RosterChunk(batch=batch, number=number, row_count=len(block["adds"]) + len(block["changes"]))
        chunk.plan = planning.pack(block, chunk.pk)
        chunks.append(chunk)
    RosterChunk.objects.bulk_create(chunks, batch_size=20)
    batch.digest = planning.digest_of(chunk.plan for chunk in chunks)
    sheet_of = tables[0].sheet if len(tables) == 1 else ""
    verdicts = [(verdict, True) for verdict in checked.faults]
    verdicts += [(verdict, False) for verdict in checked.warnings[:KEPT_WARNINGS]]
    RosterVerdict.objects.bulk_create(
        [
            RosterVerdict(
                batch=batch, sheet=sheet_of, row=verdict.row, column=verdict.column, code=verdict.code,
                message=verdict.message[:300], shown=verdict.shown[:120], refuses=refuses,
            )
            for verdict, refuses in verdicts
        ],
        batch_size=2000,
    )  # fmt: skip
    if batch.mode == RosterMode.FULL:
        RosterMissing.objects.bulk_create(
            [RosterMissing(batch=batch, membership_id=pk) for pk in planning.missing_from(batch.whole_id, plan.seen)],
            batch_size=2000,
        )


def start(*, batch: RosterBatch, digest: str, actor: Actor, at: datetime) -> RosterBatch:
    """Run exactly what was previewed: `digest` is that of the preview, and must still be the batch's."""
    with journal.act():
        locked = RosterBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if locked.digest != digest:
            raise Refused(
                Reason("preview_old", "预览之后又重新检查过，内容可能不同。", cure="请重新打开预览，核对后再导入。")
            )
        others = RosterBatch.objects.filter(state="running", org__path__startswith=batch.org.path).exclude(pk=batch.pk)
        if others.exists():
            raise Refused(Reason("roster_busy", "这家工会有另一份名册正在导入。", cure="请等它完成后再导入。"))
        journal.move(
            batch,
            "run",
            actor=actor,
            at=at,
            payload={"digest": digest},
            changes={"ran_at": at, "ran_recorded": clock.real_now() - timedelta(milliseconds=1)},
        )
    return batch


def run(
    *,
    batch: RosterBatch,
    actor: Actor,
    tick: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] = bool,
) -> RosterBatch:
    """Do the chunks that are not done yet, each in its own transaction; then close the batch.

    Safe to call again after a kill at any instant. `tick(rows done)` is called inside each chunk's transaction.
    """
    at = batch.ran_at.astimezone(clock.SHANGHAI)  # its day is the business day, also before eight in the morning
    total = 0
    for pk in list(batch.chunks.order_by("number").values_list("pk", flat=True)):
        if should_stop():
            return batch
        with journal.act():
            chunk = RosterChunk.objects.select_for_update().get(pk=pk)
            total += chunk.row_count
            if chunk.done_at is None:
                for row in running.run(chunk, batch, actor=actor, at=at):
                    _note_taken(batch, row)
                if tick:
                    tick(total)
    with journal.act():
        done = _sums(batch)
        journal.move(
            batch, "finish", actor=actor, at=at, payload=done,
            changes={"added": done["added"], "changed": done["changed"]},
        )  # fmt: skip
        if batch.mode == RosterMode.FULL:
            org_actions.confirm_roster(org=batch.whole, on=at.date(), actor=actor, at=at)
    if done["added"] >= MANY:
        refresh_planner()
    return batch


MANY = 5_000
_FILLED = (
    "members_person", "members_membership", "members_membershipchange", "journal_entry", "journal_entrypayload",
    "journal_entrysubject",
)  # fmt: skip


def refresh_planner() -> None:
    """After a big load the planner's figures are old, and lists and reports would walk whole tables.

    Where the server does not let this role do it (before PostgreSQL 17), autovacuum does within a minute.
    """
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int >= 170000")
        if cursor.fetchone()[0]:
            cursor.execute(f"analyze {', '.join(_FILLED)}")


def _sums(batch: RosterBatch) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(added), 0), coalesce(sum(changed), 0) from members_rosterchunk where batch_id = %s",
            [batch.pk],
        )
        added, changed = cursor.fetchone()
    return {"added": added, "changed": changed}


def _note_taken(batch: RosterBatch, row: list) -> None:
    """A person whom somebody else registered while the plan lay ready: refused, with the reason on the sheet."""
    number = row[planning.ADD_FIELDS.index("id_no")]
    RosterVerdict.objects.create(
        batch=batch,
        row=0,
        column="证件号码",
        code="taken_meanwhile",
        message=f"{row[planning.ADD_FIELDS.index('name')][:1]}*：导入期间已由他人登记，请重新检查这份名册。",
        shown=secret.masks.id_number(number),
        refuses=True,
    )


def undo(*, batch: RosterBatch, actor: Actor, at: datetime, note: str = "") -> RosterBatch:
    """Take an import back while nothing depends on it. Killed in the middle, it goes on where it was."""
    actor.must(powers.IMPORT, batch.org)
    chunks = list(batch.chunks.order_by("-number"))
    later = sum(running.later_acts(chunk, batch) for chunk in chunks if chunk.undone_at is None)
    if later:
        raise Refused(
            Reason(
                "roster_used",
                f"其中 {later} 人之后又办理过其他事项，不能整批撤销。",
                fact=str(later),
                cure="请逐人办理更正、退会或转出。",
            )
        )
    decided = batch.missing.exclude(decision="").exclude(decision=MissingDecision.STAYS).count()
    if decided:
        raise Refused(
            Reason("roster_decided", f"其中 {decided} 名缺少的会员已经办理，不能整批撤销。", fact=str(decided))
        )
    for chunk in chunks:
        if chunk.undone_at is None and chunk.done_at is not None:
            with journal.act():
                running.undo(chunk, batch, actor=actor, at=at)
    journal.move(batch, "undo", actor=actor, at=at, note=note)
    return batch


def cancel(*, batch: RosterBatch, actor: Actor, at: datetime) -> RosterBatch:
    """Drop a batch that was not run; its plan is destroyed, the file's record stays."""
    with journal.act():
        journal.move(batch, "cancel", actor=actor, at=at)
        RosterChunk.objects.filter(batch=batch).delete()
    return batch
