"""A form cut into short screens: one topic each, in the form's own order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongjia.work.programmes.rules import forms

Field = Mapping[str, Any]
MOST = 3  # plain fields on one screen
ALONE = ("rows", "person", "union")


@dataclass(frozen=True)
class Step:
    number: int
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        """The topic, where the form names one; else the labels of the fields say enough."""
        return str(self.fields[0].get("topic") or "")

    def shown(self, answers: Mapping[str, Any]) -> list[Field]:
        """The fields that are asked, given what has been answered so far."""
        return [one for one in self.fields if forms.shown(one, answers)]


def steps_of(spec: Mapping[str, Any], stage: int) -> list[Step]:
    """The screens of a form. A field that hangs on another's answer never stands on the same screen as that one,
    so that it works without a script."""
    found: list[list[Field]] = []
    for one in forms.fields_of(spec, stage):
        if found and _fits(found[-1], one):
            found[-1].append(one)
        else:
            found.append([one])
    return [Step(number, tuple(some)) for number, some in enumerate(found, start=1)]


def _fits(some: Sequence[Field], one: Field) -> bool:
    last = some[-1]
    if one.get("topic") != last.get("topic") or int(one.get("stage") or 1) != int(last.get("stage") or 1):
        return False
    if one["kind"] in ALONE or last["kind"] in ALONE or len(some) >= MOST:
        return False
    if (one["kind"] == "file") != (last["kind"] == "file"):
        return False
    rule = one.get("show_if")
    if rule and rule.get("field") in {other["key"] for other in some}:
        return False
    return not (one.get("lines") and len(some) > 1)


def next_of(steps: Sequence[Step], number: int, answers: Mapping[str, Any]) -> Step | None:
    """The next screen that asks anything; None: all is asked."""
    return next((step for step in steps if step.number > number and step.shown(answers)), None)


def before(steps: Sequence[Step], number: int, answers: Mapping[str, Any]) -> Step | None:
    return next((step for step in reversed(steps) if step.number < number and step.shown(answers)), None)


def place_of(steps: Sequence[Step], number: int, answers: Mapping[str, Any]) -> tuple[int, int]:
    """(which, of how many), counting only screens that ask something."""
    asked = [step.number for step in steps if step.shown(answers)]
    return (sum(one <= number for one in asked) or 1, len(asked) or 1)


def step_with(steps: Sequence[Step], key: str) -> int:
    """The screen of a field."""
    return next((step.number for step in steps if any(one["key"] == key for one in step.fields)), 1)


def first_open(steps: Sequence[Step], answers: Mapping[str, Any]) -> Step | None:
    """Where to go on: the first screen that lacks a required answer."""
    for step in steps:
        for one in step.shown(answers):
            if one.get("required") and answers.get(one["key"]) in (None, "", [], False):
                return step
    return None
