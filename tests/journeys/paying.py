"""The three of finance at their screens, and a bank outside: from 待发放 to what the bank said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from gongjia.money.funds import actions
from gongjia.money.funds.models import Batch
from tests import looking
from tests.money.funds.bank import Bank
from tests.who.members.conftest import AT


@dataclass
class Finance:
    """制单、复核、审批 in a browser each."""

    maker: Any
    checker: Any
    approver: Any = None
    looks: bool = True  # whether each page is held to what every page is held to: once in the suite is enough

    @classmethod
    def sit(cls, world: Any, officer: Any, sit_down: Any, *, approver: bool = False, looks: bool = True) -> Finance:
        """Three natural persons. Call it when the clock stands where they work."""

        def at_desk(role: str, name: str) -> Any:
            _, account = officer(world.fed, role, name=name, home=world.school)
            return sit_down(role, account=account)

        return cls(
            at_desk("finance_maker", "钱示例"), at_desk("finance_checker", "孙示例"),
            at_desk("finance_approver", "李示例") if approver else None, looks,
        )  # fmt: skip

    def look(self, hands: Any, shot: str) -> None:
        if self.looks:
            hands.look(shot)

    def list_up(self, title: str, item: str, count: int) -> Any:
        """Everybody who waits, into a batch."""
        self.maker.open(reverse("console:funds_topay"))
        self.look(self.maker, "topay")
        self.maker.page.get_by_role("checkbox", name="选中全部").first.check()
        self.maker.press("列入发放批次")
        self.maker.page.fill("[name=title]", title)
        self.maker.page.select_option("[name=item]", item)
        self.look(self.maker, "plan")
        self.maker.press("列入批次")
        assert self.maker.sees(f"已列入 {count} 笔")
        return Batch.objects.get(title=title)

    def sign(self, batch: Any) -> None:
        """制单, 复核 and, where the sum asks for it, 审批: each sees the list and its digest before signing."""
        steps = [(self.maker, "制单", "确认制单"), (self.checker, "复核", "确认复核")]
        if self.approver:
            steps.append((self.approver, "审批", "确认审批"))
        for hands, step, verb in steps:
            hands.open(reverse("console:funds_batch", args=[batch.pk]))
            looking.press(hands.page, hands.page.get_by_role("link", name=step, exact=True))
            self.look(hands, "sign")
            hands.press(verb)

    def send(self, batch: Any, bank: Bank, on: date, path: Any, spoil: Any = None) -> None:
        """The file is taken to the bank; its answer is read and, line by line as shown, posted."""
        page = self.maker.page
        self.maker.open(reverse("console:funds_batch", args=[batch.pk]))
        self.maker.follow("生成代发文件")
        self.maker.press("生成代发文件")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="下载", exact=True).click()
        taken = path / waiting.value.suggested_filename
        waiting.value.save_as(taken)
        bank.accept(taken.read_bytes(), on)
        if spoil:
            spoil(bank)
        answer = path / "回盘.xlsx"
        answer.write_bytes(bank.answer())
        self.maker.open(reverse("console:funds_result_new", args=[batch.pk]))
        page.set_input_files("input[name=file]", str(answer))
        self.maker.press("读取并预览")
        assert self.maker.sees("记到账")
        self.look(self.maker, "result")
        self.maker.press("确认入账")
        assert self.maker.sees("已入账")
        self.look(self.maker, "settled")


def money_for(round_: Any, fen: int, machine: Any, *, item: str, at: Any = AT) -> None:
    """A budget line of the union that opened the round, set aside for it."""
    by = {"actor": machine, "at": at}
    line = actions.open_line(
        org=round_.org, year=2018, source="own", title=round_.title, amount=fen, item=item, **by
    )  # fmt: skip
    actions.set_earmark(line=line, round=round_, amount=fen, **by)
