"""The wizard of a roster without a browser: file, preview, run, undo; foreign is none."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjia.who.members.models import Membership
from tests.who.members.conftest import id_card, phone


def to(name: str = "", *args) -> str:
    return reverse(f"console:roster{'_' + name if name else ''}", args=args)


def sheet() -> SimpleUploadedFile:
    lines = ["姓名,身份证号码,手机号"]
    lines += [f"赵名册{n},{id_card(date(1979, 5, 1 + n))},{phone()}" for n in range(3)]
    lines.append(f"钱错号,33010019900101000X,{phone()}")
    return SimpleUploadedFile("名册.csv", "\n".join(lines).encode("utf-8-sig"), "text/csv")


def test_from_the_file_to_the_members_and_back(officer, holds, world):
    for page in (to(), to("new")):
        assert officer.get(page).status_code == 200
    assert officer.get(to("template"))["Content-Disposition"].startswith("attachment")
    sent = officer.post(to("new"), {"org": str(world.firm.pk), "mode": "changes", "file": sheet()})
    assert sent.status_code == 302, sent.content.decode()
    batch = sent["Location"]
    shown = officer.get(batch).content.decode()
    assert "开始导入" in shown and "校验" in shown
    for step in ("columns", "verdicts", "run", "refused"):
        assert officer.get(f"{batch}{step}").status_code == 200, step
        assert holds("officer_township", world.yangxi).get(f"{batch}{step}").status_code == 404, step
    before = Membership.objects.filter(org=world.firm).count()
    digest = officer.get(f"{batch}run").content.decode().split('name="digest" value="')[1].split('"')[0]
    assert officer.post(f"{batch}run", {"_confirm": "1", "digest": digest}).status_code == 302
    assert Membership.objects.filter(org=world.firm).count() == before + 3
    assert officer.post(f"{batch}undo", {"_confirm": "1", "note": "传错了"}).status_code == 302
    assert Membership.objects.filter(org=world.firm).count() == before
