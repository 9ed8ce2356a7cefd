"""A report from opening to drift, on the half-year of the source document."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base.period import Period
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.report import actions, freeze, lines, payload, queries, render
from gongjia.report.figure import figures
from tests.report import world as made
from tests.report.conftest import CUTOFF, H1, SOURCE

BY_RECORDS = {"orgs.founded": 19, "orgs.founded_joint": 2, "orgs.members_homes_building": 5}


def by(half):
    return {"actor": half.officer, "at": made.AT}


def sign_all(half):
    for section in half.report.sections.all():
        actions.sign_section(section=section, **by(half))


def text_of(half, area):
    part = next(one for one in render.document(half.report).parts if one.area == area)
    return "".join(part.text_of(number) for number in range(len(part.paragraphs)))


def test_the_lines_say_what_the_source_says(half):
    answer = payload.report_json("2018H1", "")
    told = {line["key"]: line for line in answer["lines"]}
    assert answer | {"lines": 0} == {
        "report": "2018H1", "period": "2018H1", "cutoff": "2018-08-27", "org": half.fed.code, "lines": 0,
    }  # fmt: skip
    assert [list(line) for line in answer["lines"]] == [
        ["key", "label", "unit", "value", "target", "source", "records"]
    ] * len(figures)
    for key, (_span, value) in SOURCE.items():
        money = figures.get(key).money
        assert told[key]["value"] == (value / 100 if money else value), key
        assert (told[key]["source"], told[key]["records"]) == ("hand", 1), key
    for key, value in BY_RECORDS.items():
        assert (told[key]["value"], told[key]["source"], told[key]["records"]) == (value, "records", value), key
    assert told["care.accident_paid"]["value"] == 45000 and told["care.accident_paid"]["unit"] == "元"
    assert told["labour.model_units"]["target"] == 40
    assert told["orgs.coverage"]["target"] == 90.0
    assert told["members.total"]["value"] == 40


def test_a_township_is_shown_its_part_of_the_federations_report(half):
    township = half.world.orgs[4]
    answer = payload.report_json("2018H1", township.code)
    assert answer["org"] == township.code and answer["cutoff"] == "2018-08-27"
    told = {line["key"]: line["value"] for line in answer["lines"]}
    assert told["orgs.founded"] == figures.get("orgs.founded").value(township, H1) == 1
    assert told["care.safe_returns"] is None and told["skills.talks"] == 0  # of records none is none
    with pytest.raises(Refused):
        payload.report_json("2018H2", township.code)


def test_the_words_print_what_the_source_prints(half):
    assert "认定首届“建德工匠”10名并进行表彰" in text_of(half, 1)
    assert "举办市级技能竞赛11项，带动全市组织开展技能竞赛30项" in text_of(half, 2)
    assert "示范单位46家，超额完成年初预定工作目标。全市16个乡镇（街道）" in text_of(half, 3)
    four = text_of(half, 4)
    assert "共计帮扶资金128.456万元" in four
    assert "2018年全年参保职工5.8万人次" in four
    assert "支付15起工会会员意外伤害和家财损失保障金4.5万元" in four
    assert "清凉慰问款20.16万元" in four
    assert "全市新建工会19家，其中联合工会2家。" in text_of(half, 7)
    assert "截至8月27日，全市已录入工会41个、开通管理平台2个" in text_of(half, 8)


def test_records_of_the_contract(half):
    answer = payload.figure_records_json("orgs.founded", half.fed.code, "2018H1")
    assert answer["key"] == "orgs.founded" and answer["value"] == 19 == len(answer["records"])
    for record in answer["records"]:
        assert list(record) == ["label", "org", "on", "amount", "url"]
        assert record["on"].startswith("2018-0") and record["amount"] is None and record["url"]
    money = payload.figure_records_json("care.accident_paid", half.fed.code, "2018H1")
    assert money["value"] == 45000 == money["records"][0]["amount"]
    # the report's cut-off holds for its figures, wherever the list is asked for
    assert payload.figure_records_json("care.aid_paid", half.fed.code, "2018H1")["value"] == 1284560
    assert payload.figure_records_json("care.accident_paid", half.fed.code, "2018Q2")["value"] is None
    assert payload.figure_records_json("care.aid_paid", half.fed.code, "2018Q2")["value"] == 0  # no record is 0
    names = payload.figure_records_json("members.real_name", half.fed.code, "2018H1")
    assert names["value"] == len(names["records"])
    assert {record["label"] for record in names["records"]} == {"测*"}
    for wrong in (("orgs.none", half.fed.code), ("orgs.founded", "999999")):
        with pytest.raises(Refused):
            payload.figure_records_json(*wrong, "2018H1")


def test_every_line_of_the_report_is_the_list_behind_it(half):
    for line in payload.report_json("2018H1", half.fed.code)["lines"]:
        answer = payload.figure_records_json(line["key"], half.fed.code, "2018H1")
        assert (answer["value"], len(answer["records"])) == (line["value"], line["records"]), line["key"]


def test_target_and_year_before(half):
    made.add_hand(half.world, half.fed, "skills.talks", date(2017, 1, 1), date(2017, 6, 30), 40)
    views = lines.of_report(half.report, compare=True)
    assert str(views["orgs.founded"].completion) == "63.3"
    assert str(views["skills.talks"].change) == "2.5"
    assert views["skills.talks"].change_words == "同比增长2.5%"
    assert views["skills.shows"].change is None  # nothing was reported a year before: no growth is claimed
    # the third quarter's completion counts the year so far
    third = lines.live(half.fed, Period.parse("2018Q3"))
    assert third["orgs.founded"].value == 3 and third["orgs.founded"].reached == 22


def test_freeze_then_correct_a_record_and_drift_names_it(half):
    sign_all(half)
    report = actions.freeze_report(report=half.report, **by(half))
    assert report.lines.count() == len(figures)
    assert freeze.drift(report) == []
    before = payload.report_json("2018H1", half.fed.code)

    union = next(org for org in half.world.orgs if org.founded_on == date(2018, 1, 15))
    type(union).objects.filter(pk=union.pk).update(founded_on=date(2017, 12, 15))
    entry = queries.hand_entries(half.officer, figure="skills.talks").get()
    actions.reverse_hand(entry=entry, on=date(2018, 8, 27), why="场次抄错", **by(half))
    actions.enter_hand(org=half.fed, figure="skills.talks", period=H1, value=40, attachment=half.paper, **by(half))
    person = half.world.persons[1]
    type(person).objects.filter(pk=person.pk).update(sex="1")

    assert payload.report_json("2018H1", half.fed.code) == before
    assert "讲座41场" in text_of(half, 2)
    drifts = {one.figure.key: one for one in freeze.drift(report)}
    assert set(drifts) == {"orgs.founded", "skills.talks", "members.women", "cadres.women"}
    founded = drifts["orgs.founded"]
    assert (founded.was, founded.now, founded.count) == (19, 18, 1)
    assert (founded.moved[0].kind, founded.moved[0].id) == ("removed", union.pk)
    assert founded.moved[0].record.label == union.name
    talks = drifts["skills.talks"]
    assert (talks.was, talks.now) == (41, 40)
    assert {(one.kind, one.was, one.now) for one in talks.moved} == {("removed", 41, None), ("added", None, 40)}
    assert all(one.record.label for one in talks.moved)
    assert drifts["members.women"].moved[0].record.person_id == person.pk


def test_drift_sees_a_change_that_leaves_the_value_alone(half):
    """Two persons swap: 40 members still, but not the same ones."""
    sign_all(half)
    actions.freeze_report(report=half.report, **by(half))
    spell = half.world.persons[0].memberships.get()
    other = made.add_person(half.world)
    type(spell).objects.filter(pk=spell.pk).update(person=other)
    drift = {one.figure.key: one for one in freeze.drift(half.report)}["members.total"]
    assert (drift.was, drift.now) == (40, 40)
    assert [one.kind for one in drift.moved] == ["changed"]


def test_content_is_the_same_after_packing(half):
    made_of = freeze.contents(list(figures), half.fed, H1, CUTOFF)
    for key, content in made_of.items():
        assert freeze.unpack(freeze.pack(content)) == content, key
        assert freeze.unpack(freeze.pack(content)).digest == content.digest
    whole, part = made_of["members.total"], made_of["members.women"]
    assert set(part.ids) < set(whole.ids)
    assert freeze.unpack(freeze.pack(part, whole), whole) == part
    assert len(freeze.pack(part, whole)) < len(freeze.pack(part))


def test_a_frozen_report_is_closed(half):
    sign_all(half)
    actions.freeze_report(report=half.report, **by(half))
    section = half.report.sections.first()
    for refused in (
        lambda: actions.write_section(section=section, text="改一改", **by(half)),
        lambda: actions.reopen_section(section=section, **by(half)),
        lambda: actions.edit_report(report=half.report, title="另一个", **by(half)),
        lambda: actions.freeze_report(report=half.report, **by(half)),
    ):
        with pytest.raises(Refused):
            refused()


def test_freeze_waits_for_every_department(half):
    with pytest.raises(Refused) as refused:
        actions.freeze_report(report=half.report, **by(half))
    assert refused.value.codes == ("section_unsigned",) * 9
    assert "组织宣教部" in refused.value.reasons[-1].sentence


def test_a_section_with_an_unfilled_number_is_not_signed(half):
    entry = queries.hand_entries(half.officer, figure="care.safe_returns").get()
    actions.reverse_hand(entry=entry, on=date(2018, 8, 27), why="重复", **by(half))
    section = half.report.sections.get(area=4)
    with pytest.raises(Refused) as refused:
        actions.sign_section(section=section, **by(half))
    assert [reason.fact for reason in refused.value.reasons] == ["平安返乡"]
    assert "帮助×名" in text_of(half, 4)


def test_a_department_writes_and_signs_its_own_section_only(half):
    women = half.world.officer(half.fed, "report.read", "report.write", "report.sign", role="city_women")
    own, other = half.report.sections.get(area=5), half.report.sections.get(area=4)
    actions.write_section(section=own, text=own.text + "\n另有活动若干。", actor=women, at=made.AT)
    with pytest.raises(Forbidden):
        actions.write_section(section=other, text="改一改", actor=women, at=made.AT)
    with pytest.raises(Refused) as refused:
        actions.sign_section(section=other, actor=women, at=made.AT)
    assert refused.value.codes == ("section_not_yours",)
    actions.sign_section(section=own, actor=women, at=made.AT)
    with pytest.raises(Refused):
        actions.write_section(section=own, text="签后再改", actor=women, at=made.AT)
    actions.reopen_section(section=own, **by(half))
    assert [one.section.area for one in queries.waiting(women, date(2018, 8, 20))] == [5]


def test_unknown_tags_are_refused_with_their_line(half):
    section = half.report.sections.get(area=1)
    with pytest.raises(Refused) as refused:
        actions.write_section(
            section=section,
            text="# 标题\n\n认定{{ honours.craftsman }}名，\n{{ honours.stories | many }}期，\n没写完{{ honours.stories。",
            **by(half),
        )
    assert [(reason.code, reason.fact.split(":")[0]) for reason in refused.value.reasons] == [
        ("tag_unknown", "3"), ("filter_unknown", "4"), ("tag_broken", "5"),
    ]  # fmt: skip
    section.refresh_from_db()
    assert "honours.craftsmen" in section.text


def test_evidence_hangs_on_words_and_falls_off_when_they_change(half):
    section = half.report.sections.get(area=9)
    line = "组织开展工会干部业务培训，"
    actions.attach_evidence(section=section, line=line, attachments=[half.paper], **by(half))
    with pytest.raises(Refused) as refused:
        actions.attach_evidence(section=section, line="没有这句", attachments=[half.paper], **by(half))
    assert refused.value.codes == ("line_unknown",)
    figure_line = next(one for one in section.text.splitlines() if "volunteer" in one)
    with pytest.raises(Refused) as refused:
        actions.attach_evidence(section=section, line=figure_line, attachments=[half.paper], **by(half))
    assert refused.value.codes == ("line_has_figure",)
    part = next(one for one in render.document(half.report).parts if one.area == 9)
    assert part.paragraphs[0][0].evidence.files == ((half.paper.pk, "批复.pdf"),)
    actions.write_section(section=section, text=section.text.replace("业务培训", "业务学习"), **by(half))
    sign_all(half)
    with pytest.raises(Refused) as refused:
        actions.freeze_report(report=half.report, **by(half))
    assert refused.value.codes == ("evidence_loose",)


def test_foreign_reports_are_hidden(half):
    stranger = half.world.officer(half.world.orgs[3], "report.read")
    assert list(queries.reports(stranger)) == []
    with pytest.raises(Hidden):
        queries.get_report(stranger, "2018H1")
    with pytest.raises(Forbidden):
        queries.drill(stranger, "orgs.founded", half.fed, H1)
    with pytest.raises(Forbidden):
        actions.export(report=half.report, what="docx", actor=stranger, at=made.AT)


def test_saved_words_go_into_the_next_report(half):
    text = "# 工匠\n\n认定{{ honours.craftsmen | unit }}。"
    actions.save_wording(org=half.fed, area=1, text=text, **by(half))
    report = actions.open_report(
        key="2018", org=half.fed, period=Period.parse("2018"), cutoff=date(2018, 12, 31), title="全年", **by(half)
    )
    assert report.sections.get(area=1).text == text
    assert "首届" in report.sections.get(area=2).text or report.sections.get(area=2).text
    assert "首届" in half.report.sections.get(area=1).text
