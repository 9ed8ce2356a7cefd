"""The page classes: lists page, filter, search and export; forms lose nothing; moves are confirmed."""

from __future__ import annotations

import re
import uuid
from io import BytesIO
from urllib.parse import unquote

import pytest

from gongjia.base import clock
from gongjia.faces.shared import drafts
from gongjia.faces.shared.models import Draft
from tests.faces.shared import sample_urls

pytestmark = pytest.mark.urls("tests.faces.shared.sample_urls")


def text(response) -> str:
    return response.content.decode()


def make_rows(count: int, start: int = 0) -> None:
    Draft.objects.bulk_create(
        Draft(
            account_id=uuid.UUID(int=start + index + 1000),
            key=f"行{start + index:04}",
            body=b"x",
            saved_at=clock.real_now(),
        )
        for index in range(count)
    )


@pytest.fixture(autouse=True)
def nothing_done():
    sample_urls.ACTED.clear()


def test_the_same_number_of_queries_for_1_and_50_rows(officer, django_assert_num_queries):
    make_rows(1)
    officer.get("/rows/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as one:
        officer.get("/rows/")
    make_rows(49, 1)
    with CaptureQueriesContext(connection) as fifty:
        officer.get("/rows/")
    assert len(one) == len(fifty)


def test_pages_say_where_they_stand_and_lead_on(officer):
    make_rows(120)
    first = text(officer.get("/rows/?state=a"))
    assert "第 1–50 条，共 120 条" in first
    address = re.search(r'rel="next" href="([^"]+)"', first).group(1).replace("&amp;", "&")
    assert "state=a" in address
    second = text(officer.get("/rows/" + address))
    assert "第 51–100 条，共 120 条" in second
    assert "行0050" in second
    assert "行0049" not in second


def test_a_private_search_never_stands_in_the_address(officer):
    make_rows(3)
    answer = officer.post("/rows/?state=a", {"q": "330100199001010014"})
    assert answer.status_code == 302
    assert "330100199001010014" not in unquote(answer["Location"])
    page = text(officer.get(answer["Location"]))
    assert "330****14" in page
    assert "没有符合条件" in page
    plain = officer.post("/rows/", {"q": "行0001"})
    assert unquote(plain["Location"]) == "/rows/?q=行0001"
    assert "行0001" in text(officer.get(plain["Location"]))


def test_a_sealed_search_is_its_searcher_s_own(officer, sample_actors):
    from django.test import Client

    from tests.faces.shared.conftest import account_named

    address = officer.post("/rows/", {"q": "330100199001010014"})["Location"]
    other = Client()
    other.force_login(account_named("叶建平·干部"))
    assert "330****14" not in text(other.get(address))


def test_filters_in_force_are_chips_that_come_off(officer):
    make_rows(1)
    page = text(officer.get("/rows/?kind=x&gaps=1&on_from=2018-01-01&kind2=1&state=zzz"))
    assert "性质：企业" in page
    assert "日期：2018-01-01 至 今天" in page
    off = re.search(r'href="(\?[^"]*)">性质：企业', page).group(1)
    assert "kind=x" not in off
    assert "gaps=1" in off


def test_bulk_acts_show_only_what_one_may(officer):
    make_rows(1)
    page = text(officer.get("/rows/"))
    assert "提醒" in page
    assert "不该看见" not in page


def test_an_empty_list_teaches(officer):
    assert "还没有人" in text(officer.get("/rows/"))


def test_the_export_is_masked_and_has_every_row(officer):
    from openpyxl import load_workbook

    make_rows(70)
    answer = officer.post("/rows/", {"_export": "1"})
    assert answer.status_code == 200
    assert unquote(answer["Content-Disposition"]).startswith("attachment; filename*=UTF-8''名册-")
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    head = next(index for index, row in enumerate(rows) if row[0] == "名称")
    body = rows[head + 1 :]
    assert len(body) == 70
    assert body[0][0] == "行0000"
    assert "*" in body[0][1]
    assert body[0][3] == "在籍"
    assert float(body[0][4]) == 45_000.0


def test_a_form_comes_back_with_everything_and_the_faults_beside_their_fields(officer):
    answer = officer.post("/fill", {"name": "方 建国", "id_no": "９1010119900101001x"})
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="方 建国"' in page
    assert "有 2 处需要改正" in page
    assert 'href="#f-id_no">身份证号：最后一位对不上。请对照证件核对。' in page
    assert "这家工会已经撤销。（《工会法》第十三条）" in page
    assert 'aria-invalid="true"' in page
    assert sample_urls.ACTED == []


def test_a_form_is_mended_silently_and_done(officer):
    answer = officer.post("/fill?next=/rows/", {"name": "方 建国", "id_no": "３30100 19900101001x"})
    assert (answer.status_code, answer["Location"]) == (302, "/rows/")
    assert sample_urls.ACTED == [{"name": "方建国", "id_no": "33010019900101001X", "password": ""}]
    assert "已提交。" in text(officer.get("/rows/"))
    assert "已提交。" not in text(officer.get("/rows/"))


def test_a_foreign_way_back_is_not_taken(officer):
    answer = officer.post("/fill?next=https://elsewhere.example/", {"name": "方建国", "id_no": "330100199001010014"})
    assert answer["Location"] == "/rows/5"


def test_on_leaving_a_field_only_that_field_comes_back(officer):
    answer = officer.post("/fill", {"name": "", "id_no": "8"}, headers={"X-Check-Field": "id_no"})
    page = text(answer)
    assert answer.status_code == 200
    assert "已在别的工会。" in page
    assert "姓名" not in page
    assert "<html" not in page
    good = text(officer.post("/fill", {"id_no": "330100199001010014"}, headers={"X-Check-Field": "id_no"}))
    assert "已核对" in good
    assert officer.post("/fill", {}, headers={"X-Check-Field": "nonsense"}).status_code == 204


def test_a_draft_is_kept_sealed_comes_back_and_goes_when_sent(officer):
    saved = officer.post(
        "/ui/draft/tests.fill:", {"name": "方建国", "id_no": "3301", "password": "geheim", "csrfmiddlewaretoken": "x"}
    )
    assert re.match(r"\d\d:\d\d:\d\d", saved.json()["saved"])
    officer.post("/ui/draft/tests.fill:", {"name": "方建国", "id_no": "33010", "password": "geheim"})
    row = Draft.objects.get()
    assert "方建国".encode() not in bytes(row.body)
    assert b"geheim" not in bytes(row.body)
    page = text(officer.get("/fill"))
    assert 'value="33010"' in page
    assert "接着上次填写" in page
    assert "geheim" not in page
    officer.post("/fill", {"name": "方建国", "id_no": "330100199001010014"})
    assert not Draft.objects.exists()
    assert "接着上次填写" not in text(officer.get("/fill"))


def test_a_draft_can_be_thrown_away(officer):
    officer.post("/ui/draft/tests.fill:", {"name": "方建国"})
    answer = officer.post("/fill", {"_drop_draft": "1"})
    assert answer.status_code == 302
    assert not Draft.objects.exists()


def test_drafts_are_one_s_own_and_bounded(officer, member):
    officer.post("/ui/draft/tests.fill:", {"name": "方建国"})
    assert Draft.objects.count() == 1
    member.post("/ui/draft/tests.fill:", {"name": "叶秀英"})
    assert Draft.objects.count() == 2
    assert 'value="方建国"' in text(officer.get("/fill"))
    assert officer.post("/ui/draft/tests.fill:", {"name": "长" * (drafts.MOST + 1)}).status_code == 413


def test_a_draft_moved_to_another_row_opens_nothing(officer):
    officer.post("/ui/draft/tests.fill:", {"name": "方建国"})
    row = Draft.objects.get()
    Draft.objects.filter(pk=row.pk).update(body=bytes(row.body)[:-1] + bytes([row.body[-1] ^ 1]))
    assert "接着上次填写" not in text(officer.get("/fill"))


def test_old_drafts_are_forgotten(officer):
    officer.post("/ui/draft/tests.fill:", {"name": "方建国"})
    assert drafts.sweep() == 0
    with clock.standing(clock.now() + drafts.timedelta(days=31)):
        assert drafts.sweep() == 1


def test_a_record_of_another_place_and_one_that_is_hidden(officer):
    assert officer.get("/rows/here").status_code == 200
    assert officer.get("/rows/foreign").status_code == 403
    assert officer.get("/rows/none").status_code == 404


def test_a_detail_shows_steps_and_why_not_now(officer):
    page = text(officer.get("/rows/here"))
    assert "45,000.00 元" in page
    assert "330***********0014" in page
    assert "330100199001010014" not in page
    assert "还有补助没有发。" in page
    assert 'aria-disabled="true"' in page


def test_a_move_is_confirmed_with_its_note(officer):
    asked = officer.post("/move", {"pick": ["a", "b"]})
    assert asked.status_code == 200
    assert "会员资格从今天起终止。" in text(asked)
    assert 'name="pick" value="b"' in text(asked)
    missing = officer.post("/move", {"_confirm": "1", "note": " "})
    assert missing.status_code == 422
    assert "请填写理由。" in text(missing)
    refused = officer.post("/move", {"_confirm": "1", "note": "不行"})
    assert refused.status_code == 422
    assert "请先换届。" in text(refused)
    assert ">不行</textarea>" in text(refused)
    assert sample_urls.ACTED == []
    done = officer.post("/move", {"_confirm": "1", "note": "严重违纪", "pick": ["a", "b"]})
    assert (done.status_code, done["Location"]) == (302, "/rows/")
    assert sample_urls.ACTED == [("严重违纪", ["a", "b"])]


def test_the_gallery_renders_for_officers_and_members(officer, member):
    assert "组件样例" in text(officer.get("/ui/gallery/"))
    assert "电子会员卡" in text(member.get("/ui/gallery/portal"))
    assert member.get("/ui/gallery/").status_code == 403
