"""At the counter, earlier years from a sheet, appeals, the to-do list."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjia.base import sheets
from gongjia.base.actor import Actor
from gongjia.base.journal.models import Entry
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award, HistoryBatch
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
    sent = firm_officer.post(to("fill", one.pk), {"a-reason": "看病", "a-fee": "2500"})
    said = text(sent, 422)
    assert "不能大于 2,000.00" in said and "照片" in said
    filled = {
        "a-reason": "看病", "a-fee": "1500.50", "a-items-here": "1", "a-items-line": "0", "a-items-0-what": "挂号",
        "a-items-0-cost": "20", "a-proof": SimpleUploadedFile("发票.png", PNG, "image/png"),
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


def test_earlier_years_are_looked_at_confirmed_and_taken_out_again(world, join, city, holds):
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
    sent = upload(good, f"王没有,{id_card()},2016年助学,2016-09-01,3000", good)
    assert sent.status_code == 302, text(sent, 422)
    one = HistoryBatch.objects.get()
    assert sent["Location"] == to("history_one", one.pk) and (one.good, one.held, one.refused) == (1, 1, 1)
    page = text(city.get(sent["Location"]))
    assert "证件号码不在会员资料里" in page and "李*" in page and card not in page and not Award.objects.exists()
    assert "李*" not in text(city.get(sent["Location"] + "?only=refused"))
    assert holds("officer_township", world.lotus).get(sent["Location"]).status_code in (403, 404)
    assert to("history_refused", one.pk) in page
    back = city.get(to("history_refused", one.pk))
    assert back.content[:2] == b"PK" and "attachment" in back["Content-Disposition"]
    rows = sheets.read(BytesIO(back.content), name="行.xlsx").first.rows
    assert rows[0][0] == "原因" and [row[1] for row in rows[1:]] == ["王没有"]
    assert holds("officer_township", world.lotus).get(to("history_refused", one.pk)).status_code in (403, 404)
    other = text(city.post(sent["Location"], {"run": "1", "digest": "0" * 64}), 422)
    assert "重新检查" in other and not Award.objects.exists()
    assert city.post(sent["Location"], {"run": "1", "digest": one.digest}).status_code == 302
    assert Award.objects.get().amount == 300000
    assert "李早年" in text(city.get(to("awards") + "?origin=import"))
    assert "历史导入" in text(city.get(to("award", Award.objects.get().pk)))
    again = upload(good)
    assert HistoryBatch.objects.exclude(pk=one.pk).get().held == 1 and again.status_code == 302
    assert "请写明撤销原因" in text(city.post(sent["Location"], {"undo": "1", "note": ""}), 422)
    assert city.post(sent["Location"], {"undo": "1", "note": "传错了表"}).status_code == 302
    assert not Award.objects.exists() and "已撤销" in text(city.get(sent["Location"]))


def test_a_big_sheet_of_earlier_years_is_the_workers_and_a_used_one_stays(world, join, city, monkeypatch):
    from gongjia.base import progress
    from gongjia.base.progress.models import Progress
    from gongjia.faces.console.programmes import history
    from gongjia.work.programmes.models import AwardCheck

    monkeypatch.setattr(history, "AT_ONCE", 10)
    card = id_card()
    join(world.firm, "李早年", id_no=card)
    body = f"姓名,身份证号,项目,日期,金额\n李早年,{card},2016年助学,2016-09-01,3000\n"
    file = SimpleUploadedFile("2016.csv", body.encode("utf-8-sig"), "text/csv")
    values = {"type": "general", "org": str(world.fed.pk), "before": "2018-01-01", "file": file}
    begun = city.post(to("history"), values)
    one = HistoryBatch.objects.get()
    assert begun.status_code == 302 and one.state == "uploaded"
    progress.run_now(Progress.objects.get(kind="programmes.history_check"))
    one.refresh_from_db()
    assert (one.state, one.good) == ("checked", 1)
    city.post(to("history_one", one.pk), {"run": "1", "digest": one.digest})
    assert not Award.objects.exists()
    progress.run_now(Progress.objects.get(kind="programmes.history_run"))
    AwardCheck.objects.create(award=Award.objects.get(), kind="receipt")
    kept = text(city.post(to("history_one", one.pk), {"undo": "1", "note": "传错了"}), 422)
    assert "不能整批撤销" in kept and Award.objects.count() == 1


def test_an_appeal_is_answered_and_goes_back_to_the_desk(world, join, round_, city, firm_officer):
    person = join(world.firm, "王复核").person
    one = applied(world, round_, person)
    actions.decline(application=one, reason="材料不实", actor=in_role(world.firm, "officer_grassroots"), at=AT)
    one.refresh_from_db()
    me = Actor(None, person.pk, person.name)
    appeal = actions.file_appeal(application=one, text="材料是真的，有原件为证。", actor=me, at=AT)
    assert firm_officer.get(to("appeal", appeal.pk)).status_code == 403
    assert "王复核" in text(city.get(to("appeals")))
    assert "有原件为证" not in text(city.get(to("appeal", appeal.pk)))  # sealed until it is asked for
    entries = Entry.objects.filter(action="reveal", org_id=appeal.org_id)
    assert "事由" in text(city.post(to("appeal", appeal.pk), {"_open": "1", "why": ""}), 422) and not entries.exists()
    assert "有原件为证" in text(city.post(to("appeal", appeal.pk), {"_open": "1", "why": "处理复核申请"}))
    assert entries.count() == 1
    assert firm_officer.post(to("appeal", appeal.pk), {"_open": "1", "why": "看看"}).status_code == 403
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


def test_the_counter_keeps_what_is_typed_and_shows_no_secret_twice(world, join, firm_officer):
    number = phone()
    join(world.firm, "王老师傅", phone=number)
    secret = {"key": "income", "label": "月收入", "kind": "money", "sensitive": True}
    after = {"key": "why", "label": "说明", "kind": "text", "show_if": {"field": "pick", "is": ["b"]}}
    pick = {"key": "pick", "label": "种类", "kind": "choice", "choices": [["a", "甲类"], ["b", "乙类"]]}
    round_ = opened(world, fields=(*FORM, secret, pick, after))
    firm_officer.post(to("counter"), {"round": str(round_.pk), "member": number, "happened_on": "2018-08-24"})
    one = Application.objects.get()
    where = to("fill", one.pk)
    assert "“种类”是乙类时填写" in text(firm_officer.get(where))
    kept = firm_officer.post(f"{where}?keep=1", {"a-income": "4321.5", "a-reason": "看病", "revision": "0"}).json()
    assert kept["saved"] and kept["fresh"]["revision"] == 1
    stale = firm_officer.post(f"{where}?keep=1", {"a-reason": "别的", "revision": "0"}).json()
    assert "另一个页面" in stale["said"]
    page = text(firm_officer.get(where))
    assert "看病" in page and "4321" not in page and "为保护隐私不再显示" in page
    proof = SimpleUploadedFile("发票.png", PNG, "image/png")
    saved = firm_officer.post(where, {"a-reason": "看病", "a-proof": proof, "a-income": "", "_save": "1"})
    assert saved["Location"] == where
    one.refresh_from_db()
    assert len(one.answers["proof"]) == 1 and actions.own_answers(application=one, actor=in_role(world.firm, "officer_grassroots"))["income"] == 432150  # fmt: skip
    firm_officer.post(where, {"a-proof-gone": one.answers["proof"][0], "_save": "1"})
    one.refresh_from_db()
    assert "proof" not in one.answers
    row = {"a-items-here": "1", "a-items-line": "0", "a-items-0-what": "挂号", "add": "items"}
    more = firm_officer.post(where, row)
    assert more["Location"].startswith(f"{where}?add=items")
    assert "第 2 行" in text(firm_officer.get(f"{where}?add=items")) and "第 2 行" not in text(firm_officer.get(where))
