"""Money on its way in the story: payees' accounts, a batch signed by different people, what the bank answers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from gongjia.base import sheets
from gongjia.demo import chains, papers
from gongjia.demo.story import moment
from gongjia.money.funds import actions
from gongjia.money.funds.rules import card_ok
from gongjia.work.programmes import queries as programmes

BANK = "建德农商银行"
COLUMNS = ("代发流水号", "收款账号", "收款人户名", "金额", "处理结果", "交易日期", "失败原因")


def card(number: int) -> str:
    """An invented card number with a right check digit; 62000000 is no bank's."""
    body = f"62000000{number:010d}"
    return next(body + digit for digit in "0123456789" if card_ok(body + digit))


@dataclass
class Counter:
    """Accounts keyed in at a union's counter from the sheet that the payees signed."""

    desks: chains.Desks
    number: int  # where the card numbers of this story begin
    sheets: dict[tuple[UUID, date], Any] = field(default_factory=dict)

    def enter(self, person: Any, org: Any, day: date, player: str = "") -> None:
        """`org`: the union at whose counter the sheet was signed; `player`: who of the federation sits there."""
        actor, at = self.desks.player(player) if player else self.desks.of(org.pk), moment(day, 10)
        if (org.pk, day) not in self.sheets:
            self.sheets[org.pk, day] = papers.keep(
                "收款账户确认表", ["以下账户由本人提供并签字确认。"], on=f"{day.year}年{day.month}月{day.day}日", actor=actor, at=at,
                org=org, signed=org.name,
            )  # fmt: skip
        self.number += 1
        actions.enter_account(
            person=person, number=card(self.number), bank=BANK, paper=self.sheets[org.pk, day], actor=actor, at=at
        )


@dataclass
class Till:
    """The three of finance, each a person of their own."""

    desks: chains.Desks
    org: Any

    def by(self, key: str, day: date, hour: int = 9) -> dict[str, Any]:
        return {"actor": self.desks.player(key), "at": moment(day, hour)}

    def line(self, title: str, source: str, amount: int, item: str, day: date, document: str = "") -> Any:
        return actions.open_line(
            org=self.org, year=day.year, source=source, title=title, amount=amount, item=item, document_no=document,
            **self.by("maker", day),
        )  # fmt: skip

    def earmark(self, line: Any, round_: Any, amount: int, day: date) -> None:
        actions.set_earmark(line=line, round=round_, amount=amount, **self.by("maker", day))

    def first(self, title: str, awards: Iterable[UUID], item: str, day: date) -> Any:
        """A batch of awards that have not been paid yet, on its way to the bank."""
        batch = actions.open_batch(org=self.org, title=title, item=item, **self.by("maker", day))
        owed = programmes.payable(self.desks.player("maker"), at=moment(day), award_ids=awards)
        planned = actions.plan(batch=batch, awards=list(owed), **self.by("maker", day))
        if planned.refused:
            raise RuntimeError(str(planned.refused[0][1]))
        return self._sent(batch, day)

    def again(self, title: str, payments: Iterable[Any], item: str, day: date) -> Any:
        """A batch of those that came back."""
        batch = actions.open_batch(org=self.org, title=title, item=item, **self.by("maker", day))
        actions.retry(batch=batch, payments=list(payments), **self.by("maker", day))
        return self._sent(batch, day)

    def _sent(self, batch: Any, day: date) -> Any:
        """制单, 复核, above the limit 审批: each signs what is shown; then the one file."""
        for hour, act, key in (
            (10, actions.make, "maker"),
            (14, actions.check, "checker"),
            (16, actions.approve, "approver"),
        ):
            batch.refresh_from_db()
            if act is actions.approve and not batch.needs_approval:
                continue
            shown = actions.digest_of(batch, actions.rows_of(batch, lock=False))
            act(batch=batch, shown=shown, **self.by(key, day, hour))
        batch.refresh_from_db()
        actions.send(batch=batch, **self.by("maker", day, 17))
        return batch

    def answered(self, batch: Any, day: date, returned: Mapping[UUID, str] | None = None) -> list[Any]:
        """The bank answers line by line. `returned`: persons whose money comes back, and why; answers their payments."""
        back = dict(returned or {})
        lines = list(batch.lines.select_related("payment", "account"))
        rows = [
            [
                line.reference, line.account.account_no.open_unlogged(), line.account.holder, f"{line.amount / 100:.2f}",
                "退汇" if line.payment.person_id in back else "成功", day.isoformat(), back.get(line.payment.person_id, ""),
            ]
            for line in lines
        ]  # fmt: skip
        buffer = io.BytesIO()
        sheets.write(
            buffer, [sheets.SheetOut("回盘", [sheets.Column(one, width=18, text=True) for one in COLUMNS], rows)]
        )
        file = actions.see_result(
            batch=batch, content=buffer.getvalue(), name=f"回盘-{batch.number}.xlsx", **self.by("maker", day)
        )
        actions.apply_result(file=file, **self.by("maker", day, 10))
        actions.set_voucher(batch=batch, number=f"记-{day:%Y-%m}-{batch.number[-2:]}", **self.by("maker", day, 11))
        payments = [line.payment for line in lines if line.payment.person_id in back]
        for one in payments:
            one.refresh_from_db()
        return payments
