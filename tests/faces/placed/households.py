"""Hardship files, what proves them and condolences at the places."""

from __future__ import annotations

from datetime import date

from tests.faces.placements import AT, DAY, PDF, PLACES, World, at_places, member, of_owners


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.who.members.models import Person
    from gongjia.work.households.models import CheckRequest, Condolence, FileMember, HouseholdFile, Visit
    from gongjia.work.households.rules import HouseholdFacts

    first, second = (Person.objects.create(name=name) for name in ("何敏", "陆川"))
    for place in PLACES:
        org = world.orgs[place]
        head = member(world, place if place != "lotus" else "firm", "钱困难")
        photo = attachments.store(PDF, name="入户.pdf", **world.by)
        file = HouseholdFile(
            number=f"330182-K2016-{PLACES.index(place):05d}", org=org, home_org=org, head=head, state="active", category="deep",
            level="national", city="330182", cause_main="school", persons=2, applied_on=date(2016, 3, 1),
            opened_on=date(2016, 4, 1), facts=HouseholdFacts(own_monthly=1000_00, story="生病").dumps(), entered_by="测试",
        )  # fmt: skip
        file.save(force_insert=True)
        for relation, name in (("self", head.name), ("spouse", "李小红")):
            FileMember(file=file, relation=relation, name=name, since=DAY).save(force_insert=True)
        Visit(file=file, on=DAY, first=first, second=second, photo=photo, note="属实", entered_at=AT).save()
        check = CheckRequest(
            file=file, org=org, to="civil", sent_on=DAY, due_on=date(2018, 9, 17), sent_by="测试", found="相符"
        )
        check.save(force_insert=True)
        world.put("household", place, file)
        world.put("household_photo", place, photo)
        world.put("household_check", place, check)
        world.put(
            "condolence", place,
            Condolence.objects.create(
                org=org, person=head, why="birth", amount=100_00, on=DAY, photo=photo, entered_by="测试", entered_at=AT
            ),
        )  # fmt: skip


FACTORIES = {
    "console:households_": lambda w: at_places(w, "household", "households.read"),
    "console:households_paper": lambda w: at_places(
        w,
        "household",
        "households.read",
        lambda place: (w.rows["household_photo"][place].pk,),
        power="households.facts",
    ),
    "console:households_answer": lambda w: at_places(w, "household_check", "households.read"),
    "console:households_drop": lambda w: at_places(w, "household_check", "households.read"),
    "console:households_sheet": lambda w: of_owners(w, "sheet"),
    "console:households_refused": lambda w: of_owners(w, "sheet"),
    "console:condolences_": lambda w: at_places(w, "condolence", "households.condole_read"),
}
