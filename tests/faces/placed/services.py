"""Applications and awards of members at the places, and a round that everybody sees: the portal's services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faces.placements import AT, MEMBER_PLACES, Target, World

FIELDS = [
    {"key": "why", "label": "申请理由", "kind": "text", "required": True, "most": 100},
    {"key": "paper", "label": "证明", "kind": "file"},
    {"key": "card", "label": "家属证件号码", "kind": "text", "sensitive": True, "most": 20},
    {"key": "call", "label": "联系电话", "kind": "text", "sensitive": True, "most": 20},
]
BANK_CARD = "6222020000000007"


def build(world: World) -> None:
    from gongjia.base.actor import Actor
    from gongjia.base.journal import attachments
    from gongjia.money.funds import actions as money
    from gongjia.work.households.models import Condolence
    from gongjia.work.programmes import actions
    from gongjia.work.programmes.models import Award
    from tests.faces.placements import PDF

    round_ = actions.make_round(
        type="general", org=world.orgs["fed"], title="互助申请", year=2018, opens_at=AT - timedelta(days=3),
        fields=FIELDS, decides="desk", **world.by,
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, **world.by)
    second = actions.make_round(
        type="general", org=world.orgs["fed"], title="疗休养报名", year=2018, opens_at=AT - timedelta(days=3), fields=FIELDS,
        **world.by,
    )  # fmt: skip
    second = actions.open_round(round_=second, **world.by)
    world.rows["service_round"] = {"fed": round_}
    world.numbers.add(BANK_CARD)
    for place in MEMBER_PLACES:
        person = world.rows["person"][place]
        actor = Actor(person.account_id, person.pk, person.name)
        paper = attachments.store(PDF, name="证明.pdf", actor=actor, at=AT)
        one = actions.start_draft(round_=round_, actor=actor, at=AT)
        secret = {"card": world.identity(date(1961, 2, 3)), "call": world.number()}
        answers = {"why": "家里有事", "paper": [str(paper.pk)], **secret}
        actions.save_draft(application=one, answers=answers, actor=actor, at=AT)
        one = actions.submit(application=one, actor=actor, at=AT)
        draft = actions.start_draft(round_=second, actor=actor, at=AT)
        world.put("own_draft", place, actions.save_draft(application=draft, answers=secret, actor=actor, at=AT))
        money.enter_account(person=person, number=BANK_CARD, bank="测试银行", holder=person.name, actor=actor, at=AT)
        world.put(
            "own_condolence", place,
            Condolence.objects.create(
                org=world.orgs[place], person=person, why="hospital", amount=20000, on=AT.date(), entered_by="测试",
                entered_at=AT,
            ),
        )  # fmt: skip
        world.put("own_application", place, one)
        world.put("own_application_file", place, paper)
        world.put(
            "own_award", place,
            Award.objects.create(
                type="general", org=world.orgs[place], person=person, kind="grant", title="历史补助", awarded_on=AT.date(),
                origin="import", amount=10000,
            ),
        )  # fmt: skip


# who reads a place's own record: the persona `member` is the person at the firm
OWNERS = {"firm": "member"}


def of_members(world: World, kind: str, rest: Any = ()) -> list[Target]:
    """Each person's own; those of nobody who asks here must look like none to all."""
    found = []
    for place, row in world.rows[kind].items():
        more = tuple(rest(place)) if callable(rest) else tuple(rest)
        found.append(Target((row.pk, *more), owner=OWNERS.get(place, "nobody")))
    return found


def _own(*rest: Any, kind: str = "own_application") -> Any:
    return lambda w: of_members(w, kind, rest)


FACTORIES = {
    "portal:service": lambda w: [Target((f"r{w.rows['service_round']['fed'].pk.hex}",))],
    "portal:service_round": lambda w: [Target((w.rows["service_round"]["fed"].pk,))],
    "portal:service_start": lambda w: [Target((w.rows["service_round"]["fed"].pk,))],
    "portal:service_join_union": lambda w: [Target((w.orgs["firm"].code,))],
    "portal:service_application": _own(),
    "portal:service_resume": _own(kind="own_draft"),
    "portal:service_fill": _own(1, kind="own_draft"),
    "portal:service_keep": _own(1, kind="own_draft"),
    "portal:service_summary": _own(kind="own_draft"),
    "portal:service_withdraw": _own(),
    "portal:service_discard": _own(kind="own_draft"),
    "portal:service_received": _own(),
    "portal:service_appeal": _own(),
    "portal:service_file": lambda w: of_members(
        w, "own_application", lambda place: (w.rows["own_application_file"][place].pk,)
    ),
    "portal:service_award": lambda w: of_members(w, "own_award"),
    "portal:service_condolence": lambda w: of_members(w, "own_condolence"),
}
