"""A union on its way: prepared, approved with its document, or given up."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.period import Period
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import counted
from tests.faces.console.conftest import PDF

NAME = "戊公司工会委员会"


def to(name: str, *args) -> str:
    return reverse(f"console:orgs_{name}", args=args)


def prepared(officer: Client, **more) -> Org:
    told = {
        "parent": "莲花镇工会", "kind": "single", "name": NAME, "planned_on": "2018-08-01", "employer_name": "戊公司",
        "staff_count": "40", **more,
    }  # fmt: skip
    sent = officer.post(to("plan"), told)
    assert sent.status_code == 302, sent.content.decode().split("error-summary")[-1][:800]
    org = Org.objects.get(name=told["name"])
    assert sent.status_code == 302 and sent["Location"] == to("one", org.pk)
    return org


def approval(**more):
    return {
        "founded_on": "2018-08-20",
        "document": "莲工〔2018〕9号",
        "founding_members": "30",
        "staff_count": "41",
        **more,
    }


def counted_unions() -> int:
    return counted.registered_on(Period.parse("2018-08").last_day).count()


def test_a_preparation_counts_nowhere_until_it_is_approved(officer):
    before = counted_unions()
    org = prepared(officer)
    assert (org.state, org.established, counted_unions()) == ("preparing", False, before)
    assert NAME in officer.get(f"{reverse('console:orgs')}?state=preparing").content.decode()
    page = officer.get(to("one", org.pk)).content.decode()
    assert "筹建中" in page and to("approve", org.pk) in page and to("abandon", org.pk) in page
    assert to("dissolve", org.pk) not in page and to("confirm", org.pk) not in page

    lacking = officer.post(to("approve", org.pk), approval())
    assert lacking.status_code == 422 and "还缺批复文件" in lacking.content.decode()
    scan = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    late = officer.post(to("approve", org.pk), approval(attachment=scan, founded_on="2018-09-20"))
    assert late.status_code == 422 and "成立日期在今天之后" in late.content.decode()
    token = late.content.decode().split('name="_paper" value="')[1].split('"')[0]
    assert officer.post(to("approve", org.pk), approval(_paper=token)).status_code == 302
    org.refresh_from_db()
    assert (org.state, org.founding_document, org.staff_count, org.founding_members) == (
        "active", "莲工〔2018〕9号", 41, 30,
    )  # fmt: skip
    assert counted_unions() == before + 1
    assert [line.label_zh for line in journal.timeline(org)][-2:] == ["批准成立", "登记筹建"]
    again = officer.get(to("approve", org.pk))
    assert again.status_code == 422 and "不在筹建中" in again.content.decode()


def test_a_preparation_is_given_up_with_its_reason(officer):
    org = prepared(officer)
    assert officer.post(to("abandon", org.pk), {"_confirm": "1"}).status_code == 422  # why is asked
    told = {"_confirm": "1", "note": "企业外迁"}
    assert officer.post(to("abandon", org.pk), told).status_code == 302
    org.refresh_from_db()
    assert (org.state, str(org.closed_on)) == ("dissolved", "2018-08-27")
    assert "企业外迁" in officer.get(to("one", org.pk)).content.decode()
    prepared(officer, short_name="再次筹建", planned_on="2018-08-27", name=f"新{NAME}")


def test_only_the_union_above_approves(officer, holds, world):
    org = prepared(officer)
    chair = holds("chair_grassroots", org)  # a preparation may have its officer already
    page = chair.get(to("one", org.pk)).content.decode()
    assert to("edit", org.pk) in page and to("approve", org.pk) not in page
    assert chair.get(to("approve", org.pk)).status_code == 403
    assert chair.post(to("abandon", org.pk), {"_confirm": "1", "note": "算了"}).status_code == 403
    stranger = holds("officer_township", world.yangxi)
    assert stranger.get(to("approve", org.pk)).status_code == 404
    org.refresh_from_db()
    assert org.state == "preparing"


def test_nothing_is_prepared_below_a_preparation(officer):
    above = prepared(officer, kind="regional", name="莲花镇商圈工会联合会")
    told = {"parent": above.code, "kind": "single", "name": NAME, "planned_on": "2018-08-02"}
    refused = officer.post(to("plan"), told)
    assert refused.status_code == 422 and "不是正常状态" in refused.content.decode()
