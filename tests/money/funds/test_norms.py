"""科目和计税: what ships from memory is marked, and an officer changes it from a day on without a release."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden, Refused
from gongjia.money.funds import actions, data, queries
from gongjia.money.funds.models import Payment
from tests.money.funds.conftest import AT

pytestmark = pytest.mark.django_db
DAY = AT.date()


def put(chain, table, key, value, *, since=DAY, clause="本级规定 第一条", actor=None):
    return actions.set_norm(
        org=chain.world.fed, table=table, key=key, value=value, since=since, clause=clause,
        actor=actor or chain.approver, at=AT,
    )  # fmt: skip


def test_every_shipped_row_names_its_source_and_says_when_nobody_has_confirmed_it(chain):
    rows = queries.norms(DAY)
    assert all(row.clause for row in rows)
    assert {row.table for row in rows if row.check} == {"item", "tax", "rate", "limit"}
    assert set(queries.items(DAY)) == {row["code"] for row in data.items()}


def test_an_item_is_added_and_another_no_longer_offered(chain):
    put(chain, "item", "50209", "其他维权支出")
    put(chain, "item", "508", "", since=DAY + timedelta(1))
    assert queries.items(DAY)["50209"] == "其他维权支出" and "508" in queries.items(DAY)
    later = queries.items(DAY + timedelta(1))
    assert "508" not in later and queries.item_names()["508"] == "其他支出"
    batch = actions.open_batch(org=chain.world.fed, title="按新科目", item="50209", **chain.by)
    assert batch.item == "50209"
    with pytest.raises(Refused):
        actions.open_batch(org=chain.world.fed, title="没有的科目", item="59999", **chain.by)


def test_the_tax_of_a_type_follows_the_row_and_an_old_payment_keeps_its_own(chain):
    before = chain.batch(chain.award(chain.member(), 1_000_00))
    put(chain, "tax", "grant/general", "prize")
    put(chain, "rate", "prize", "12.5", clause="测试税率文件")
    batch = chain.batch(chain.award(chain.member("李四"), 1_000_00), title="改后")
    old, new = Payment.objects.get(batch=before), Payment.objects.get(batch=batch)
    assert (old.tax, new.tax, new.net) == (0, 125_00, 875_00)
    assert queries.tax_clause(new) == "测试税率文件" and "救济金" in queries.tax_clause(old)


def test_a_limit_follows_its_row(chain):
    put(chain, "limit", "cooling_hours", "0")
    assert queries.limit("cooling_hours", DAY) == 0 and queries.limit("cooling_hours", DAY - timedelta(1)) == 24


@pytest.mark.parametrize(
    ("table", "key", "value", "more", "code"),
    [
        ("item", "五〇二", "名称", {}, "item_code"),
        ("tax", "grant/tuition", "free", {}, "code_unknown"),
        ("tax", "loan", "prize", {}, "code_unknown"),
        ("rate", "prize", "120", {}, "limit_number"),
        ("limit", "split_days", "一周", {}, "limit_number"),
        ("limit", "no_such", "7", {}, "code_unknown"),
        ("item", "50204", "困难职工帮扶费", {"clause": " "}, "clause_missing"),
        ("item", "50204", "困难职工帮扶费", {"since": DAY - timedelta(1)}, "dates_order"),
    ],
)
def test_what_cannot_stand_in_a_table_is_refused(chain, table, key, value, more, code):
    with pytest.raises(Refused) as why:
        put(chain, table, key, value, **more)
    assert why.value.codes == (code,)


def test_only_the_approver_changes_a_table_and_it_is_written_down(chain):
    with pytest.raises(Forbidden):
        put(chain, "item", "50209", "其他维权支出", actor=chain.maker)
    put(chain, "item", "50209", "其他维权支出")
    assert Entry.objects.filter(action="funds.norm_set").count() == 1
