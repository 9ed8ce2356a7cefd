"""联谊: adults who declare to be single, slips, contacts hidden until both agree, block and report; feedback."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.members import actions as members
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Feedback, MatchCard, SignUp, Slip
from tests.work.events.conftest import AT, HOUR, STARTS, in_role, laws, me, world  # noqa: F401

pytestmark = pytest.mark.django_db
DURING = STARTS + HOUR


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


@pytest.fixture
def adults(world, join):  # noqa: F811
    def some(count: int, born: date = date(1992, 5, 4)):
        made = [join(world.firm, f"青年{n}", with_phone=False, born_on=born).person for n in range(count)]
        return [members.open_account(person=one, actor=None, at=AT) for one in made]

    return some


@pytest.fixture
def party(make, adults):
    """An evening with so many who declared: party(3) -> (event, their sign-ups); badge numbers in that order."""

    def held(count: int):
        event = make("matching", title="七夕相亲交友", total=20)
        rows = [join_in(event, one, contact=f"微信 ready{n}") for n, one in enumerate(adults(count))]
        return event, rows

    return held


def join_in(event, person, *, single=True, contact="电话联系", at=AT, **more):
    return actions.sign_up_single(
        event=event, person=person, single=single, contact=contact, actor=me(person), at=at, **more
    )


def choose(row, *numbers, at=DURING):
    return actions.choose(sign_up=row, numbers=numbers, actor=me(row.person), at=at)


def contact(row, number, at=DURING):
    return actions.open_contact(sign_up=row, number=number, actor=me(row.person), at=at)


def inbox(person) -> list[str]:
    from gongjia.base.outbox.models import InboxItem

    return list(InboxItem.objects.filter(account_id=person.account_id).values_list("template", flat=True))


def test_adults_only_and_only_with_the_declaration(make, adults):
    event = make("matching", total=5)
    grown, young = adults(1)[0], adults(1, born=date(2000, 9, 7))[0]
    assert codes(join_in, event, grown, single=False) == {"not_single"}
    assert codes(join_in, event, grown, contact=" ") == {"contact_missing"}
    assert codes(actions.claim, event=event, person=grown, actor=me(grown), at=AT) == {"not_single"}
    assert codes(join_in, event, young) == {"not_adult"}
    assert not SignUp.objects.exists()
    found = join_in(event, grown)
    assert found.state == "placed" and queries.card_of(found).number == 1
    with pytest.raises(Hidden):
        actions.sign_up_single(event=event, person=grown, single=True, contact="x", actor=me(young), at=AT)
    laws(event)


def test_one_whom_the_union_named_declares_before_taking_part(world, make, adults):  # noqa: F811
    event = make("matching", way="nomination", total=5)
    a = adults(1)[0]
    actions.nominate(event=event, org=world.fed, person_ids=[a.pk], actor=world.machine, at=AT)
    row = SignUp.objects.get()
    assert list(queries.undeclared(event)) == [row]
    with pytest.raises(Hidden):
        queries.badges(me(a), row)
    assert codes(choose, row, 2) == {"no_card"}
    by = {"sign_up": row, "contact": "微信", "actor": me(a), "at": AT}
    assert codes(actions.declare_single, single=False, **by) == {"not_single"}
    with pytest.raises(Hidden):  # nobody declares it for another
        actions.declare_single(**{**by, "actor": world.machine}, single=True)
    assert actions.declare_single(single=True, **by).number == 1
    assert codes(actions.declare_single, single=True, **by) == {"declared_already"}
    assert not queries.undeclared(event).exists()


def test_contacts_stay_hidden_until_both_agree(party):
    _event, (a, b, c) = party(3)
    assert codes(choose, a, 2, at=STARTS - HOUR) == {"slips_later"}
    assert codes(choose, a, 2, at=STARTS + timedelta(days=4)) == {"slips_over"}
    assert codes(choose, a, 1) == {"oneself"} and codes(choose, a, 9) == {"number_unknown"}
    assert choose(a, 2) == []
    assert codes(contact, a, 2) == {"not_mutual"}  # one alone sees nothing
    assert codes(contact, b, 1) == {"not_mutual"}
    assert "events.matched" not in inbox(b.person)
    assert choose(c, 1) == []
    assert choose(b, 1) == [1]  # now both did
    assert (contact(a, 2), contact(b, 1)) == ("微信 ready1", "微信 ready0")
    assert codes(contact, a, 3) == {"not_mutual"}  # chosen by 3, not choosing 3
    assert inbox(a.person).count("events.matched") == inbox(b.person).count("events.matched") == 1
    assert "events.contact_seen" in {line.action for line in journal.timeline(queries.card_of(b))}
    seen = {one.number: one for one in queries.badges(me(a.person), a)}
    assert set(seen) == {2, 3} and seen[2].mutual and not seen[3].chosen and not seen[3].mutual
    # taken back: hidden again
    choose(b, 3)
    assert codes(contact, a, 2) == {"not_mutual"}
    with connection.cursor() as cursor:
        for table in ("events_matchcard", "journal_entrypayload", "outbox_inboxitem"):
            cursor.execute(f"select coalesce(string_agg(t::text, ''), '') from {table} t")
            assert "ready" not in cursor.fetchone()[0], table


def test_at_most_so_many_and_nobody_elses_slips(party):
    _event, (a, b, *_rest) = party(5)
    assert codes(choose, a, 2, 3, 4, 5) == {"choices_most"}
    with pytest.raises(Hidden):
        actions.choose(sign_up=a, numbers=[2], actor=me(b.person), at=DURING)
    with pytest.raises(Hidden):
        actions.open_contact(sign_up=a, number=2, actor=me(b.person), at=DURING)
    with pytest.raises(Hidden):
        queries.badges(me(b.person), a)


def test_who_blocks_is_neither_chosen_nor_reached(party):
    _event, (a, b) = party(2)
    choose(a, 2), choose(b, 1)
    assert contact(a, 2)
    actions.block(sign_up=b, number=1, actor=me(b.person), at=DURING)
    assert codes(contact, a, 2) == {"not_mutual"} and codes(contact, b, 1) == {"not_mutual"}
    assert codes(choose, a, 2) == {"number_unknown"}  # as if nobody wore it
    assert queries.badges(me(a.person), a) == [] and queries.badges(me(b.person), b) == []
    assert Slip.objects.filter(chooser=b).count() == 0


def test_who_leaves_is_gone(party):
    _event, (a, b) = party(2)
    choose(a, 2), choose(b, 1)
    actions.leave_matching(sign_up=b, actor=me(b.person), at=DURING)
    assert codes(contact, a, 2) == {"not_mutual"}
    assert codes(choose, b, 1) == {"no_card"} and codes(choose, a, 2) == {"number_unknown"}


def test_a_report_is_read_and_answered_by_whoever_organises(world, party):  # noqa: F811
    event, (a, b) = party(2)
    row = actions.block(sign_up=a, number=2, report="反复打电话纠缠", actor=me(a.person), at=DURING)
    women, stranger = in_role(world.fed, "city_women"), in_role(world.lotus, "officer_township")
    assert list(queries.reports(women, event)) == [row] and not queries.reports(stranger, event).exists()
    for act in (actions.read_report, actions.answer_report):
        words = {"reason": "核实"} if act is actions.read_report else {"words": "已劝阻"}
        with pytest.raises(Hidden):
            act(row=row, actor=stranger, at=DURING, **words)
    assert actions.read_report(row=row, reason="核实举报", actor=women, at=DURING) == "反复打电话纠缠"
    assert codes(actions.answer_report, row=row, words=" ", actor=women, at=DURING) == {"why_missing"}
    actions.answer_report(row=row, words="已核实，请其退出。", take_out=True, actor=women, at=DURING)
    assert MatchCard.objects.get(sign_up=b).left_at == DURING
    assert "events.match_answer" in inbox(a.person) and "events.match_answer" not in inbox(b.person)
    assert not queries.reports(women, event).exists()
    assert codes(actions.answer_report, row=row, words="又", actor=women, at=DURING) == {"answered"}
    own = in_role(world.fed, "city_women", a.person)
    other = actions.block(sign_up=b, number=1, report="不实", actor=me(b.person), at=DURING)
    assert codes(actions.answer_report, row=other, words="x", actor=own, at=DURING) == {"own_report"}


def test_feedback_once_by_those_who_were_there(world, make, claim, adults):  # noqa: F811
    event = make(total=5)
    people = adults(4)
    rows = [claim(event, one) for one in people]
    a = rows[0]

    def say(row, score, words="", at=DURING, who=None):
        return actions.give_feedback(sign_up=row, score=score, words=words, actor=me(who or row.person), at=at)

    assert codes(say, a, 5, at=STARTS - HOUR) == {"not_begun"}
    assert codes(say, a, 6) == {"score_range"}
    with pytest.raises(Hidden):
        say(a, 5, who=people[1])
    actions.tick(session=event.sessions.get(), sign_ups=[rows[3].pk], standing="absent", actor=world.machine, at=DURING)
    assert codes(say, rows[3], 1) == {"not_there"}
    say(a, 5, "老师讲得好")
    assert codes(say, a, 4) == {"fed_back"}
    say(rows[1], 2, "太挤了")
    found = queries.liking(event)
    assert (found.count, str(found.mean), found.scores, found.words) == (2, "3.5", {1: 0, 2: 1, 3: 0, 4: 0, 5: 1}, 2)
    women = in_role(world.fed, "city_women")
    assert codes(actions.read_words, event=event, actor=women, at=DURING) == {"words_few"}
    say(rows[2], 4, "再办一期")
    assert actions.read_words(event=event, actor=women, at=DURING) == [
        (2, "太挤了"),
        (4, "再办一期"),
        (5, "老师讲得好"),
    ]
    with pytest.raises(Forbidden):
        actions.read_words(event=event, actor=in_role(world.lotus, "officer_township"), at=DURING)
    # the journal names the event, never who wrote
    assert "events.fed_back" not in {line.action for line in journal.timeline(a)}
    assert Feedback.objects.count() == 3
