"""A round is drawn up step by step without code: from the general type, its form, conditions, desks, places, notice."""

from __future__ import annotations

import re

from gongjia.base import journal
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions
from gongjia.work.programmes.actions.rounds import node_of
from gongjia.work.programmes.models import Quota, Round
from tests.faces.console.programmes.conftest import applied, drawn, opened, passed, text, to
from tests.who.members.conftest import AT

BASICS = {
    "title": "2018年职工技能补贴", "year": "2018", "cycle": "第一批", "area": "2", "opens_on": "2018-08-20",
    "closes_on": "2018-12-31", "brief": "考取证书的会员可以申请。",
}  # fmt: skip
SIX = (
    {"label": "证书名称", "kind": "text", "required": "on"},
    {"label": "取得日期", "kind": "date", "required": "on"},
    {"label": "培训费", "kind": "money", "min": "100", "max": "5000"},
    {"label": "证书级别", "kind": "choice", "choices": "初级\n中级\n高级"},
    {"label": "证书照片", "kind": "file", "most": "2"},
    {"label": "技师编号", "kind": "text", "show_field": "f4", "show_is": "高级", "sensitive": "on"},
)
NO_DESK = {"place": "", "org": "", "role": "", "label": "", "days": "5", "unit": "workday", "stage": "1"}


def desks(*rows):
    found = {"decides": "meeting"}
    for n, row in enumerate(rows, start=1):
        found |= {f"d{n}_{key}": value for key, value in {**NO_DESK, **row}.items()}
    return found


def step(client, round_, name, values, then):
    sent = client.post(to(name, round_.pk), values)
    assert sent.status_code == 302, sent.content.decode().split("data-focus")[-1][:1500]
    assert sent["Location"] == to(then, round_.pk)
    round_.refresh_from_db()


def test_a_round_of_one_s_own_step_by_step(world, city):
    assert "通用申报" in text(city.get(to("new")))
    wrong = {**BASICS, "org": str(world.fed.pk), "closes_on": "2018-08-01"}
    assert "截止日期早于开始日期" in text(city.post(to("new") + "?type=general", wrong), 422)
    made = city.post(to("new") + "?type=general", {**BASICS, "org": str(world.fed.pk)})
    round_ = Round.objects.get()
    assert made["Location"] == to("form", round_.pk)
    assert "还没有栏目" in text(city.post(to("form", round_.pk), {"_op": "drop:reason"}), 422)
    for one in SIX:
        sent = city.post(to("field_new", round_.pk), one)
        assert sent.status_code == 302, sent.content.decode().split("data-focus")[-1][:1500]
    assert city.post(to("form", round_.pk), {"_op": "drop:reason"}).status_code == 302
    round_ = Round.objects.select_related("form").get()
    fields = round_.form.spec["fields"]
    assert [one["label"] for one in fields] == [one["label"] for one in SIX]
    assert fields[3]["choices"] == [["c1", "初级"], ["c2", "中级"], ["c3", "高级"]]
    assert fields[5]["show_if"] == {"field": "f4", "is": ["c3"]} and fields[5]["sensitive"]
    city.post(to("form", round_.pk), {"_op": "down:f1"})
    page = text(city.get(to("form", round_.pk)))
    assert page.index("取得日期") < page.index("证书名称")
    assert "“证书级别”是高级时填写" in text(city.get(to("form_preview", round_.pk)))

    conditions = {
        "c_member": "on", "c_age": "on", "c_age_min": "18", "c_age_max": "60", "once_per": "year", "a1_field": "f3",
        "a1_max": "3000",
    }  # fmt: skip
    step(city, round_, "conditions", conditions, "chain")
    assert round_.conditions == [
        {"check": "member"}, {"check": "age", "min": 18, "max": 60},
        {"check": "answer", "field": "f3", "label": "培训费", "max": "3000"},
    ] and round_.once_per == "year"  # fmt: skip
    assert 'value="18"' in text(city.get(to("conditions", round_.pk)))
    step(city, round_, "chain", desks({"place": "own"}, {"place": "opener", "role": "city_publicity"}), "money")
    assert list(round_.desks.values_list("place", "role")) == [("own", ""), ("opener", "city_publicity")]
    step(city, round_, "money", {"quota": "20", "amount": "500", "t1_label": "", "t2_label": ""}, "notice")
    assert (round_.quota, round_.amount) == (20, 50000)
    notice = {"notice_place": "unit", "notice_days": "3", "notice_unit": "workday", "notice_phone": "0571-64000000"}
    step(city, round_, "notice", notice, "open")
    assert city.post(to("open", round_.pk), {"_confirm": "1"}).status_code == 302
    round_.refresh_from_db()
    assert round_.state == "open"
    late = text(city.post(to("conditions", round_.pk), {**conditions, "c_age_max": "50"}), 422)
    assert "已开放申报的项目不能改条件" in late
    assert city.post(to("money", round_.pk), {"quota": "30", "amount": "500"}).status_code == 302
    round_.refresh_from_db()
    assert round_.quota == 30
    listed = text(city.get(to("")))
    assert BASICS["title"] in listed and "正在申报" in listed


def test_last_year_s_round_is_opened_again_with_its_form(world, city):
    old = opened(world)
    actions.close_round(round_=old, actor=world.machine, at=old.opens_at, reason="满额")
    page = text(city.get(to("new") + f"?previous={old.pk}"))
    assert "职工书屋" in page
    made = city.post(to("new") + f"?previous={old.pk}", {**BASICS, "org": str(world.fed.pk)})
    fresh = Round.objects.select_related("form").get(previous=old)
    assert made["Location"] == to("form", fresh.pk) and fresh.form.spec == old.form.spec


def test_a_draft_that_lacks_something_is_not_published(world, city):
    round_ = drawn(world, notice_place="unit", notice_days=5)
    said = text(city.post(to("open", round_.pk), {"_confirm": "1"}), 422)
    assert "公示要写明受理电话" in said and round_.state == "draft"


def test_applicants_are_told_when_a_round_is_extended_or_called_off(world, join, round_, city):
    from gongjia.base.outbox.models import InboxItem

    person = join(world.firm).person
    members.open_account(person=person, actor=None, at=AT)
    person.refresh_from_db()
    applied(world, round_, person)
    early = {"until": "2018-11-01", "reason": "多留几天"}
    assert "须晚于原来的" in text(city.post(to("extend", round_.pk), early), 422)
    assert city.post(to("extend", round_.pk), {**early, "until": "2018-12-20"}).status_code == 302
    assert city.post(to("cancel", round_.pk), {"_confirm": "1"}).status_code == 422
    assert city.post(to("cancel", round_.pk), {"_confirm": "1", "note": "经费没有落实"}).status_code == 302
    round_.refresh_from_db()
    assert round_.state == "cancelled"
    assert InboxItem.objects.filter(body__contains="经费没有落实").exists()


def test_places_are_handed_down_used_and_given_back(world, join, holds, city):
    round_ = opened(world, quota=20)
    page = text(city.get(to("quota", round_.pk)))
    assert "莲花镇" in page and "洋溪街道" in page
    many = {f"q_{world.lotus.pk}": "15", f"q_{world.yangxi.pk}": "9", "at": world.fed.code}
    assert city.post(to("quota", round_.pk), many).status_code == 422
    fine = {**many, f"q_{world.yangxi.pk}": "5"}
    assert city.post(to("quota", round_.pk), fine).status_code == 302
    assert dict(Quota.objects.values_list("org_id", "given")) == {world.lotus.pk: 15, world.yangxi.pk: 5}
    township = holds("officer_township", world.lotus)
    page = text(township.get(to("quota", round_.pk)))
    assert "甲公司" in page and "退回" in page  # hands on to its own unions
    handed = {f"q_{world.firm.pk}": "2", "at": world.lotus.code}
    assert township.post(to("quota", round_.pk), handed).status_code == 302
    passed(applied(world, round_, join(world.firm).person), world.firm)
    line = text(holds("officer_grassroots", world.firm).get(to("quota", round_.pk)))
    assert "甲公司" in line
    back = to("quota_back", round_.pk, world.firm.pk)
    chair = holds("chair_grassroots", world.firm)
    assert chair.post(back, {"number": "2"}).status_code == 422  # one of the two is used
    assert chair.post(back, {"number": "1"}).status_code == 302
    assert Quota.objects.get(org=world.firm).returned == 1


def hidden_fields(page: str) -> dict[str, bool]:
    """Field that is asked only sometimes -> whether it is hidden on this page."""
    found = re.findall(r'data-field="(\w+)" data-shown-if="\w+=\w+"( hidden)?', page)
    return {name: bool(hidden) for name, hidden in found}


def test_a_union_is_asked_for_only_where_a_named_one_reviews(world, city):
    round_ = drawn(world, desk_rules=[actions.DeskRule(1, "named", org=node_of(world.fed)), actions.DeskRule(2, "own")])
    page = text(city.get(to("chain", round_.pk)))
    assert hidden_fields(page) == {"d1_org": False, "d2_org": True, "d3_org": True, "d4_org": True}
    # without a script: chosen, sent, and now it is asked
    said = text(city.post(to("chain", round_.pk), desks({"place": "own"}, {"place": "named"})), 422)
    assert "请选择由哪家工会审核" in said
    assert hidden_fields(said) == {"d1_org": True, "d2_org": False, "d3_org": True, "d4_org": True}
    # what an invisible box still holds is nobody's word
    stale = desks({"place": "own", "org": str(world.fed.pk)}, {"place": "named", "org": str(world.fed.pk)})
    step(city, round_, "chain", stale, "money")
    assert list(round_.desks.values_list("place", "org")) == [("own", None), ("named", world.fed.pk)]


def test_saving_what_is_as_it_was_leaves_no_entry(world, city):
    round_ = drawn(world, quota=20)
    changed = lambda: [one.action for one in journal.timeline(round_)].count("programmes.round_changed")  # noqa: E731
    for name, then in (
        ("basics", "form"),
        ("conditions", "chain"),
        ("chain", "money"),
        ("money", "notice"),
        ("notice", "open"),
    ):
        step(city, round_, name, shown_values(city, round_, name), then)
    where = to("field", round_.pk, "reason")
    same = {"label": "申请理由", "kind": "text", "required": "on", "most": "200"}
    assert city.post(where, same).status_code == 302
    rules = [actions.DeskRule(1, "own", "基层工会审核"), actions.DeskRule(2, "opener", "主办部门审核")]
    actions.change_round(round_=round_, values={"quota": 20}, desk_rules=rules, actor=world.machine, at=AT)
    assert changed() == 0
    assert city.post(where, {**same, "most": "300"}).status_code == 302
    assert changed() == 1
    values = shown_values(city, round_, "chain")
    step(city, round_, "chain", {**values, "d1_days": "9"}, "money")
    assert changed() == 2 and round_.desks.first().days == 9
    step(city, round_, "money", {**shown_values(city, round_, "money"), "quota": "21"}, "notice")
    assert changed() == 3


def shown_values(client, round_, name) -> dict[str, str]:
    """What a browser sends when nobody touches anything."""
    page = text(client.get(to(name, round_.pk)))
    form = page[page.index("<form", page.index("<main")) :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name_, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name_ and not (kind and kind[1] in ("checkbox", "radio") and " checked" not in tag):
            found[name_[1]] = value[1] if value else "on" if kind and kind[1] == "checkbox" else ""
    for name_, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name_] = words.lstrip("\n")
    for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name_] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    return found
