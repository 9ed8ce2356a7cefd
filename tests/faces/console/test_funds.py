"""The treasurer's pages: from the to-pay list over two persons' signatures to the bank's answer, vouchers and the bench."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from gongjia.base import clock
from gongjia.base.journal.models import Entry
from gongjia.money.funds import actions
from gongjia.money.funds.models import Batch, Doubt, PayeeAccount, Payment, Sample
from tests.money.funds.bank import Bank
from tests.money.funds.conftest import AT, build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static")]


def to(name: str, *args) -> str:
    return reverse(f"console:funds_{name}", args=args)


@pytest.fixture(autouse=True)
def june():
    with clock.standing(AT):
        yield


@pytest.fixture
def chain(world, join):
    return build(world, join)


@pytest.fixture
def desk(chain, holds):
    """Browsers of the three of finance and the auditor, and the chain's actors as the same persons."""
    found = {
        name: holds(role, chain.world.fed)
        for name, role in (
            ("maker", "finance_maker"), ("checker", "finance_checker"), ("approver", "finance_approver"),
            ("auditor", "auditor"), ("service", "city_service"),
        )
    }  # fmt: skip
    return found


def text(answer) -> str:
    return answer.content.decode()


def sign(browser, step: str, batch) -> None:
    page = text(browser.get(to(step, batch.pk)))
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown, page[-3000:]
    answer = browser.post(to(step, batch.pk), {"_confirm": "1", "shown": shown[1]})
    assert answer.status_code == 302, text(answer)[-3000:]


def test_from_the_to_pay_list_to_arrived(chain, desk):
    people = [chain.member(name) for name in ("王小明", "李小红")]
    awards = [chain.award(one, 800_00) for one in people]
    maker, checker = desk["maker"], desk["checker"]
    page = text(maker.get(to("topay")))
    assert "王*" in page and "王小明" not in page and "1,600.00" in page
    form = text(maker.post(to("plan"), {"pick": [str(one.pk) for one in awards]}))
    assert "新批次名称" in form
    answer = maker.post(
        to("plan"),
        {
            "pick": [str(one.pk) for one in awards],
            "title": "六月帮扶",
            "item": "50204",
            "layout": "sheet",
            "document_no": "",
        },
    )
    batch = Batch.objects.get()
    assert answer["Location"] == to("batch", batch.pk)
    assert "没有待发放的" in text(maker.get(to("topay")))
    sign(maker, "make", batch)
    assert "不相容" not in text(checker.get(to("batch", batch.pk)))
    assert maker.get(to("check", batch.pk)).status_code == 403
    sign(checker, "check", batch)
    answer = maker.post(to("send", batch.pk), {"_confirm": "1"})
    assert answer.status_code == 302
    file = maker.post(to("file", batch.pk))
    assert file["Content-Disposition"].startswith("attachment")
    assert checker.post(to("file", batch.pk)).status_code == 403
    bank = Bank()
    bank.accept(file.content, AT.date(), bad=0.0)
    bank.bounce(bank.news[0].reference, AT.date(), "账户已销户")
    content = bank.answer()
    upload = SimpleUploadedFile("回盘.xlsx", content)
    answer = maker.post(to("result_new", batch.pk), {"file": upload})
    assert answer.status_code == 302, text(answer)[-2000:]
    preview = text(maker.get(answer["Location"]))
    assert "记到账" in preview and "到账后退汇" in preview
    assert Payment.objects.filter(state="sent").count() == 2
    answer = maker.post(answer["Location"], {"_confirm": "1"})
    assert answer.status_code == 302
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["paid", "returned"]
    answer = maker.post(to("result_new", batch.pk), {"file": SimpleUploadedFile("回盘.xlsx", content)})
    assert answer.status_code == 422 and "不能重复登记" in text(answer)
    assert "账户已销户" in text(maker.get(to("returned")))
    back = Payment.objects.get(state="returned")
    form = maker.post(to("retry"), {"pick": [str(back.pk)]})
    assert "重新发放" in text(form)
    answer = maker.post(
        to("retry"), {"pick": [str(back.pk)], "title": "重发", "item": "50204", "layout": "sheet", "document_no": ""}
    )
    again = Batch.objects.get(title="重发")
    assert answer["Location"] == to("batch", again.pk)
    assert maker.post(to("batch_voucher", batch.pk), {"number": "记-2018-06-0035"}).status_code == 302
    page = text(maker.get(to("vouchers")))
    assert "记-2018-06-0035" in page and "退汇" in page
    assert "三方一致" in text(maker.get(to("books")))
    for name, key in (("batch", batch.pk), ("batch", again.pk), ("payment", back.pk)):
        assert maker.get(to(name, key)).status_code == 200
    card = PayeeAccount.objects.first().account_no.open_unlogged()
    for address in (to("topay"), to("batch", batch.pk), to("payment", back.pk), to("returned"), to("vouchers")):
        assert card not in text(maker.get(address))


def test_the_batch_page_says_why_not(chain, desk):
    batch = chain.batch(chain.award(chain.member(account=False)))
    page = text(desk["maker"].get(to("batch", batch.pk)))
    assert "还没有收款账户" in page and 'aria-disabled="true"' in page
    answer = desk["maker"].post(to("make", batch.pk), {"_confirm": "1", "shown": "x"})
    assert answer.status_code == 422
    assert Entry.objects.filter(action="funds.refused").count() == 1


def test_an_old_page_does_not_sign_new_rows(chain, desk):
    batch = chain.batch(chain.award(chain.member()))
    old = chain.shown(batch)
    actions.plan(batch=batch, awards=[chain.award(chain.member("李四"))], **chain.by)
    answer = desk["maker"].post(to("make", batch.pk), {"_confirm": "1", "shown": old})
    assert answer.status_code == 422 and "和您看到的不一样" in text(answer)


def test_budget_lines_earmarks_and_ceilings(chain, desk):
    maker, approver = desk["maker"], desk["approver"]
    round = chain.round()
    for address in (
        to("budget"),
        to("line_new"),
        to("line", chain.line.pk),
        to("earmark", chain.line.pk),
        to("ceilings"),
    ):
        assert maker.get(address).status_code == 200, address
    answer = maker.post(
        to("line_new"),
        {"year": "2018", "source": "city", "title": "杭州补助", "document_no": "", "item": "50204", "amount": "50000"},
    )
    assert answer.status_code == 422 and "指标文号" in text(answer)
    answer = maker.post(
        to("line_new"),
        {
            "year": "2018",
            "source": "city",
            "title": "杭州补助",
            "document_no": "3号",
            "item": "50204",
            "amount": "5万元",
        },
    )
    line = answer["Location"]
    answer = maker.post(line + "earmark", {"round": str(round.pk), "amount": "60000", "share": ""})
    assert answer.status_code == 422 and "只剩" in text(answer)
    assert maker.post(line + "earmark", {"round": str(round.pk), "amount": "30000", "share": ""}).status_code == 302
    assert (
        maker.post(line + "change", {"way": "cut", "amount": "20000", "document_no": "4号", "why": ""}).status_code
        == 302
    )
    assert "30,000.00" in text(maker.get(line))
    assert maker.get(to("ceiling_new")).status_code == 403
    answer = approver.post(
        to("ceiling_new"),
        {"scope": "household", "type": "", "amount": "3000", "since": "2018-06-04", "clause": "办法 第十条"},
    )
    assert answer.status_code == 302 and "办法 第十条" in text(maker.get(to("ceilings")))
    assert maker.post(line + "close", {"_confirm": "1"}).status_code == 302


def test_the_auditors_bench(chain, desk, bank_answered):
    auditor, service = desk["auditor"], desk["service"]
    answer = auditor.post(
        to("draw"),
        {"title": "抽查", "since": "2018-01-01", "until": "2018-12-31", "type": "", "method": "stratified", "stratum": "union",
         "size": "2", "seed": "20180604"},
    )  # fmt: skip
    sample = Sample.objects.get()
    page = text(auditor.get(answer["Location"]))
    assert "重抽一致" in page and "20180604" in page
    payment = sample.items.first().payment
    pdf = auditor.post(to("dossier", payment.pk))
    assert pdf["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(pdf.content))
    words = "".join(one.extract_text() for one in reader.pages)
    for part in ("目录", "申报", "审核", "决定", "公示", "发放清单", "银行结果和台账", payment.key[:13]):
        assert part in words, part
    assert payment.person.name not in words
    assert len(reader.outline) >= 6
    assert Entry.objects.filter(action="funds.dossier").count() == 1
    assert desk["maker"].post(to("dossier", payment.pk)).status_code == 403
    answer = auditor.post(
        to("doubt_new") + f"?payment={payment.pk}",
        {"department": "city_service", "title": "说明用途", "words": "请说明依据", "due_on": "2018-06-20"},
    )
    doubt = Doubt.objects.get()
    assert "说明用途" in text(service.get(reverse("console:home")))
    assert service.post(to("doubt_answer", doubt.pk), {"words": "附依据"}).status_code == 302
    assert auditor.post(to("doubt_again", doubt.pk), {"_confirm": "1", "note": "还缺清单"}).status_code == 302
    assert service.post(to("doubt_answer", doubt.pk), {"words": "补上清单"}).status_code == 302
    assert auditor.post(to("doubt_close", doubt.pk), {"_confirm": "1", "note": "清楚了"}).status_code == 302
    for address in (to("samples"), to("doubts"), to("doubt", doubt.pk), to("payment", payment.pk)):
        assert auditor.get(address).status_code == 200, address
    doubt.refresh_from_db()
    assert (doubt.state, doubt.answer) == ("closed", "补上清单")


@pytest.fixture
def bank_answered(chain):
    bank = Bank()
    batch = chain.send(*(chain.award(chain.member(f"甲{n}"), 100_00 + n) for n in range(4)))
    bank.accept(actions.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer(), AT)
    return batch


def test_a_reversal_takes_two(chain, desk, bank_answered):
    payment = bank_answered.payments.first()
    maker, checker = desk["maker"], desk["checker"]
    assert maker.get(to("reversal_new", payment.pk)).status_code == 200
    answer = maker.post(
        to("reversal_new", payment.pk), {"kind": "recovered", "amount": "100", "document_no": "", "why": "不符合条件"}
    )
    assert answer.status_code == 302
    row = payment.reversals.get()
    assert maker.get(to("reversal", row.pk)).status_code == 403
    assert checker.get(to("reversal", row.pk)).status_code == 200
    assert checker.post(to("reversal", row.pk), {"_confirm": "1"}).status_code == 302
    assert "已入账" in text(checker.get(to("payment", payment.pk)))


def test_lists_cost_the_same_for_one_and_for_twenty(chain, desk):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    maker = desk["maker"]
    batch = chain.batch(chain.award(chain.member()), title="一")
    chain.award(chain.member("甲"))

    def cost(address: str) -> int:
        maker.get(address)
        with CaptureQueriesContext(connection) as found:
            assert maker.get(address).status_code == 200
        return len(found)

    addresses = [to("topay"), to("batches"), to("batch", batch.pk), to("make", batch.pk)]
    before = [cost(one) for one in addresses]
    actions.plan(batch=batch, awards=[chain.award(chain.member(f"乙{n}")) for n in range(12)], **chain.by)
    for n in range(12):
        chain.award(chain.member(f"丙{n}"))
        chain.batch(title=f"批{n}")
    assert [cost(one) for one in addresses] == before


def test_items_and_taxes_are_changed_by_who_approves(chain, desk):
    maker, approver = desk["maker"], desk["approver"]
    page = text(approver.get(to("norms")))
    assert "待核对" in page and "修改" in page and "20%" in page
    assert to("norm_new") + "?table=item" not in text(maker.get(to("norms")))
    assert maker.get(to("norm_new") + "?table=item").status_code == 403
    assert approver.get(to("norm_new") + "?table=nonsense").status_code == 404
    for address in (
        to("norm_new") + "?table=item", to("norm_new") + "?table=tax", to("norm_new") + "?table=item&key=50204",
        to("norm_new") + "?table=tax&key=grant", to("norm_new") + "?table=rate&key=prize",
        to("norm_new") + "?table=limit&key=split_days",
    ):  # fmt: skip
        assert approver.get(address).status_code == 200, address
    answer = approver.post(
        to("norm_new") + "?table=item", {"key": "五", "value": "x", "since": "2018-06-04", "clause": "制度"}
    )
    assert answer.status_code == 422 and "数字" in text(answer)
    answer = approver.post(
        to("norm_new") + "?table=tax&key=grant", {"value": "prize", "since": "2018-06-05", "clause": "税务机关答复"}
    )
    assert answer.status_code == 302
    page = text(approver.get(to("norms")))
    assert "2018-06-05 起改为 偶然所得" in page
