"""A contest: rounds and their weights, marks typed or by sheet, ranking per trade, ties, prizes, the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from gongjia.base import clock, money
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events.one import READ, RESULTS, ActsPage, OfEvent, event_url
from gongjia.faces.console.sections import keys_of, org_name
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import CountField, DayField, Mended, MoneyField, NoteField
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.work.events import actions, powers, queries, rules
from gongjia.work.events.queries import desk
from gongjia.work.events.queries.results import BY_RANK
from gongjia.work.programmes import actions as programmes
from gongjia.work.programmes import powers as programme_powers
from gongjia.work.programmes.queries import prizes as rewarding

SPARE, LEAST = 1, 2
PRIZES, TITLES = 5, 3
SHOWN = 100  # ranks on one page


def round_url(pk: Any, name: str) -> str:
    return reverse(f"console:events_{name}", args=[pk])


class Results(OfEvent, ActsPage):
    """Everything about the ranks of one contest."""

    title = "成绩和名次"
    policy = READ
    template = "console/events/results.html"
    ops = {"rank": powers.RESULTS, "tie": powers.RESULTS, "prizes": programme_powers.COUNTER}
    ties: Any = ()

    def context(self) -> dict[str, Any]:
        one = self.record
        rounds = queries.rounds_of(one)
        may = self.may(powers.RESULTS)
        found = queries.result_rows(one)
        decided = found.filter(state="decided").exists()
        part = keyset.Slice()
        if may or decided:
            part = keyset.page_of(found, BY_RANK, keyset.Cursor.decode(self.request.GET.get("c", "")), SHOWN)
        trades: dict[str, list[Any]] = {}
        for row in part.rows:
            trades.setdefault(row.trade, []).append(row)
        progress = []
        for round_ in rounds:
            lines = queries.score_lines(self.actor, round_) if may else []
            progress.append((round_, sum(line.total is not None for line in lines), len(lines)))
        return {
            "record": one, "rounds": progress, "trades": trades, "may": may, "decided": decided, "org_name": org_name,
            "part": part, "last_round": queries.last_round_of(part.rows) if len(rounds) > 1 else {}, "counts": queries.ranked_per_trade(one) if trades else {},
            "warnings": queries.warnings_of(one) if trades and may else [], "ties": desk.tied(one) if may and not decided else {},
            "prizes": rules.prize_rows(one.params), "titles": rules.title_rows(one.level, one.params),
            "promote": lambda row: queries.may_promote(one, row), "place": actions_place(one), "money": money.show,
            **self.rewards(decided), "typed": self.typed, "klass": rules.CLASSES.get(str(one.params.get("class") or ""), ""),
        }  # fmt: skip

    def rewards(self, decided: bool) -> dict[str, Any]:
        """The rounds in which these ranks are rewarded, and those into which they may be listed: in one's sight only."""
        one = self.record
        rounds = list(rewarding.rounds_of_contest(self.actor, one)) if decided else []
        open_ = list(rewarding.rounds_for_prizes(self.actor, one)) if decided else []
        new = decided and not rounds and not open_ and self.actor.can(programme_powers.OPEN, one.org)
        return {
            "rewards": rounds, "open_rounds": open_, "unlisted": rewarding.unlisted(one) if open_ or new else 0,
            "new_round": f"{reverse('console:programmes_new')}?type=contest_prize" if new else "",
        }  # fmt: skip

    def do_prizes(self) -> str:
        """Every decided rank with money that is in no round yet goes into the round that was chosen."""
        wanted = self.typed("round")
        some = {str(one.pk): one for one in rewarding.rounds_for_prizes(self.actor, self.record)}
        if wanted not in some:
            raise Refused(Reason("round_missing", "请选择列入哪个竞赛奖励项目。", cure="没有的，请先开设一个。"))
        done = programmes.list_prizes(
            round_=some[wanted], contests=[self.record], happened_on=clock.today(), actor=self.actor, at=self.at
        )
        if not done.done:
            raise Refused([reason for _number, why in done.refused for reason in why])
        left = f"，{len(done.refused)} 人没有列入：{done.refused[0][1][0].sentence}" if done.refused else ""
        return f"已列入 {len(done.done)} 人{left or '。'}"

    def do_rank(self) -> str:
        done = actions.work_out(event=self.record, actor=self.actor, at=self.at)
        ties = f"，有 {len(done.ties)} 处并列要先定先后" if done.ties else ""
        return f"已排出 {len(done.results)} 人的名次{ties}。"

    def do_tie(self) -> str:
        """The places that were typed beside the tied: 1 the best."""
        keys = keys_of(self.request.POST.getlist("tied"))
        try:
            order = sorted(keys, key=lambda key: int(self.typed(f"o_{key}")))
        except ValueError:
            raise Refused(Reason("order_missing", "请给并列的每个人填上先后：1、2、3……")) from None
        if len({self.typed(f"o_{key}").strip() for key in keys}) < len(keys):
            raise Refused(Reason("order_twice", "先后不能相同。", cure="确实要并列的，认定时写明理由。"))
        actions.settle_tie(event=self.record, order=order, why=self.typed("why"), actor=self.actor, at=self.at)
        return "先后已定。"


def actions_place(event: Any) -> str:
    return event.params.get("place") or event.org.name.removesuffix("总工会")


class RoundsForm(forms.Form):
    def __init__(self, *args: Any, count: int = 2, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        for n in range(1, count + 1):
            parts: dict[str, forms.Field] = {
                "title": Mended(label="名称", required=False, max_length=60, help_text="如：初赛、决赛。不填就没有这一轮。"),
                "theory": CountField(label="理论占", unit="%", required=False, max_value=100),
                "practice": CountField(label="实操占", unit="%", required=False, max_value=100),
                "go_on": CountField(label="每个工种前几名进下一轮", required=False, help_text="不填就是全部。"),
                "on": DayField(label="比赛日期", required=False),
            }  # fmt: skip
            for name, field in parts.items():
                self.fields[f"r{n}_{name}"] = field
            self.blocks.append((f"第 {n} 轮", tuple(f"r{n}_{name}" for name in parts)))

    def rounds(self) -> list[actions.RoundPlan]:
        values = self.cleaned_data
        return [
            actions.RoundPlan(
                values[f"r{n}_title"], values[f"r{n}_theory"] or 0, values[f"r{n}_practice"] or 0,
                values[f"r{n}_go_on"] or 0, values[f"r{n}_on"],
            )
            for n in range(1, self.count + 1) if values[f"r{n}_title"]
        ]  # fmt: skip


class OfContest(OfEvent, FormPage):
    policy = RESULTS

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("成绩和名次", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return event_url(self.kwargs["pk"], "results")

    def after(self, result: Any) -> str:
        return self.cancel_url

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.groups = getattr(form, "blocks", None) or self.groups
        return super().show(form, status)


class Rounds(OfContest):
    title = "比赛轮次"
    lead = "理论和实操的比例加起来是 100。登记了成绩的轮次不能再改比例。"
    form_class = RoundsForm
    submit_label = "保存轮次"
    done_text = "轮次已保存。"
    fields_of = {"no_round": "r1_title", "weights": "r1_theory"}

    @property
    def held(self) -> list[Any]:
        return queries.rounds_of(self.record)

    def form_kwargs(self) -> dict[str, Any]:
        return {"count": max(LEAST, len(self.held) + SPARE)}

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for n, one in enumerate(self.held, start=1):
            found |= {
                f"r{n}_title": one.title, f"r{n}_theory": one.theory_percent, f"r{n}_practice": one.practice_percent,
                f"r{n}_go_on": one.go_on or None, f"r{n}_on": one.on,
            }  # fmt: skip
        if not found:
            found = {"r1_title": "决赛", "r1_theory": 30, "r1_practice": 70}
        return found

    def act(self, form: RoundsForm) -> Any:
        return actions.set_rounds(event=self.record, rounds=form.rounds(), actor=self.actor, at=self.at)


class PrizesForm(forms.Form):
    klass = forms.ChoiceField(
        label="竞赛类别", required=False, choices=(("", "不按类别授称号"), *rules.CLASSES.items()),
        help_text="选了类别，称号按规定的名次自动带出。",
    )  # fmt: skip
    place = Mended(label="称号里的地名", required=False, max_length=20, help_text="如：建德市。不填用主办工会的。")
    pass_mark = CountField(
        label="及格线", unit="分", required=False, max_value=100, help_text="理论、实操都及格才授称号；不填按 60。"
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.blocks: list[tuple[str, tuple[str, ...]]] = [("称号", ("klass", "place", "pass_mark"))]
        for n in range(1, TITLES + 1):
            self.fields[f"t{n}_title"] = Mended(
                label="自定称号", required=False, max_length=60, help_text="如：金牌工匠。填了就不按类别。"
            )
            self.fields[f"t{n}_upto"] = CountField(label="授给前几名", required=False, min_value=1, max_value=100)
            self.blocks.append((f"自定称号 {n}", (f"t{n}_title", f"t{n}_upto")))
        for n in range(1, PRIZES + 1):
            self.fields[f"p{n}_level"] = Mended(label="奖项", required=False, max_length=40, help_text="如：一等奖。")
            self.fields[f"p{n}_count"] = CountField(label="每个工种几名", required=False, min_value=1)
            self.fields[f"p{n}_amount"] = MoneyField(label="每人奖金", required=False, help_text="只发证书的不填。")
            self.blocks.append((f"奖项 {n}", tuple(f"p{n}_{part}" for part in ("level", "count", "amount"))))

    def prizes(self) -> list[dict[str, Any]]:
        values = self.cleaned_data
        return [
            {"level": values[f"p{n}_level"], "count": values[f"p{n}_count"], "amount": values[f"p{n}_amount"] or 0}
            for n in range(1, PRIZES + 1) if values[f"p{n}_level"]
        ]  # fmt: skip

    def titles(self) -> list[dict[str, Any]] | None:
        values = self.cleaned_data
        found = [
            {"title": values[f"t{n}_title"], "upto": values[f"t{n}_upto"]} for n in range(1, TITLES + 1) if values[f"t{n}_title"]
        ]  # fmt: skip
        return found or None


class Prizes(OfContest):
    title = "奖项和称号"
    lead = "从第一名往下依次给。获奖人数超过参加人数三分之二的，会提醒并写明依据。"
    form_class = PrizesForm
    submit_label = "保存"
    done_text = "奖项和称号已保存，请重新排名。"
    fields_of = {"prize_level": "p1_level", "prize_count": "p1_count", "prize_amount": "p1_amount", "title_bad": "t1_title", "class_unknown": "klass"}  # fmt: skip

    def initial(self) -> dict[str, Any]:
        params = self.record.params
        found = {
            "klass": params.get("class", ""),
            "place": params.get("place", ""),
            "pass_mark": params.get("pass_mark"),
        }
        for n, row in enumerate(params.get("titles") or (), start=1):
            found |= {f"t{n}_title": row["title"], f"t{n}_upto": row["upto"]}
        for n, row in enumerate(rules.prize_rows(params), start=1):
            found |= {
                f"p{n}_level": row.level, f"p{n}_count": row.count,
                f"p{n}_amount": str(money.decimal(row.amount)) if row.amount else "",
            }  # fmt: skip
        return found

    def act(self, form: PrizesForm) -> Any:
        values = form.cleaned_data
        return actions.set_prizes(
            event=self.record, prizes=form.prizes(), klass=values["klass"], titles=form.titles(),
            pass_mark=values["pass_mark"], place=values["place"], actor=self.actor, at=self.at,
        )  # fmt: skip


class DecideForm(forms.Form):
    decided_on = DayField(label="认定日期")
    document = Mended(label="文号", required=False, max_length=80, help_text="如：建工〔2018〕12号。")
    share_ties = NoteField(
        label="并列同奖的理由",
        required=False,
        rows=2,
        max_length=150,
        help_text="并列没有定先后、都按高的给的，写明理由。",
    )


class Decide(OfContest):
    title = "认定名次"
    form_class = DecideForm
    submit_label = "认定"
    template = "console/events/decide.html"
    fields_of = {"decided_later": "decided_on", "tie_at_edge": "share_ties"}

    def initial(self) -> dict[str, Any]:
        return {"decided_on": clock.today()}

    def context(self) -> dict[str, Any]:
        rows = queries.results_of(self.record)
        return {
            "warnings": queries.warnings_of(self.record), "count": len(rows),
            "prized": sum(bool(row.prize_level) for row in rows), "titled": sum(bool(row.title_won) for row in rows),
            "amount": sum(row.prize for row in rows),
        }  # fmt: skip

    def act(self, form: DecideForm) -> Any:
        return actions.decide_results(event=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        flash.say(self.request, f"已认定 {len(result.results)} 人的名次，已通知本人。")
        return self.cancel_url
