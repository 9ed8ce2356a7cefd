"""Thresholds and committee-size tables in force on a day: shipped files, overridden by rows."""

from __future__ import annotations

from datetime import date

from gongjia.who import data
from gongjia.who.data import SizeRow
from gongjia.who.orgs.kinds import RULE_VALUES
from gongjia.who.orgs.models import CommitteeSize, RuleValue


def rule_values(on: date) -> dict[str, int | str]:
    """Every threshold as it stands on a day. One query."""
    values = {key: kind.default for key, kind in RULE_VALUES.items()}
    rows = RuleValue.objects.filter(from_on__lte=on).order_by("from_on").values_list("key", "value")
    for key, value in rows:
        if key in values:
            values[key] = int(value) if isinstance(values[key], int) else value
    return values


def rule_value_rows() -> list[tuple[str, str, str, date, str]]:
    """(key, label, value, from, note) of all rows entered, newest first: for the set-up page."""
    return [
        (row.key, RULE_VALUES[row.key].label, row.value, row.from_on, row.note)
        for row in RuleValue.objects.order_by("key", "-from_on")
        if row.key in RULE_VALUES
    ]


def committee_table(scheme: str) -> tuple[str, tuple[SizeRow, ...]]:
    """Title and rows of a committee-size table; an entered one replaces the shipped one of that name."""
    rows = CommitteeSize.objects.filter(scheme=scheme).order_by("at_least")
    own = tuple(SizeRow(row.at_least, row.at_most, row.low, row.high, row.odd_only) for row in rows)
    title, shipped = data.committee_sizes().get(scheme, (scheme, ()))
    return title, own or shipped


def committee_schemes() -> dict[str, str]:
    """Scheme -> title, shipped and entered."""
    own = dict.fromkeys(CommitteeSize.objects.values_list("scheme", flat=True).distinct())
    shipped = {scheme: title for scheme, (title, _) in data.committee_sizes().items()}
    return {**{scheme: scheme for scheme in own}, **shipped}
