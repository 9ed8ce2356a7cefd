"""Kept rows: the same as a live count, proved by a recount, read without counting."""

from __future__ import annotations

from datetime import date

from gongjia.base import clock
from gongjia.report import jobs, queries, summary
from gongjia.report.figure import figures
from gongjia.report.models import Summary
from tests.report import world as made

DAY = date(2018, 8, 27)


def test_kept_rows_are_what_a_live_count_gives(half):
    written = summary.refresh(at=made.AT, day=DAY)
    assert written == Summary.objects.count() > 100
    assert summary.recount(DAY) == []
    live = {figure.key: figure.value(half.fed, summary.year_to(DAY)) for figure in figures}
    kept = summary.kept([half.fed.pk], 2018)[half.fed.pk]
    assert {key: one.value for key, one in kept.items()} == live
    assert kept["orgs.founded"].value == 22 and kept["orgs.founded"].source == "records"
    assert kept["skills.talks"].source == "hand"


def test_a_recount_names_what_has_moved_and_a_refresh_mends_it(half):
    summary.refresh(at=made.AT, day=DAY)
    spell = half.world.persons[0].memberships.get()
    type(spell).objects.filter(pk=spell.pk).update(until=date(2018, 8, 1), change_out="6", is_latest=False)
    faults = {(one.org_id, one.figure): (one.kept, one.counted) for one in summary.recount(DAY)}
    assert faults[half.fed.pk, "members.total"] == (40, 39)
    assert (spell.org_id, "members.total") in faults
    summary.refresh(at=made.AT, day=DAY)
    assert summary.recount(DAY) == []
    assert summary.kept([spell.org_id], 2018)[spell.org_id]["members.total"].value == 1


def test_a_tampered_row_is_found(half):
    summary.refresh(at=made.AT, day=DAY)
    Summary.objects.filter(org=half.fed, figure="members.total").update(value=41)
    assert [(one.figure, one.kept, one.counted) for one in summary.recount(DAY)] == [("members.total", 41, 40)]


def test_the_job_may_run_twice(half):
    with clock.standing(DAY):
        assert jobs.refresh_summaries() == jobs.refresh_summaries()
    assert summary.recount(DAY) == []


def test_the_dashboard_reads_kept_rows_only(half, django_assert_num_queries):
    summary.refresh(at=made.AT, day=DAY)
    with django_assert_num_queries(3):
        board = queries.dashboard(half.officer, half.fed, DAY)
    assert len(board.children) == 16
    assert board.tiles["orgs.founded"].kept.value == 22 and str(board.tiles["orgs.founded"].completion) == "73.3"
    assert sum(kept["members.total"].value for _, kept in board.children) == 40
    assert board.tiles["orgs.coverage"].kept.value is not None


def test_before_the_first_refresh_nothing_is_claimed(half):
    board = queries.dashboard(half.officer, half.fed, DAY)
    assert board.tiles["members.total"].kept.counted_at is None
