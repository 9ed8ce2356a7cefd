"""Notices and objections at the places; one that hangs on the public site."""

from __future__ import annotations

from tests.faces.placements import AT, PDF, PLACES, Target, World, at_places


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.base.models import uuid7
    from gongjia.work.publish import actions

    for place in PLACES:
        notice = actions.draft_notice(
            org=world.orgs[place], title="命名公示", body="如下。", place="both", days=5, phone="0571-64710000", ground="办法",
            lines=[actions.Line(uuid7(), "王小明", "甲公司", "拟命名")], **world.by,
        )  # fmt: skip
        actions.post(notice=notice, **world.by)
        actions.add_poster(notice=notice, photo=attachments.store(PDF, name="张榜.pdf", **world.by), **world.by)
        world.put("notice", place, notice)
        world.put("objection", place, actions.object_to(notice=notice, text="该人选不符合。", at=AT))


FACTORIES = {
    "console:notices_": lambda w: at_places(w, "notice", "publish.read"),
    "console:objections_one": lambda w: at_places(w, "objection", "publish.answer"),
    "public:notice": lambda w: [Target((w.rows["notice"]["firm"].pk,))],
    "public:certificate": lambda w: [Target(("ZX2018-000123",))],
}
