"""Money at the places: a budget line, a batch with a payment at the bank, its answer, a reversal, a sample, a doubt."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faces.placements import AT, DAY, PDF, PLACES, Target, World, at_places

CARD = "62000000000000000{}"


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.money.funds import models as funds
    from gongjia.work.programmes.models import Application, Award, FormVersion, Round

    fed = world.orgs["fed"]
    form = FormVersion.objects.create(org=fed, key="funds", version=1, title="帮扶", spec={"fields": []})
    for place_no, place in enumerate(PLACES):
        org = world.orgs[place]
        person = next(iter(world.rows["person"].values()))
        round = Round.objects.create(
            type="general", org=org, title=f"帮扶{place}", area="4", year=2018, subject="person", decides="desk",
            form=form, opens_at=AT - timedelta(60), state="decided",
        )  # fmt: skip
        application = Application.objects.create(
            number=f"2018-TY-9{place_no:05d}", round=round, type="general", subject="person", person=person,
            applicant_name=person.name, org=org, scope_org=org, state="awarded", saved_at=AT, submitted_at=AT,
        )  # fmt: skip
        award = Award.objects.create(
            application=application, round=round, type="general", org=org, person=person, kind="grant", title="帮扶金",
            amount=500_00, awarded_on=DAY, ready_on=DAY,
        )  # fmt: skip
        line = funds.BudgetLine.objects.create(
            org=org, year=2018, source="own", title="帮扶", item="50204", amount=900_00, opened_on=DAY
        )
        account = funds.PayeeAccount.objects.filter(person=person).first() or funds.PayeeAccount.objects.create(
            person=person, holder=person.name, account_no=secret_card(world), bank="农商行", since=AT
        )
        batch = funds.Batch.objects.create(
            org=org, number="2018-F0001", title="帮扶", year=2018, layout="sheet", item="50204", state="sent",
            digest="0" * 64, maker=maker(world), checker=other(world), opened_at=AT, sent_at=AT, count=1, gross=500_00,
            net=500_00,
        )  # fmt: skip
        payment = funds.Payment.objects.create(
            key=f"{award.pk}/1", award=award, org=org, union=org, batch=batch, state="paid", round=round, type="general",
            title="帮扶金", year=2018, person=person, account=account, item="50204", gross=500_00, net=500_00,
            planned_at=AT, sent_on=DAY, paid_on=DAY,
        )  # fmt: skip
        funds.BankLine.objects.create(
            batch=batch, payment=payment, account=account, attempt=1, reference="2018F000100001", amount=500_00,
            state="paid", sent_on=DAY, paid_on=DAY,
        )  # fmt: skip
        paper = attachments.store(PDF, name="回盘.pdf", **world.by)
        answer = funds.BankFile.objects.create(
            batch=batch, direction="in", state="seen", attachment=paper, name="回盘.xlsx", sha256="0" * 64, at=AT
        )
        sample = funds.Sample.objects.create(
            org=org, title="抽查", seed="1", method="random", since=date(2018, 1, 1), until=DAY, size=1, population=1,
            digest="0" * 64, drawn_at=AT,
        )  # fmt: skip
        funds.SampleItem.objects.create(sample=sample, position=1, payment=payment)
        doubt = funds.Doubt.objects.create(
            org=org, department="nobody", payment=payment, sample=sample, number="2018-Y0001", title="说明用途",
            words="请说明", raised_on=DAY, due_on=DAY, paper=paper,
        )  # fmt: skip
        reversal = funds.Reversal.objects.create(
            payment=payment, kind="recovered", amount=100_00, why="退回", asked_by=other(world), asked_on=DAY
        )
        for kind, row in (
            ("funds_line", line), ("funds_batch", batch), ("funds_payment", payment), ("funds_result", answer),
            ("funds_reversal", reversal), ("funds_sample", sample), ("funds_doubt", doubt),
        ):  # fmt: skip
            world.put(kind, place, row)


def secret_card(world: World) -> str:
    number = CARD.format(len(world.numbers) % 90 + 10)
    world.numbers.add(number)
    return number


def maker(world: World) -> Any:
    return world.accounts["finance_maker"].person


def other(world: World) -> Any:
    return world.accounts["finance_checker"].person


def _at(kind: str, scope: str = "funds.read", rest: Any = (), power: str = "") -> Any:
    return lambda world: at_places(world, kind, scope, rest, power)


def doubts(world: World) -> list[Target]:
    """An auditor sees every query; a department only those put to it, and these are put to none."""
    return at_places(world, "funds_doubt", "funds.audit")


FACTORIES = {
    "console:funds_line": _at("funds_line"),
    "console:funds_earmark": _at("funds_line"),
    "console:funds_batch": _at("funds_batch"),
    "console:funds_make": _at("funds_batch"),
    "console:funds_check": _at("funds_batch"),
    "console:funds_approve": _at("funds_batch"),
    "console:funds_send": _at("funds_batch"),
    "console:funds_back": _at("funds_batch", rest=("reopen",)),
    "console:funds_void": _at("funds_batch"),
    "console:funds_file": _at("funds_batch"),
    "console:funds_ask": _at("funds_batch"),
    "console:funds_result_new": _at("funds_batch"),
    "console:funds_result": _at("funds_result"),
    "console:funds_payment": _at("funds_payment"),
    "console:funds_reversal_new": _at("funds_payment"),
    "console:funds_dossier": _at("funds_payment"),
    "console:funds_reversal": _at("funds_reversal"),
    "console:funds_sample": _at("funds_sample", "funds.audit"),
    "console:funds_doubt": doubts,
    "console:funds_account": lambda world: at_places(world, "person", "members.read"),
    "console:funds_union_account": lambda world: at_places(world, "org", "orgs.read"),
}
