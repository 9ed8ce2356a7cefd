"""What an officer fills in when an event is drawn up, and afterwards when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from gongjia.base import clock
from gongjia.base.clock import SHANGHAI
from gongjia.faces.console.orgs import picking
from gongjia.faces.shared.fields import CountField, DayField, Mended, NoteField, OneOf
from gongjia.who.members import kinds as people
from gongjia.work.events import actions, kinds, powers, rules
from gongjia.work.events.rules.draw import USUAL, WEIGHTS

SESSIONS, SPARE = 3, 2  # lines at first, and beyond those that are there
REPEAT_MOST = 30

# code of a Reason -> the field it belongs beside
FIELDS_OF = {
    "title_missing": "title", "audience_outside": "audience", "window_order": "closes_on", "window_past": "closes_on",
    "window_missing": "opens_at", "window_after_start": "closes_on", "free_cancel_late": "free_until",
    "hold_short": "hold_hours", "total_missing": "total", "total_unused": "total", "lot_window_short": "short_window_why",
    "lot_window_midnight": "closes_time", "draw_before_closing": "closes_on", "why_missing": "why", "grace_cut": "free_until",
    "closed": "closes_on", "session_order": "s1_to", "group_one": "group", "group_percent": "percent",
}  # fmt: skip


class MomentField(forms.DateTimeField):
    """A day with a time: the browser's own calendar."""

    wide = "m"

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "60"})
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "请按 2018-06-30 19:00 的样子填写。"


class HourField(forms.TimeField):
    wide = "s"

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "请按 19:00 的样子填写。"


def moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=SHANGHAI)


class BasicsForm(picking.UnionForm):
    """What it is, whose, for whom; where and when."""

    title = Mended(label="活动名称", max_length=120, wide="full")
    org = forms.ChoiceField(label="主办工会")
    audience = picking.UnionField(
        label="面向哪家工会的会员", required=False, power=powers.OPEN,
        help_text="主办工会或它的下级；不填就是主办工会的全体会员。",
    )  # fmt: skip
    area = forms.ChoiceField(label="领域", choices=tuple(kinds.AREAS.items()))
    level = forms.ChoiceField(
        label="级别", required=False, choices=(("", "按主办工会"), *kinds.Level.choices), help_text="县级市算县市级。"
    )
    led_by = forms.ChoiceField(label="由哪场竞赛带动", required=False, help_text="上级竞赛带动本场的，选上级那一场。")
    summary = NoteField(
        label="说明", rows=4, max_length=2000, required=False, help_text="内容、对象、要带什么，写给职工看。"
    )
    place = Mended(label="地点", max_length=120, required=False, wide="full")
    contact_phone = Mended(label="咨询电话", max_length=40, required=False, help_text="办公室电话，会公开。")
    repeat = CountField(
        label="每周同一时间，共几次", required=False, min_value=1, max_value=REPEAT_MOST,
        help_text="按第 1 场每周重复；每次不一样的，在下面逐场填写。",
    )  # fmt: skip

    def __init__(
        self, *args: Any, unions: Sequence[tuple[str, str]] = (), leaders: Sequence[Any] = (), kind: Any = None,
        count: int = SESSIONS, fresh: bool = False, **kwargs: Any,
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.count = count
        if fresh:
            self.fields["org"].choices = list(unions)
        else:
            del self.fields["org"]
        if leaders:
            self.fields["led_by"].choices = [("", "没有"), *((str(one.pk), one.title) for one in leaders)]
        else:
            del self.fields["led_by"]
        head = [
            name for name in ("title", "org", "audience", "area", "level", "led_by", "summary") if name in self.fields
        ]
        self.blocks: list[tuple[str, tuple[str, ...]]] = [
            (kind.label if kind else "", tuple(head)), ("在哪里", ("place", "contact_phone")),
        ]  # fmt: skip
        for n in range(1, count + 1):
            parts: dict[str, forms.Field] = {
                "on": DayField(label="日期", required=False),
                "from": HourField(label="开始", required=False),
                "to": HourField(label="结束", required=False),
                "title": Mended(label="这一场的名称", max_length=80, required=False, help_text="如：第一讲、初赛。"),
                "place": Mended(label="这一场的地点", max_length=120, required=False, help_text="和上面一样的不填。"),
                "places": CountField(label="这一场的名额", required=False, max_value=100000,
                                     help_text="职工只选一场参加的才填；一次报名参加全部场次的不填。"),
            }  # fmt: skip
            for name, field in parts.items():
                self.fields[f"s{n}_{name}"] = field
            names = [f"s{n}_{name}" for name in parts]
            self.blocks.append(
                (f"第 {n} 场", tuple(names if n > 1 or not fresh else [*names[:3], "repeat", *names[3:]]))
            )
        if not fresh:
            del self.fields["repeat"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for n in range(1, self.count + 1):
            on, start, end = (values.get(f"s{n}_{part}") for part in ("on", "from", "to"))
            if on is None and (start or end or values.get(f"s{n}_title")):
                self.add_error(f"s{n}_on", "请填写日期。")
            if on is not None and (start is None or end is None):
                self.add_error(f"s{n}_from" if start is None else f"s{n}_to", "请填写开始和结束的时间。")
            elif on is not None and end <= start:
                self.add_error(f"s{n}_to", "结束要晚于开始。")
        return values

    def sessions(self) -> list[actions.SessionPlan]:
        values, found = self.cleaned_data, []
        for n in range(1, self.count + 1):
            on = values.get(f"s{n}_on")
            if on is None:
                continue
            times = (values.get("repeat") or 1) if n == 1 else 1
            found += [
                actions.SessionPlan(
                    moment(on + timedelta(weeks=week), values[f"s{n}_from"]),
                    moment(on + timedelta(weeks=week), values[f"s{n}_to"]),
                    title=values[f"s{n}_title"] if times == 1 else "", place=values[f"s{n}_place"],
                    places=values[f"s{n}_places"],
                )
                for week in range(times)
            ]  # fmt: skip
        return found

    def event_values(self, event_of: Any, actor: Any) -> dict[str, Any]:
        values = self.cleaned_data
        found = {key: values[key] for key in ("title", "area", "level", "summary", "place", "contact_phone")}
        found["led_by"] = event_of(actor, UUID(values["led_by"])) if values.get("led_by") else None
        found["by_session"] = any(values.get(f"s{n}_places") for n in range(1, self.count + 1))
        return found


def sessions_initial(sessions: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for n, one in enumerate(sessions, start=1):
        start, end = one.starts_at.astimezone(SHANGHAI), one.ends_at.astimezone(SHANGHAI)
        found |= {
            f"s{n}_on": start.date(), f"s{n}_from": start.time(), f"s{n}_to": end.time(), f"s{n}_title": one.title,
            f"s{n}_place": one.place, f"s{n}_places": one.places,
        }  # fmt: skip
    return found


def kept_of(source: Any) -> dict[str, Any]:
    """What a new event takes over from an earlier one beside what stands on its first form."""
    names = (
        "way", "total", "guests_max", "waiting_list", "hold_hours", "conditions", "groups", "weights",
        "params", "door_minutes_early", "certificate",
    )  # fmt: skip
    return {name: getattr(source, name) for name in names}


CHILD_PARAMS = (("age_min", "最小周岁"), ("age_max", "最大周岁"), ("grade_min", "最低年级"), ("grade_max", "最高年级"))


class SignForm(forms.Form):
    """How places are given, how many, until when."""

    way = OneOf(
        label="名额怎么给", choices=kinds.Way.choices, help_text="不用报名的，在公开页上谁都看得到，来了就能参加。"
    )
    total = CountField(
        label="名额",
        required=False,
        max_value=1_000_000,
        help_text="不限名额、不用报名的不填；按场次报名的填在场次上。",
    )
    guests_max = CountField(label="每人最多带几位家属", required=False, max_value=20)
    waiting_list = forms.BooleanField(label="名额满了可以排候补，有人退出自动递补", required=False)
    opens_at = MomentField(label="报名开始", required=False)
    closes_on = DayField(label="报名截止", required=False, help_text="含当天，到 24:00。")
    closes_time = HourField(label="截止在几点", required=False, help_text="不填就是当天 24:00。摇号应在 24:00 截止。")
    free_until = MomentField(
        label="最晚什么时候取消不算爽约", required=False, help_text="不填就是开始前都可以取消。发布后不能再提前。"
    )
    hold_hours = CountField(
        label="递补名额保留", unit="小时", min_value=kinds.HOLD_HOURS, max_value=240,
        help_text="至少 24 小时，上夜班的职工才来得及确认。",
    )  # fmt: skip
    short_window_why = Mended(
        label="登记时间不足 72 小时或不在 24:00 截止的原因",
        required=False,
        max_length=200,
        help_text="只有摇号才用填。",
    )
    door_minutes_early = CountField(label="提前多久开始签到", unit="分钟", max_value=720)
    certificate = forms.BooleanField(label="学完发培训证书", required=False)
    certificate_percent = CountField(
        label="出勤达到多少发证", unit="%", required=False, min_value=1, max_value=100, help_text="不填按 80%。"
    )

    def __init__(self, *args: Any, kind: Any = None, by_session: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by_session = by_session
        tail = ["door_minutes_early", "certificate", "certificate_percent"]
        self.blocks: list[tuple[str, tuple[str, ...]]] = [
            ("名额", ("way", "total", "guests_max", "waiting_list")),
            ("报名时间", ("opens_at", "closes_on", "closes_time", "short_window_why", "free_until", "hold_hours")),
            ("现场和证书", tuple(tail)),
        ]
        if kind is not None and kind.children:
            self.fields["guests_max"].label = "每位家长最多报几个孩子"
            for key, label in CHILD_PARAMS:
                self.fields[f"p_{key}"] = CountField(label=label, required=False, max_value=18)
            self.blocks.insert(1, ("收多大的孩子", tuple(f"p_{key}" for key, _label in CHILD_PARAMS)))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        scarce = values.get("way") in (kinds.Way.FIRST, kinds.Way.LOT)
        if scarce and not self.by_session and not values.get("total") and "total" not in self.errors:
            self.add_error("total", "先到先得和摇号的，要填写名额。")
        return values

    def closes_at(self) -> datetime | None:
        return closing(self.cleaned_data.get("closes_on"), self.cleaned_data.get("closes_time"))

    def event_values(self, before: Any) -> dict[str, Any]:
        values = self.cleaned_data
        plain = ("way", "waiting_list", "hold_hours", "short_window_why", "door_minutes_early", "certificate")
        found = {key: values[key] for key in plain}
        found |= {"guests_max": values["guests_max"] or 0, "free_cancel_until": values["free_until"]}
        found |= {"opens_at": values["opens_at"], "closes_at": self.closes_at()}
        if values["way"] == kinds.Way.NONE:
            found |= {"opens_at": None, "closes_at": None}
        if not before.by_session:
            found["total"] = values["total"] or 0
        params = {**before.params, "certificate_percent": values["certificate_percent"]}
        params |= {key: values.get(f"p_{key}") for key, _label in CHILD_PARAMS if f"p_{key}" in self.fields}
        found["params"] = {key: value for key, value in params.items() if value is not None}
        return found

    @staticmethod
    def initial_of(one: Any) -> dict[str, Any]:
        names = (
            "way", "guests_max", "waiting_list", "opens_at", "hold_hours", "short_window_why", "door_minutes_early",
            "certificate",
        )  # fmt: skip
        found = {name: getattr(one, name) for name in names}
        found |= {"total": one.total or None, "free_until": one.free_cancel_until}
        found |= closing_initial(one.closes_at)
        found["certificate_percent"] = one.params.get("certificate_percent")
        return found | {f"p_{key}": one.params.get(key) for key, _label in CHILD_PARAMS}


def closing(day: date | None, hour: time | None) -> datetime | None:
    """The end of the day, unless an hour is said."""
    if day is None:
        return None
    return moment(day, hour) if hour is not None else clock.start_of(day + timedelta(days=1))


def closing_initial(closes_at: datetime | None) -> dict[str, Any]:
    if closes_at is None:
        return {}
    local = closes_at.astimezone(SHANGHAI)
    if local.time() == time(0):
        return {"closes_on": local.date() - timedelta(days=1)}
    return {"closes_on": local.date(), "closes_time": local.time()}


SELECTS: dict[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("sex", "sex"): people.Sex.choices,
    ("skill", "least"): people.SkillLevel.choices,
    ("work", "key"): kinds.WorkKey.choices,
}
ASKED = {("sex", "sex"): "面向", ("skill", "least"): "最低等级", ("work", "key"): "哪类岗位"}


class TermsForm(forms.Form):
    """Who may sign up; whom places are guaranteed; how many tickets somebody has in a lot."""

    def __init__(self, *args: Any, lot: bool = False, places: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lot = lot
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        for one in rules.CONDITIONS.values():
            names = [f"c_{one.key}"]
            self.fields[names[0]] = forms.BooleanField(label=one.label, required=False)
            for key, label in one.asks.items():
                names.append(f"c_{one.key}_{key}")
                label = ASKED.get((one.key, key), label)
                if (one.key, key) in SELECTS:
                    self.fields[names[-1]] = forms.ChoiceField(
                        label=label, choices=[("", "请选择"), *SELECTS[one.key, key]], required=False
                    )
                else:
                    self.fields[names[-1]] = CountField(label=label, required=False, max_value=200)
            self.blocks.append(("" if self.blocks else "谁能报名（不勾的不要求）", tuple(names)))
        if places:
            self.fields["group"] = forms.ChoiceField(
                label="给谁保底", required=False, choices=[("", "不设"), *kinds.WorkKey.choices],
                help_text="按工会登记的岗位情况算；报名截止后没用完的，给所有候补的人。",
            )  # fmt: skip
            self.fields["percent"] = CountField(
                label="至少占名额的", unit="%", required=False, min_value=1, max_value=100
            )
            self.blocks.append(("保底名额", ("group", "percent")))
        if lot:
            for key, label in WEIGHTS.items():
                self.fields[f"w_{key}"] = CountField(label=label, unit="张", required=False, max_value=19)
            self.blocks.append(("摇号每人 1 张票，另加", tuple(f"w_{key}" for key in WEIGHTS)))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for one in rules.CONDITIONS.values():
            if not values.get(f"c_{one.key}"):
                continue
            names = [f"c_{one.key}_{key}" for key in one.asks]
            if names and not any(values.get(name) not in (None, "") for name in names):
                self.add_error(names[0], "请填写具体要求。")
        if values.get("group") and not values.get("percent"):
            self.add_error("percent", "请填写保底比例。")
        return values

    def event_values(self) -> dict[str, Any]:
        values, conditions = self.cleaned_data, []
        for one in rules.CONDITIONS.values():
            if values.get(f"c_{one.key}"):
                row: dict[str, Any] = {"check": one.key}
                row |= {
                    key: values[f"c_{one.key}_{key}"]
                    for key in one.asks
                    if values.get(f"c_{one.key}_{key}") not in (None, "")
                }
                conditions.append(row)
        found: dict[str, Any] = {"conditions": conditions, "groups": []}
        if values.get("group"):
            found["groups"] = [{"key": values["group"], "at_least_percent": values["percent"]}]
        if self.lot:
            found["weights"] = [{"key": key, "add": values[f"w_{key}"]} for key in WEIGHTS if values.get(f"w_{key}")]
        return found

    @staticmethod
    def initial_of(one: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in one.conditions:
            found[f"c_{row['check']}"] = True
            found |= {f"c_{row['check']}_{key}": value for key, value in row.items() if key != "check"}
        if one.groups:
            found |= {"group": one.groups[0].get("key"), "percent": one.groups[0].get("at_least_percent")}
        return found | {f"w_{row['key']}": row["add"] for row in (one.weights or USUAL)}


def condition_words(row: dict[str, Any]) -> str:
    """`{"check": "age", "min": 18, "max": 45}` as 最小周岁 18，最大周岁 45."""
    one = rules.CONDITIONS.get(row.get("check", ""))
    if one is None:
        return ""
    parts = []
    for key, label in one.asks.items():
        value = row.get(key)
        if value in (None, ""):
            continue
        words = dict(SELECTS.get((one.key, key), ())).get(str(value), str(value))
        parts.append(words if (one.key, key) in SELECTS else f"{label} {words}")
    return "，".join(parts) or "须符合"
