"""A long job is watched by its starter, to its end, and by nobody else; a long export is such a job."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from gongjia.base import clock, progress
from gongjia.base.journal import attachments
from gongjia.base.progress.models import Progress
from gongjia.faces.shared.pages import lists
from tests.faces.shared import people, sample_urls
from tests.faces.shared.test_pages import make_rows, text

pytestmark = pytest.mark.urls("tests.faces.shared.sample_urls")


@pytest.fixture
def job(officer):
    """A job of the logged-in officer, half done."""
    from django.contrib.auth import get_user_model

    actor = people.actor_for(get_user_model().objects.get(), clock.now())
    row = progress.start(
        kind="tests.shared.export", label="导入寿昌镇名册", actor=actor, at=clock.now(), total=3000, defer=False
    )
    Progress.objects.filter(pk=row.pk).update(
        state="running", done=1500, started_at=clock.real_now() - timedelta(seconds=30)
    )
    return row


def test_half_done(officer, job):
    page = text(officer.get(f"/console/progress/{job.pk}"))
    assert "导入寿昌镇名册" in page
    assert "1,500 / 3,000" in page
    assert 'aria-valuenow="50"' in page
    assert "大约还要 30 秒" in page or "大约还要 31 秒" in page
    assert 'hx-trigger="every 2s"' in page
    assert 'http-equiv="refresh"' in page


def test_asked_again_only_the_part_comes(officer, job):
    part = text(officer.get(f"/console/progress/{job.pk}", headers={"HX-Request": "true"}))
    assert "1,500 / 3,000" in part
    assert "<html" not in part


def test_at_its_end_nobody_asks_any_more(officer, job):
    Progress.objects.filter(pk=job.pk).update(
        state="done", done=3000, ended_at=clock.real_now(), message="新增 2,960 名，退回 40 行。"
    )
    page = text(officer.get(f"/console/progress/{job.pk}"))
    assert "hx-trigger" not in page
    assert "http-equiv" not in page
    assert "打开结果" in page
    assert "退回 40 行" in page


def test_a_job_that_failed_says_so(officer, job):
    Progress.objects.filter(pk=job.pk).update(state="failed", message="文件打不开。")
    page = text(officer.get(f"/console/progress/{job.pk}"))
    assert "没有完成" in page
    assert "文件打不开。" in page
    assert "打开结果" not in page


def test_it_can_be_cancelled(officer, job):
    assert officer.post(f"/console/progress/{job.pk}").status_code == 302
    assert Progress.objects.get(pk=job.pk).cancel_asked
    assert "正在停下" in text(officer.get(f"/console/progress/{job.pk}"))


def test_another_s_job_is_not_there(officer, job, member):
    assert member.get(f"/console/progress/{job.pk}").status_code == 404
    assert member.post(f"/console/progress/{job.pk}").status_code == 404


def test_a_long_export_is_a_job_that_reads_the_same_filters(officer, monkeypatch):
    from openpyxl import load_workbook

    monkeypatch.setattr(lists, "EXPORT_AT_ONCE", 10)
    make_rows(120)
    answer = officer.post("/rows/?q=行000", {"_export": "1"})
    assert answer.status_code == 200  # ten rows: at once
    answer = officer.post("/rows/?q=行00", {"_export": "1"})
    assert answer.status_code == 302
    row = Progress.objects.get()
    assert "行00" not in str(row.args)
    assert answer["Location"] == f"/console/progress/{row.pk}"
    progress.run_now(row)
    row.refresh_from_db()
    assert row.state == "done", row.message
    book = load_workbook(BytesIO(attachments.open(row.result_file)))
    names = [line[0] for line in book.active.iter_rows(values_only=True) if str(line[0]).startswith("行")]
    assert len(names) == 100
    assert sample_urls.Rows.export_job == "tests.shared.export"
