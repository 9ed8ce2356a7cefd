from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import clock, outbox
from gongjia.base.actor import Actor
from gongjia.base.journal.models import Entry
from gongjia.base.outbox import templates
from gongjia.base.outbox.models import Template as Row
from gongjia.base.outbox.templates import environment
from gongjia.base.refused import Forbidden, Refused

pytestmark = pytest.mark.django_db
EDITOR = Actor.system("试验", ["outbox.templates"])
FACTS = {"org": "洋溪街道总工会", "matters": "换届", "note": "", "by": "赵干部"}


def edit(title, body, key="test.note", channel="inbox", actor=EDITOR):
    return outbox.edit_template(key=key, channel=channel, title=title, body=body, actor=actor, at=clock.now())


def test_the_default_speaks_until_an_officer_changes_it():
    assert outbox.render("test.note", "inbox", FACTS) == ("洋溪街道总工会：请办理", "换届")
    edit("{{ org }}", "{{ by }}提醒:{{ matters }}")
    assert outbox.render("test.note", "inbox", FACTS) == ("洋溪街道总工会", "赵干部提醒:换届")
    (row,) = Row.objects.all()
    assert (row.version, row.edited, row.changed_by) == (2, True, "试验")
    entry = Entry.objects.get(action="outbox.template_edited")
    assert entry.payload.body["before"]["body"].startswith("{{ matters }}")
    outbox.restore_template(key="test.note", channel="inbox", actor=EDITOR, at=clock.now())
    assert outbox.render("test.note", "inbox", FACTS) == ("洋溪街道总工会：请办理", "换届")


def test_sync_installs_new_defaults_and_keeps_what_was_changed():
    edit("甲", "乙")
    assert outbox.sync_templates() >= 2
    assert outbox.sync_templates() == 0
    assert Row.objects.get(key="test.note", channel="inbox").body == "乙"
    Row.objects.filter(key="test.code").update(body="旧版本的话")  # as an earlier version shipped it
    assert outbox.sync_templates() == 1
    assert Row.objects.get(key="test.code").body.startswith("验证码")
    assert {wording.default.key for wording in outbox.template_rows()} >= {"test.note", "test.code", "progress.done"}


@pytest.mark.parametrize(
    "title,body,code",
    [
        ("", "  ", "template_empty"),
        ("x" * 101, "y", "template_long"),
        ("x", "y" * 5000, "template_long"),
        ("{{ org", "y", "template_syntax"),
        ("{% for a in org %}x{% endfor %}", "y", "template_forbidden"),
        ("{{ org * 1000000 }}", "y", "template_forbidden"),
        ("{{ org.__class__.__mro__() }}", "y", "template_forbidden"),
        ("{{ org|tojson }}", "y", "template_syntax"),
        ("{{ password }}", "y", "template_name"),
        ("{% include '/etc/passwd' %}", "y", "template_forbidden"),
        ("{% set a = 1 %}x", "y", "template_forbidden"),
    ],
)
def test_wording_that_is_refused(title, body, code):
    with pytest.raises(Refused) as caught:
        edit(title, body)
    assert code in caught.value.codes
    assert not Row.objects.exists()


def test_only_who_may():
    with pytest.raises(Forbidden):
        edit("x", "y", actor=Actor.system("谁", []))
    with pytest.raises(Refused) as caught:
        edit("x", "y", key="no.such")
    assert caught.value.codes == ("template_unknown",)


def test_a_row_that_breaks_falls_back(caplog):
    Row.objects.create(key="test.note", channel="inbox", title="{{ gone }}", body="{{ org.__class__ }}", edited=True)
    assert outbox.render("test.note", "inbox", FACTS)[0] == "洋溪街道总工会：请办理"
    assert "default is used" in caplog.text


def test_the_sandbox_opens_nothing():
    from jinja2.exceptions import SecurityError, UndefinedError

    for text in ("{{ ''.__class__ }}", "{{ x.__init__.__globals__ }}", "{{ x.pop() }}"):
        with pytest.raises((SecurityError, UndefinedError)):
            environment.from_string(text).render(x=[1])
    assert environment.globals == {}


def test_filters_of_ours():
    text = "{{ on|day }} {{ fen|yuan }}"
    assert environment.from_string(text).render(on=date(2018, 8, 27), fen=4_500_000) == "2018年8月27日 45,000.00 元"


def test_a_default_that_breaks_the_rules_is_named(monkeypatch):
    assert outbox.offered_faults() == []
    bad = outbox.Template("test.bad", body="{% for a in b %}{% endfor %}")
    with monkeypatch.context() as patch:
        patch.setattr(templates, "offered", [bad])
        assert templates.offered_faults() == ["inbox:test.bad: 模板里只能填事项和简单的“如果”，不能写程序。"]
    with pytest.raises(KeyError):
        outbox.render("no.such", "inbox", {})
