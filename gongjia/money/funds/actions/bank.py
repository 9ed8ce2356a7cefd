"""To the bank and back: one file out, its answers in, the ledger after them.

A line's reference is made once and never again; what the bank does not say is asked, never sent anew.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from gongjia.base import journal, money, sheets
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.base.secret import canonical
from gongjia.money.funds import powers, registry, rules
from gongjia.money.funds.actions import facts, signing
from gongjia.money.funds.actions.refusing import refusing
from gongjia.money.funds.actions.telling import day_of, tell_payees
from gongjia.money.funds.kinds import ACTING, Verdict
from gongjia.money.funds.models import BankFile, BankLine, BankResult, Batch, Payment, Posting

MOST_LINES = 20_000


def send(*, batch: Batch, actor: Actor, at: datetime) -> BankFile:
    """Make the one file for the bank. From here on nothing in it can be changed."""
    with refusing("send", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = signing.hold(batch, lapsed=True)
        rows = facts.rows_of(held)
        journal.move(
            held, "send", actor=actor, at=at, facts=facts.gather(held, rows, actor, at), changes={"sent_at": at},
            payload={"digest": held.digest, "count": len(rows), "net": held.net},
        )  # fmt: skip
        today = day_of(at)
        lines = [
            BankLine(
                batch=held, payment=one, account=one.account, attempt=one.attempt, amount=one.net, sent_on=today,
                reference=f"{held.number.replace('-', '')}{place:05d}",
            )
            for place, one in enumerate(rows, 1)
        ]  # fmt: skip
        BankLine.objects.bulk_create(lines)
        journal.move_many(rows, "send", actor=actor, at=at, org=held.org, changes={"sent_on": today})
        layout = registry.LAYOUTS.get(held.layout)
        content = layout.write(
            held.number,
            [
                registry.OutLine(
                    line.reference, one.account.holder, one.account.account_no.open_unlogged(), one.account.bank,
                    line.amount, one.title,
                )
                for line, one in zip(lines, rows, strict=True)
            ],
        )  # fmt: skip
        name = f"代发-{held.number}{layout.suffix}"
        kept = attachments.store(content, name=name, actor=actor, at=at, org=held.org)
        made = BankFile.objects.create(
            batch=held, direction="out", state="applied", attachment=kept, name=name,
            sha256=hashlib.sha256(content).hexdigest(), at=at, person_id=actor.person_id,
        )  # fmt: skip
        batch.refresh_from_db()
        return made


def take_file(*, batch: Batch, actor: Actor, at: datetime) -> tuple[str, bytes]:
    """The file for the bank: the same bytes however often, each time written down."""
    actor.must(powers.SEND, batch.org)
    with journal.act():
        made = BankFile.objects.select_for_update(of=("self",)).filter(batch=batch, direction="out").first()
        if made is None:
            refuse("file_missing", "本批还没有生成代发文件。", cure="复核（审批）完成后先生成代发文件。")
        made.takes += 1
        made.save(update_fields=["takes"])
        content = attachments.open(made.attachment)
        if hashlib.sha256(content).hexdigest() != made.sha256:
            refuse("file_changed", "服务器上的代发文件和生成时不一样了，不能使用。", cure="请联系系统管理员。")
        journal.write(
            "funds.file_taken", actor=actor, at=at, org=batch.org, subjects=[batch, made],
            payload={"sha256": made.sha256, "times": made.takes},
        )  # fmt: skip
        return made.name, content


def see_result(*, batch: Batch, content: bytes, name: str, actor: Actor, at: datetime) -> BankFile:
    """Read the bank's answer and say what each line would do. Nothing moves yet."""
    actor.must(powers.SEND, batch.org)
    with refusing("result", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = signing.hold(batch)
        if held.state not in ("sent", "settled"):
            refuse("state_not_allowed", f"本批现在是“{held.state_label}”，还没有送银行，不会有回盘。", fact=held.state)
        digest = hashlib.sha256(content).hexdigest()
        before = BankFile.objects.filter(batch=held, direction="in", sha256=digest, state="applied").exists()
        refuse_if(rules.file_faults(before, ()))
        book = sheets.read(content, name=name)
        answers = registry.LAYOUTS.get(held.layout).read(book.first.rows)
        if not answers:
            refuse("result_empty", "这份回盘里没有读到一笔结果。", cure="请核对是不是选错了文件。")
        if len(answers) > MOST_LINES:
            refuse("result_too_long", f"这份回盘有 {len(answers)} 笔，一次最多读 {MOST_LINES} 笔。")
        results = _match(held, answers, day_of(at))
        refuse_if(rules.file_faults(False, [one.verdict for one in results]))
        kept = attachments.store(content, name=name, actor=actor, at=at, org=held.org)
        file = BankFile.objects.create(
            batch=held, direction="in", state="seen", attachment=kept, name=name[:120], sha256=digest, at=at,
            person_id=actor.person_id,
        )  # fmt: skip
        for one in results:
            one.file = file
        BankResult.objects.bulk_create(results, batch_size=1000)
        journal.write(
            "funds.result_seen", actor=actor, at=at, org=held.org, subjects=[held, file],
            payload={"sha256": digest, "lines": len(results)},
        )  # fmt: skip
        return file


def _match(batch: Batch, answers: Iterable[registry.InLine], today: date) -> list[BankResult]:
    """Which line each answer speaks of, and what it means. An answer without a reference is matched by account and
    sum, and only when one line of the batch fits."""
    lines = list(BankLine.objects.filter(batch=batch).select_related("account", "payment").order_by("reference"))
    by_reference = {one.reference: one for one in lines}
    by_account: dict[tuple[bytes, int], list[BankLine]] = {}
    for one in lines:
        by_account.setdefault((bytes(one.account.account_index or b""), one.amount), []).append(one)
    field: Any = lines[0].account._meta.get_field("account_index") if lines else None
    state = {one.pk: _line_facts(one) for one in lines}
    found = []
    for place, answer in enumerate(answers, 1):
        line = by_reference.get(answer.reference) if answer.reference else None
        number = canonical.bank_card(answer.number)
        if not answer.reference and number and answer.amount is not None and field is not None:
            fits = [
                one for digest in field.digests_to_find(number) for one in by_account.get((digest, answer.amount), [])
            ]
            line = fits[0] if len(fits) == 1 else None
        result = rules.ResultFacts(answer.outcome, answer.amount, number[-4:], answer.on or today)
        verdict = rules.verdict(state[line.pk] if line else None, result)
        if line is not None:
            state[line.pk] = _after(state[line.pk], verdict, result)
        found.append(
            BankResult(
                position=place, line=line, reference=answer.reference[:40], outcome=answer.outcome,
                amount=answer.amount, tail=number[-4:], on=answer.on or today, reason=answer.reason[:120],
                verdict=verdict,
            )
        )  # fmt: skip
    return found


def _line_facts(line: BankLine) -> rules.LineFacts:
    closed = line.state == "paid" and line.payment.state == "recovered"
    return rules.LineFacts(
        "closed" if closed else line.state, line.amount, line.account.tail, line.paid_on, line.returned_on
    )


def _after(line: rules.LineFacts, verdict: str, result: rules.ResultFacts) -> rules.LineFacts:
    """How the line stands after that answer: a file may say the same thing twice."""
    if verdict == Verdict.PAID:
        return rules.LineFacts("paid", line.amount, line.tail, result.on, None)
    if verdict in (Verdict.RETURNED, Verdict.RETURNED_LATE):
        return rules.LineFacts("returned", line.amount, line.tail, line.paid_on, result.on)
    if verdict == Verdict.PAID_BEFORE:
        return rules.LineFacts("returned", line.amount, line.tail, result.on, line.returned_on)
    if verdict == Verdict.UNKNOWN:
        return rules.LineFacts("unknown", line.amount, line.tail)
    return line


def apply_result(*, file: BankFile, actor: Actor, at: datetime) -> dict[str, int]:
    """Do exactly what the preview said. When the lines have moved on since, nothing is done."""
    batch = file.batch
    with refusing("result", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = signing.hold(batch)
        actor.must(powers.SEND, held.org)
        mine = BankFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
        twin = BankFile.objects.filter(batch=held, direction="in", sha256=mine.sha256, state="applied").exists()
        refuse_if(rules.file_faults(twin, ()))
        if mine.state != "seen":
            refuse("state_not_allowed", f"这份回盘{mine.state_label}，不能再入账。", fact=mine.state)
        results = list(mine.results.select_related("line__payment__person", "line__account").order_by("position"))
        lines = {
            one.pk: one
            for one in BankLine.objects.select_for_update(of=("self",))
            .select_related("account", "payment__person")
            .filter(batch=held)
            .order_by("pk")
        }
        state = {key: _line_facts(one) for key, one in lines.items()}
        for one in results:
            facts_now = state.get(one.line_id) if one.line_id else None
            said = rules.ResultFacts(one.outcome, one.amount, one.tail, one.on)
            verdict = rules.verdict(facts_now, said)
            if verdict != one.verdict:
                refuse(
                    "preview_stale",
                    "预览之后又有别的回盘入了账，这份预览已经过时，没有入账。",
                    cure="请重新上传这份回盘，看过新的预览再确认。",
                )
            if facts_now is not None:
                state[one.line_id] = _after(facts_now, verdict, said)
        mine.state = "applied"
        mine.save(update_fields=["state"])
        counts: dict[str, int] = {}
        for one in results:
            counts[one.verdict] = counts.get(one.verdict, 0) + 1
        _do(held, [(one, lines[one.line_id]) for one in results if one.verdict in ACTING and one.line_id], actor, at)
        journal.write("funds.result_applied", actor=actor, at=at, org=held.org, subjects=[held, mine], payload=counts)
        if held.state == "sent" and not held.lines.filter(state__in=("sent", "unknown")).exists():
            journal.move(held, "settle", actor=actor, at=at, changes={"settled_at": at})
        batch.refresh_from_db()
        file.refresh_from_db()
        return counts


def drop_result(*, file: BankFile, actor: Actor, at: datetime) -> None:
    """A preview that nobody wants: the file stays as evidence, nothing is posted."""
    with journal.act():
        mine = BankFile.objects.select_for_update(of=("self",)).select_related("batch__org").get(pk=file.pk)
        actor.must(powers.SEND, mine.org)
        if mine.direction != "in" or mine.state != "seen":
            refuse("state_not_allowed", f"这份回盘{mine.state_label}，不能放弃。", fact=mine.state)
        mine.state = "dropped"
        mine.save(update_fields=["state"])
        journal.write("funds.result_dropped", actor=actor, at=at, org=mine.org, subjects=[mine.batch, mine])


def _do(batch: Batch, pairs: list[tuple[BankResult, BankLine]], actor: Actor, at: datetime) -> None:
    """Lines, payments and ledger after the answers, in the order in which the bank gave them."""
    paid: list[Payment] = []
    for result, line in pairs:
        payment, on = line.payment, result.on
        if result.verdict == Verdict.PAID:
            line.state, line.paid_on = "paid", on
            journal.move(payment, "pay", actor=actor, at=at, changes={"paid_on": on, "reason": ""})
            _post(batch, line, "paid", on, "")
            paid.append(payment)
        elif result.verdict == Verdict.RETURNED:
            line.state, line.returned_on, line.reason = "returned", on, result.reason
            _bounce(payment, result, actor, at)
        elif result.verdict == Verdict.RETURNED_LATE:
            line.state, line.returned_on, line.reason = "returned", on, result.reason
            _post(batch, line, "returned", on, result.reason)
            _bounce(payment, result, actor, at)
        elif result.verdict == Verdict.PAID_BEFORE:
            line.paid_on = on
            _post(batch, line, "paid", on, "")
            _post(batch, line, "returned", line.returned_on or on, line.reason)
        else:
            line.state = "unknown"
            journal.move(payment, "doubt", actor=actor, at=at)
        line.save(update_fields=["state", "paid_on", "returned_on", "reason"])
    done = [one for one in paid if one.state == "paid"]
    for on in sorted({one.paid_on for one in done if one.paid_on}):
        tell_payees([one for one in done if one.paid_on == on], "funds.paid", at, on=on)


def _bounce(payment: Payment, result: BankResult, actor: Actor, at: datetime) -> None:
    reason = result.reason or "银行未说明原因"
    journal.move(
        payment, "bounce", actor=actor, at=at, note=reason,
        changes={"returned_on": result.on, "reason": reason, "paid_on": None},
    )  # fmt: skip
    tell_payees([payment], "funds.returned", at, reason=reason)


def _post(batch: Batch, line: BankLine, kind: str, on: date, reason: str) -> None:
    one, sign = line.payment, 1 if kind == "paid" else -1
    Posting.objects.create(
        org_id=batch.org_id, union_id=one.union_id, payment=one, line=line, person_id=one.person_id, type=one.type,
        kind=kind, on=on, gross=sign * one.gross, tax=sign * one.tax, net=sign * one.net, reason=reason[:120],
    )  # fmt: skip


_ASKED = (
    sheets.Column("代发流水号", width=20, text=True),
    sheets.Column("收款账号", width=24, text=True),
    sheets.Column("收款人户名", width=16, text=True),
    sheets.Column("金额", width=14, format="#,##0.00"),
    sheets.Column("送银行日期", width=14),
    sheets.Column("现在", width=12),
)


def ask_bank(*, batch: Batch, actor: Actor, at: datetime) -> tuple[str, bytes]:
    """A list of the lines without a final answer, for asking the bank. Asking is all that may be done with them."""
    actor.must(powers.SEND, batch.org)
    with journal.act():
        lines = list(
            BankLine.objects.select_for_update(of=("self",))
            .select_related("account")
            .filter(batch=batch, state__in=("sent", "unknown"))
            .order_by("reference")
        )
        if not lines:
            refuse("nothing_to_ask", "本批每一笔都有银行的明确结果，没有要查询的。")
        today = day_of(at)
        BankLine.objects.filter(pk__in=[one.pk for one in lines]).update(asked_on=today)
        target = io.BytesIO()
        rows = [
            (one.reference, str(one.account.account_no), one.account.holder, money.decimal(one.amount), one.sent_on,
             one.state_label)
            for one in lines
        ]  # fmt: skip
        notes = [f"批次 {batch.number}，请逐笔答复：已入账、已退汇（原因）、未受理。"]
        sheets.write(target, [sheets.SheetOut("查询", _ASKED, rows, notes)])
        journal.write(
            "funds.asked_bank",
            actor=actor,
            at=at,
            org=batch.org,
            subjects=[batch, *lines],
            payload={"lines": len(lines)},
        )
        return f"查询-{batch.number}.xlsx", target.getvalue()


def set_voucher(*, batch: Batch, number: str, actor: Actor, at: datetime, month: date | None = None) -> int:
    """凭证号 of the movements of a batch that have none yet; `month`: only those of that month."""
    actor.must(powers.SEND, batch.org)
    number = number.strip()
    if not number:
        refuse("voucher_missing", "请填写凭证号。", cure="例如：记-2018-06-0035。")
    with journal.act():
        rows = Posting.objects.filter(payment__lines__batch=batch, line__batch=batch, voucher_no="")
        if month is not None:
            rows = rows.filter(on__year=month.year, on__month=month.month)
        keys = list(rows.distinct().values_list("pk", flat=True))
        if not keys:
            raise Refused(Reason("voucher_nothing", "本批没有还缺凭证号的收支。"))
        Posting.objects.filter(pk__in=keys).update(voucher_no=number[:40])
        journal.write(
            "funds.voucher",
            actor=actor,
            at=at,
            org=batch.org,
            subject=batch,
            payload={"voucher": number, "rows": len(keys)},
        )
        return len(keys)
