"""The canonical hash: of content, not of ids, keys or order; every table of business counts."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.secret import BlindIndexField
from gongjia.config import backup, canonical
from gongjia.who.members import actions as members
from gongjia.who.orgs import actions as orgs

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("测试", ["*"])
DAY = date(2018, 6, 1)
SHEET = "工会名称,组织类型,上级工会\n甲镇总工会,乡镇(街道)工会,\n乙镇总工会,乡镇(街道)工会,\n"


class Undo(Exception):
    """Leaves the block with nothing kept."""


def federation(
    *, name: str = "测试县总工会", people: tuple[str, ...] = ("甲一", "乙二"), phone: str = "19900000001"
) -> None:
    with clock.standing(DAY):
        at = clock.now()
        top = orgs.found_federation(code="339999", name=name, actor=MACHINE, at=at).org
        orgs.import_sheet(SHEET.encode(), name="s.csv", actor=MACHINE, at=at, under=top)
        for place, person in enumerate(people):
            facts = members.PersonFacts(name=person, phone=phone if place == 0 else "19900000002")
            members.add_person(facts=facts, org=top, actor=MACHINE, at=at)


def hashes(**how) -> dict[str, tuple[int, str]]:
    """Of a federation that is built and taken back: the next one has other ids and ciphertexts."""
    found = {}
    with pytest.raises(Undo), transaction.atomic():
        federation(**how)
        found = canonical.table_hashes()
        raise Undo
    return found


def different(one: dict, other: dict) -> list[str]:
    return sorted(label for label in one if one[label] != other[label])


def test_equal_content_gives_equal_hashes() -> None:
    one, other = hashes(), hashes()
    assert different(one, other) == []
    assert one["orgs.org"][0] == 3 and one["members.person"][0] == 2


def test_the_order_of_rows_does_not_count() -> None:
    one = hashes(people=("甲一", "乙二"), phone="19900000002")
    other = hashes(people=("乙二", "甲一"), phone="19900000002")
    assert different(one, other) == []


def test_a_changed_value_shows_in_its_table_and_in_those_that_point_there() -> None:
    changed = different(hashes(), hashes(name="别的县总工会"))
    assert "orgs.org" in changed and "orgs.orgclosure" in changed and "members.person" not in changed


def test_a_changed_secret_shows_though_ciphertexts_always_differ() -> None:
    assert different(hashes(), hashes(phone="19900000009")) == ["members.person"]


def test_business_tables_are_all_but_the_named_ones() -> None:
    counted = {model._meta.label_lower for model in canonical.business_models()}
    ours = {
        model._meta.label_lower
        for config in apps.get_app_configs()
        if config.name in settings.OUR_APPS and config.label not in canonical.SKIP_APPS
        for model in config.get_models(include_auto_created=True)
    }
    assert counted == ours - canonical.SKIP_MODELS
    assert ours >= canonical.SKIP_MODELS, "a table that is skipped exists no more"
    for label, names in canonical.SKIP_FIELDS.items():
        assert names <= {field.name for field in apps.get_model(label)._meta.get_fields()}


def test_targets_come_before_those_who_point_at_them() -> None:
    ordered = canonical.in_order(canonical.business_models())
    places = {model: place for place, model in enumerate(ordered)}
    for model in ordered:
        for field in model._meta.local_concrete_fields:
            target = field.related_model
            if field.is_relation and target in places and target is not model and not field.null:
                assert places[target] < places[model], f"{model} before {target}"


def test_blind_indexes_do_not_count() -> None:
    for model in canonical.business_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, BlindIndexField):
                assert not canonical._counts(model, field)


def test_table_digests_see_every_column_and_every_table() -> None:
    """What a restore is held against: one changed bit, one missing table."""
    before = backup.table_digests()
    assert "cell.orgs_org" in before and "public.procrastinate_jobs" in before and "cell.journal_entry" in before
    federation()
    after = backup.table_digests()
    assert after["cell.orgs_org"] != before["cell.orgs_org"]
    assert after["cell.django_session"] == before["cell.django_session"]
