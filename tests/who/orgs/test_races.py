"""Two people at once: real transactions, real threads."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from gongjia.base.refused import Refused
from gongjia.who.orgs import actions
from gongjia.who.orgs.models import Org, OrgClosure
from tests.who.orgs.conftest import AT
from tests.who.orgs.test_tree import assert_tree_holds

pytestmark = pytest.mark.django_db(transaction=True)
EMPLOYER = "91350100M000100Y43"


def at_once(*calls):
    """Run all calls in threads that start together; their answers or refusals."""
    answers, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(index, call):
        try:
            gate.wait()
            answers[index] = call()
        except Refused as refused:
            answers[index] = refused
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def founding(tree, machine, name, parent=None, **details):
    return lambda: actions.found(
        parent=parent or tree.lotus, kind="single", name=name, founded_on=date(2018, 5, 8), document="1号",
        attachment=tree.paper, details=details, actor=machine, at=AT,
    )  # fmt: skip


def test_siblings_founded_at_once_get_their_own_place_and_code(tree, machine):
    answers = at_once(*(founding(tree, machine, f"第{number}公司工会") for number in range(6)))
    assert [type(answer).__name__ for answer in answers] == ["Done"] * 6
    assert len({answer.org.code for answer in answers}) == len({answer.org.path for answer in answers}) == 6
    assert_tree_holds()


def test_of_two_unions_for_one_employer_one_is_refused(tree, machine):
    answers = at_once(
        founding(tree, machine, "丙公司工会", employer_uscc=EMPLOYER),
        founding(tree, machine, "丙公司分部工会", parent=tree.yangxi, employer_uscc=EMPLOYER),
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 1, answers
    assert refused[0].codes == ("employer_has_union",)
    assert Org.objects.filter(employer_uscc=EMPLOYER).count() == 1


def test_a_union_founded_while_its_parent_moves_goes_along(tree, machine):
    for number in range(4):
        target = (tree.yangxi, tree.lotus)[number % 2]
        answers = at_once(
            lambda to=target: actions.place_under(org=tree.firm, parent=to, on=date(2018, 8, 1), actor=machine, at=AT),
            founding(tree, machine, f"第{number}子公司工会", parent=tree.firm),
        )
        assert [type(answer).__name__ for answer in answers] == ["Placed", "Done"], answers
        assert_tree_holds()


def test_two_moves_cannot_make_a_circle(tree, machine):
    one = founding(tree, machine, "一集团工会")().org
    two = founding(tree, machine, "二集团工会")().org
    answers = at_once(
        lambda: actions.place_under(org=one, parent=two, on=date(2018, 8, 1), actor=machine, at=AT),
        lambda: actions.place_under(org=two, parent=one, on=date(2018, 8, 1), actor=machine, at=AT),
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
    assert_tree_holds()
    assert OrgClosure.objects.filter(via="line", until__isnull=True, depth=0).count() == Org.objects.count()
