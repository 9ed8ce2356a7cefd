"""At the counter, earlier years from a sheet, appeals, the to-do list."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjia.base.actor import Actor
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award
from tests.faces.console.programmes.conftest import applied, opened, text, to
from tests.who.members.conftest import AT, id_card, in_role, phone

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
FORM = (
    {"key": "reason", "label": "申请理由", "kind": "text", "required": True},
    {"key": "fee", "label": "费用", "kind": "money", "required": True, "max": "2000"},
    {"key": "items", "label": "支出", "kind": "rows", "columns": [
        {"key": "what", "label": "项目", "kind": "text"}, {"key": "cost", "label": "金额", "kind": "money"}]},
    {"key": "proof", "label": "照片", "kind": "file", "required": True},
)  # fmt: skip


def test_an_officer_enters_what_was_handed_in_on_paper(world, join, firm_officer):
    number = phone()
    join(world.firm, "王老师傅", phone=number)
    round_ = opened(world, fields=FORM)
    assert "2018年职工书屋" in text(firm_officer.get(to("counter")))
    start = {"round": str(round_.pk), "member": number, "happened_on": "2018-08-24"}
    late = firm_officer.post(to("counter"), {**start, "happened_on": "2018-09-24"})
    assert "不能晚于今天" in text(late, 422)
    none = firm_officer.post(to("counter"), {**start, "member": "没有这人"})
    assert "没有找到这位会员" in text(none, 422)
    begun = firm_officer.post(to("counter"), start)
    one = Application.objects.get()
    assert begun["Location"] == to("fill", one.pk) and str(one.happened_on) == "2018-08-24"
    page = text(firm_officer.get(to("fill", one.pk)))
    assert "您是在册会员" in page and "收到申请的日期" in page
    sent = firm_officer.post(to("fill", one.pk), {"reason": "看病", "fee": "2500"})
    said = text(sent, 422)
    assert "不能大于 2,000.00" in said and "照片" in said
    filled = {
        "reason": "看病", "fee": "1500.50", "items-1-what": "挂号", "items-1-cost": "20",
        "proof": SimpleUploadedFile("发票.png", PNG, "image/png"),
    }  # fmt: skip
    gone = firm_officer.post(to("fill", one.pk), filled)
    assert gone["Location"] == to("application", one.pk), text(gone)
    one.refresh_from_db()
    assert (one.state, one.counter, one.answers["fee"]) == ("in_review", True, 150050)
    assert one.answers["items"] == [{"what": "挂号", "cost": 2000}]
    page = text(firm_officer.get(to("application", one.pk)))
    assert "窗口代办" in page and "发票" in page
    file = firm_officer.get(to("file", one.pk, one.answers["proof"][0]))
    assert (file.status_code == 200 and file.content == PNG) or file.content[:4] == PNG[:4]
    assert firm_officer.get(to("fill", one.pk)).status_code == 404  # handed in: no draft any more


def test_earlier_years_come_in_whole_or_not_at_all(world, join, city):
    card = id_card()
    join(world.firm, "李早年", id_no=card)
    blank = city.get(to("history_blank", "general"))
    assert blank.status_code == 200 and blank.content[:2] == b"PK"

    def upload(*lines):
        body = "姓名,身份证号,项目,日期,金额\n" + "\n".join(lines)
        file = SimpleUploadedFile("2016.csv", body.encode("utf-8-sig"), "text/csv")
        values = {"type": "general", "org": str(world.fed.pk), "before": "2018-01-01", "file": file}
        return city.post(to("history"), values)

    good = f"李早年,{card},2016年助学,2016-09-01,3000"
    bad = text(upload(good, f"王没有,{id_card()},2016年助学,2016-09-01,3000"), 422)
    assert "证件号码不在会员资料里" in bad and not Award.objects.exists() and card not in bad
    done = upload(good)
    assert done.status_code == 302 and Award.objects.get().amount == 300000
    assert "李早年" in text(city.get(done["Location"]))
    assert "历史导入" in text(city.get(to("award", Award.objects.get().pk)))
    assert upload(good).status_code == 302 and Award.objects.count() == 1


def test_an_appeal_is_answered_and_goes_back_to_the_desk(world, join, round_, city, firm_officer):
    person = join(world.firm, "王复核").person
    one = applied(world, round_, person)
    actions.decline(application=one, reason="材料不实", actor=in_role(world.firm, "officer_grassroots"), at=AT)
    one.refresh_from_db()
    me = Actor(None, person.pk, person.name)
    appeal = actions.file_appeal(application=one, text="材料是真的，有原件为证。", actor=me, at=AT)
    assert firm_officer.get(to("appeal", appeal.pk)).status_code == 403
    assert "王复核" in text(city.get(to("appeals")))
    assert "有原件为证" in text(city.get(to("appeal", appeal.pk)))
    answered = city.post(to("appeal", appeal.pk), {"upheld": "yes", "answer": "原件已核对，重新审核。"})
    assert answered.status_code == 302
    one.refresh_from_db()
    assert one.state == "in_review" and "王复核" in text(firm_officer.get(to("review")))


def test_what_waits_is_on_the_desk_of_the_day(world, join, round_, firm_officer):
    applied(world, round_, join(world.firm).person)
    page = text(firm_officer.get(reverse("console:home")))
    assert "1 件待审核" in page and to("desk", round_.pk) in page
    led = firm_officer.get(to("desk", round_.pk))
    assert led.status_code == 302 and led["Location"].startswith(to("review"))


def test_the_routing_table_of_joining_is_kept_by_hand(world, city, holds):
    page = text(city.get(to("routes")))
    assert "第 1 条" in page
    bad = city.post(to("routes"), {"r1_platform": "某平台", "r1_org": "莲花镇工会"})
    assert "不能接收会员" in text(bad, 422)
    assert city.post(to("routes"), {"r1_platform": "某平台", "r1_org": "甲公司工会委员会"}).status_code == 302
    assert 'value="某平台"' in text(city.get(to("routes")))
    assert holds("officer_township", world.lotus).get(to("routes")).status_code == 403


def test_a_signed_list_confirms_many_receipts(world, join, city):
    round_ = opened(world, decides="desk", desk_rules=[actions.DeskRule(1, "opener")], quota=None)
    for name in ("王签收", "李签收"):
        one = applied(world, round_, join(world.firm, name).person)
        actions.pass_on(application=one, actor=in_role(world.fed, "city_publicity"), at=AT)
    picks = [str(pk) for pk in Award.objects.values_list("pk", flat=True)]
    assert "王签收" in text(city.post(to("received"), {"pick": picks}))
    without = city.post(to("received"), {"pick": picks, "_confirm": "1", "how": "signature"})
    assert "签字表照片" in text(without, 422)
    photo = SimpleUploadedFile("签字表.png", PNG, "image/png")
    done = city.post(to("received"), {"pick": picks, "_confirm": "1", "how": "signature", "attachment": photo})
    assert done.status_code == 302 and Award.objects.filter(checks__result="ok").count() == 2
