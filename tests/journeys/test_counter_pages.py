"""The counter's form, earlier years, an appeal, an award and its receipts, the routing table, a judge's page: at a desk
and at a phone, in a real browser; nothing clipped, no serious finding of axe."""

from __future__ import annotations

import pytest

from gongjia.base.actor import Actor
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award, HistoryBatch
from tests.faces.console.programmes.conftest import applied, opened, to
from tests.journeys.conftest import PHONE
from tests.who.members.conftest import AT, id_card, in_role, phone

pytestmark = [pytest.mark.browser]

FORM = (
    {"key": "reason", "label": "申请理由", "kind": "text", "required": True, "lines": True, "help": "写清楚做了什么。"},
    {"key": "level", "label": "种类", "kind": "choice", "choices": [["a", "个人"], ["b", "集体"]], "required": True},
    {"key": "team", "label": "集体名称", "kind": "text", "show_if": {"field": "level", "is": ["b"]}},
    {"key": "income", "label": "家庭年收入", "kind": "money", "sensitive": True},
    {"key": "master", "label": "师傅", "kind": "person"},
    {"key": "union", "label": "推荐工会", "kind": "union"},
    {"key": "items", "label": "支出", "kind": "rows", "columns": [
        {"key": "what", "label": "项目", "kind": "text"}, {"key": "cost", "label": "金额", "kind": "money"}]},
    {"key": "proof", "label": "照片", "kind": "file", "required": True},
)  # fmt: skip
PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def both(hands, path: str, shot: str) -> None:
    hands.open(path)
    hands.look_twice(shot)


def test_the_pages_of_the_counter_and_of_what_follows(world, join, officer, sit_down):
    number, card = phone(), id_card()
    join(world.firm, "王老师傅", phone=number, id_no=card)
    round_ = opened(world, fields=FORM)
    _person, grass = officer(world.firm, "officer_grassroots", "余干部")
    desk = sit_down("counter", account=grass)
    both(desk, to("counter"), "start")
    desk.page.select_option("[name=round]", str(round_.pk))
    desk.page.fill("[name=member]", number)
    desk.page.fill("[name=happened_on]", "2018-08-24")
    desk.press("开始填写")
    one = Application.objects.get()
    desk.page.fill("[name=a-reason]", "带徒弟，出成果")
    desk.page.fill("[name=a-income]", "43210")
    desk.page.fill("[name=a-items-0-what]", "教材")
    desk.page.fill("[name=a-items-0-cost]", "120.5")
    desk.page.set_input_files("[name=a-proof]", {"name": "照片.png", "mimeType": "image/png", "buffer": PHOTO})
    desk.press("提交申报")
    desk.look("fill-faults")  # 种类 was left open
    assert desk.sees("有一处需要改正") and desk.sees("已上传 1 个") and not desk.sees("43210")
    both(desk, to("fill", one.pk), "fill")
    desk.page.check("[name=a-level][value=a]")
    desk.press("提交申报")
    one.refresh_from_db()
    assert one.state == "in_review" and one.answers["items"] == [{"what": "教材", "cost": 12050}]

    _person, account = officer(world.fed, "city_publicity", "蔡示例", world.school)
    city = sit_down("city", account=account)
    body = f"姓名,身份证号,项目,日期,金额\n王老师傅,{card},2016年助学,2016-09-01,3000\n李没有,{id_card()},助学,2016-09-01,1\n"
    city.open(to("history"))
    city.page.select_option("[name=type]", "general")
    city.page.set_input_files(
        "[name=file]", {"name": "2016年.csv", "mimeType": "text/csv", "buffer": body.encode("utf-8-sig")}
    )
    city.press("上传并检查")
    batch = HistoryBatch.objects.get()
    both(city, to("history_one", batch.pk), "history-preview")
    city.press("导入 1 行")
    both(city, to("history_one", batch.pk), "history-done")
    both(city, to("history"), "history")
    both(city, to("award", Award.objects.get().pk), "award-imported")

    person = join(world.firm, "王复核").person
    plain = opened(
        world, title="2018年技能补贴", decides="desk", desk_rules=[actions.DeskRule(1, "opener")], amount=50000
    )
    declined = applied(world, plain, person)
    actions.decline(application=declined, reason="材料不实", actor=in_role(world.fed, "city_publicity"), at=AT)
    appeal = actions.file_appeal(
        application=declined, text="材料是真的，有原件为证。", actor=Actor(None, person.pk, person.name), at=AT
    )
    both(city, to("appeal", appeal.pk), "appeal")
    city.press("查看申请人的理由")
    assert city.sees("有原件为证")
    city.look("appeal-opened")
    given = applied(world, plain, join(world.firm, "王签收").person)
    actions.pass_on(application=given, actor=in_role(world.fed, "city_publicity"), at=AT)
    award = Award.objects.get(application=given)
    both(city, to("award", award.pk), "award")
    both(city, to("check", award.pk), "check")
    city.open(to("awards"))
    city.page.check(f"[name=pick][value='{award.pk}']")
    city.press("登记签收")
    city.look_twice("received")
    both(city, to("routes"), "routes")

    judge = members.open_account(person=join(world.firm, "评委甲").person, actor=None, at=AT)
    contest = opened(
        world, title="2018年工匠评选", criteria=[{"key": "skill", "label": "技艺", "weight": "1", "most": "10"}]
    )
    [seat] = actions.set_judges(
        round_=contest, judges=[actions.NewJudge("评委甲", person_id=judge.pk)], actor=world.machine, at=AT
    )
    phone_ = sit_down("judge", account=judge.account, screen=PHONE)
    both(phone_, to("scoring", seat.pk), "scoring")
