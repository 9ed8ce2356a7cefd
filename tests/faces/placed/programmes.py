"""Rounds, applications, decisions, awards, appeals and judges at the places; one judge who is nobody's officer."""

from __future__ import annotations

from typing import Any

from tests.faces.placements import AT, DAY, PDF, PLACES, Target, World, at_places, of_owners

FORM = (
    {"key": "reason", "label": "理由", "kind": "text"},
    {"key": "proof", "label": "材料", "kind": "file"},
    {"key": "income", "label": "收入", "kind": "money", "sensitive": True},
)
HISTORY = "姓名,身份证号,项目,日期\n王老师傅,,助学,2016-09-01\n李没有,,助学,2016-09-01\n"


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.work.programmes import actions
    from gongjia.work.programmes.models import Appeal, Application, Award, Decision, HistoryBatch, Judge

    clerk = world.rows["person"]["school"]
    for place in PLACES:
        org = world.orgs[place]
        # a draft: an open round is seen by everybody below it, which is no secret
        round_ = actions.make_round(
            type="general", org=org, title="春风行动", year=2018, opens_at=AT, fields=FORM, quota=9,
            criteria=[{"key": "deeds", "label": "事迹", "weight": "1", "most": "10"}],
            desk_rules=[actions.DeskRule(1, "opener")], **world.by,
        )  # fmt: skip
        world.put("programmes_round", place, round_)
        proof = world.put("programmes_file", place, attachments.store(PDF, name="材料.pdf", **world.by))

        def made(number: str, **more: Any) -> Any:
            values = {
                "number": number, "round": round_, "type": "general", "subject": "org", "applicant_name": org.name,  # noqa: B023
                "org": org, "scope_org": org, "for_org": org, "saved_at": AT, "answers": {"proof": [str(proof.pk)]},  # noqa: B023
                **more,
            }  # fmt: skip
            return Application.objects.create(**values)

        stands = {"submitted_at": AT, "desk_since": DAY, "desk_due": DAY}
        one = made(
            f"P-{place}-1", state="in_review", desk_no=1, desk_org=org, answers_sealed='{"income": 100}', **stands
        )
        world.put("programmes_application", place, one)
        world.put(
            "programmes_draft", place,
            made("", state="draft", counter=True, happened_on=DAY, entered_by=clerk),
        )  # fmt: skip
        declined = made(f"P-{place}-2", state="declined", decided_on=DAY, submitted_at=AT)
        appeal = Appeal.objects.create(application=declined, org=org, text="材料属实，请再看一次。", filed_on=DAY)
        world.put("programmes_appeal", place, appeal)
        decision = Decision.objects.create(round=round_, org=org, number="建工〔2018〕1号", decided_on=DAY)
        world.put("programmes_decision", place, decision)
        given = made(f"P-{place}-3", state="awarded", decided_on=DAY, decision=decision, submitted_at=AT)
        award = Award.objects.create(
            application=given, round=round_, type="general", org=org, for_org=org, kind="honour", title="先进单位",
            awarded_on=DAY, decision=decision, serial=f"2018-TY-{place.upper()}-KQZ7",
        )  # fmt: skip
        world.put("programmes_award", place, award)
        sheet = attachments.store(HISTORY.encode("utf-8-sig"), name="2016年.csv", **world.by)
        world.put(
            "programmes_batch", place,
            HistoryBatch.objects.create(
                org=org, type="general", file=sheet, before=DAY, state="checked", uploaded_at=AT,
                verdicts=[[2, "王*", "good", "助学"], [3, "李*", "refused", "证件号码不在会员资料里。"]], good=1, refused=1,
            ),
        )  # fmt: skip
        world.put("programmes_judge", place, Judge.objects.create(round=round_, name=f"评委{place}"))
    ready = Application.objects.create(
        number="P-ready", round=world.rows["programmes_round"]["other"], type="general", subject="org",
        applicant_name="乙公司", org=world.orgs["other"], scope_org=world.orgs["other"], for_org=world.orgs["other"],
        saved_at=AT, submitted_at=AT, state="in_review", ready=True,
    )  # fmt: skip
    world.put("programmes_ready", "other", ready)
    own = Judge.objects.create(
        round=world.rows["programmes_round"]["other"], name="评委本人", person=world.rows["person"]["firm"]
    )
    world.put("programmes_seat", "member", own)


def _few(world: World, kind: str, scope: str, rest: Any = ()) -> list[Target]:
    """Two places are enough for a page that lays out a paper."""
    return [one for one in at_places(world, kind, scope, rest) if one.places[0] in ("firm", "other")]


READ, ROUND = "programmes.read", "programmes_round"

FACTORIES = {
    "console:programmes_": lambda w: at_places(w, ROUND, READ),
    "console:programmes_field": lambda w: at_places(w, ROUND, READ, ("reason",)),
    "console:programmes_field_new": lambda w: at_places(w, ROUND, READ),
    "console:programmes_quota_back": lambda w: at_places(w, ROUND, READ, lambda place: (w.orgs[place].pk,)),
    "console:programmes_sheet": lambda w: at_places(w, "programmes_judge", "programmes.panel"),
    "console:programmes_scoring": lambda w: of_owners(w, "programmes_seat"),
    "console:programmes_score": lambda w: [
        Target((w.rows["programmes_seat"]["member"].pk, w.rows["programmes_ready"]["other"].pk), owner="member")
    ],
    "console:programmes_decision": lambda w: at_places(w, "programmes_decision", READ),
    "console:programmes_settle": lambda w: at_places(w, "programmes_decision", READ),
    "console:programmes_renotice": lambda w: at_places(w, "programmes_decision", READ),
    "console:programmes_paper": lambda w: _few(w, "programmes_decision", READ, ("decision",)),
    "console:programmes_award": lambda w: at_places(w, "programmes_award", READ),
    "console:programmes_revoke": lambda w: at_places(w, "programmes_award", READ),
    "console:programmes_check": lambda w: at_places(w, "programmes_award", READ),
    "console:programmes_certificate": lambda w: _few(w, "programmes_award", READ),
    "console:programmes_appeal": lambda w: at_places(w, "programmes_appeal", "programmes.appeals"),
    "console:programmes_fill": lambda w: at_places(w, "programmes_draft", "programmes.counter"),
    "console:programmes_history_one": lambda w: at_places(w, "programmes_batch", "programmes.import"),
    "console:programmes_history_refused": lambda w: at_places(w, "programmes_batch", "programmes.import"),
    "console:programmes_history_blank": lambda w: [Target(("general",))],
    "console:programmes_application": lambda w: at_places(w, "programmes_application", READ),
    "console:programmes_entries": lambda w: at_places(w, ROUND, READ),
    "console:programmes_reveal": lambda w: at_places(w, "programmes_application", READ, (), "programmes.reveal"),
    "console:programmes_file": lambda w: at_places(
        w, "programmes_application", READ, lambda place: (w.rows["programmes_file"][place].pk,)
    ),
}
