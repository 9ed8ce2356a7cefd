"""A figure opened up: children under their names of the day, small cells hidden, rows only to who may see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gongjia.base.refused import Forbidden
from gongjia.report import queries
from gongjia.report.figure import figures
from tests.report import world as made
from tests.report.conftest import CUTOFF, H1


def cells(drill):
    return {row.name: row.shown for row in drill.rows}


def test_children_side_by_side(half):
    drill = queries.drill(half.officer, "orgs.founded", half.fed, H1)
    assert drill.total.value == 19 and drill.total_shown == "19家" and drill.repeated == 0
    assert drill.rows[0].own and drill.rows[0].name == "本级"
    assert sum(row.cell.value for row in drill.rows) == 19
    assert len(drill.rows) == 17
    hand = queries.drill(half.officer, "care.safe_returns", half.fed, H1)
    assert cells(hand)["本级"] == "86名" and cells(hand)["第1工会"] == "未填报"


def test_old_reports_show_old_names(half):
    from gongjia.who.orgs.models import OrgName

    union = half.world.orgs[1]
    OrgName.objects.filter(org=union).update(to_on=date(2018, 7, 1))
    OrgName.objects.create(org=union, name="改名工会", short_name="改名", from_on=date(2018, 7, 1))
    assert "改名工会" not in cells(queries.drill(half.officer, "orgs.basic", half.fed, H1))
    from gongjia.base.period import Period

    assert "改名工会" in cells(queries.drill(half.officer, "orgs.basic", half.fed, Period.parse("2018Q3")))


def sensitive(half, values):
    """accident_claims: one number for each of the first unions."""
    for number, value in enumerate(values, 1):
        made.add_hand(half.world, half.world.orgs[number], "care.accident_claims", H1.start, H1.last_day, value)


def test_small_cells_of_sensitive_figures_are_hidden_from_who_may_not_see_the_rows(half):
    sensitive(half, [3, 9, 4, 20])
    blind = half.world.officer(half.fed, "report.read")
    drill = queries.drill(blind, "care.accident_claims", half.fed, H1)
    shown = cells(drill)
    assert [shown[f"第{number}工会"] for number in (1, 2, 3, 4)] == ["少于5", "9起", "少于5", "20起"]
    assert drill.total.value == 15 + 36 and not drill.may_list
    with pytest.raises(Forbidden):
        queries.record_rows(blind, "care.accident_claims", half.fed, H1)
    seeing = cells(queries.drill(half.officer, "care.accident_claims", half.fed, H1))
    assert [seeing[f"第{number}工会"] for number in (1, 2, 3, 4)] == ["3起", "9起", "4起", "20起"]


def test_one_hidden_cell_alone_would_be_given_away_by_the_total(half):
    sensitive(half, [3, 9, 6])
    blind = half.world.officer(half.fed, "report.read")
    shown = cells(queries.drill(blind, "care.accident_claims", half.fed, H1))
    hidden = [name for name, text in shown.items() if text == "少于5"]
    assert len(hidden) == 2 and "第1工会" in hidden


def test_figures_that_are_not_sensitive_stay(half):
    blind = half.world.officer(half.fed, "report.read")
    assert "少于5" not in cells(queries.drill(blind, "orgs.basic", half.fed, H1)).values()
    assert figures.get("care.accident_claims").sensitive


def test_records_are_paged_without_gaps(half):
    for key in ("members.real_name", "orgs.coverage", "orgs.founded", "care.safe_returns"):
        whole = [one.record.id for one in queries.record_rows(half.officer, key, half.fed, H1, CUTOFF, limit=10_000)]
        paged, after = [], ""
        while True:
            page = queries.record_rows(half.officer, key, half.fed, H1, CUTOFF, after=after, limit=7)
            if not page:
                break
            paged += [one.record.id for one in page]
            after = page[-1].after
        assert paged == whole and len(set(whole)) == len(whole), key


def test_rows_of_members_only_to_who_may_read_members(half):
    reader = half.world.officer(half.fed, "report.read", "orgs.read")
    assert queries.record_rows(reader, "orgs.founded", half.fed, H1)
    with pytest.raises(Forbidden):
        queries.record_rows(reader, "members.total", half.fed, H1)
    with pytest.raises(Forbidden):
        queries.record_rows(reader, "orgs.coverage", half.fed, H1) and queries.record_rows(
            half.world.officer(half.fed, "report.read"), "orgs.coverage", half.fed, H1
        )
    rows = queries.record_rows(half.officer, "members.total", half.fed, H1)
    assert all(row.record.label == "测*" and row.org_name for row in rows)


def test_checks_name_what_does_not_add_up(half):
    entry = queries.hand_entries(half.officer, figure="places.nursing_rooms_national").get()
    type(entry).objects.filter(pk=entry.pk).update(value=4)
    assert queries.checks(half.report)[0] == "“达到国家级母婴室标准”大于“妈咪暖心小屋”。"


def test_a_frozen_copy_of_a_cell_is_not_shared(half):
    result = figures.get("orgs.founded").by_child(half.fed, H1)
    assert replace(result.total, hidden=True).hidden and not result.total.hidden
