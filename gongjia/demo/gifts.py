"""May to August: hardship files of a hundred and ten households, aid to some of them, gifts of the hot months to all.

Each file is applied for at the township, visited by two officers, checked with civil affairs, hung on the wall inside
the unit and approved. In June the federation decides on aid, in July on the gifts; finance pays in batches, two
payments come back and are paid again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from gongjia.base.journal import attachments
from gongjia.demo import aid, chains, lookups, papers, size, unions
from gongjia.demo.paying import Counter, Till
from gongjia.demo.story import MACHINE, moment
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import actions as households
from gongjia.work.programmes import actions
from gongjia.work.publish import actions as notices

OF_ONE = 3
# (households deep in need, fen for each; relatively in need, fen for each): 201,600 yuan in all, at any size
FULL = ((64, 200_000), (46, 160_000))
SMALL = ((18, 640_000), (18, 480_000))  # a small story has fewer unions to find them in
LINE_SET, APPLIED, VISITED, REVIEWED, CHECKED, POSTED, OPENED = (
    date(2018, 4, 2), date(2018, 5, 7), date(2018, 5, 16), date(2018, 5, 21), date(2018, 5, 30), date(2018, 6, 1),
    date(2018, 6, 11),
)  # fmt: skip
MADE, OPENS, ASKED, REVIEW, CLOSES, DECIDED = (
    date(2018, 6, 29), date(2018, 7, 2), date(2018, 7, 4), date(2018, 7, 9), date(2018, 7, 10), date(2018, 7, 13),
)  # fmt: skip
FIRST_SENT, FIRST_BACK, SECOND_SENT, SECOND_BACK, MENDED, AGAIN_SENT, AGAIN_BACK = (
    date(2018, 7, 17), date(2018, 7, 19), date(2018, 7, 31), date(2018, 8, 2), date(2018, 8, 6), date(2018, 8, 8),
    date(2018, 8, 10),
)  # fmt: skip
NOTICE_DAYS = 5
ITEM = "50205"
CARDS = 4_000_000
# cause, the group of the gift, what the household tells
STORIES = (
    ("kin_illness", "illness", "家属长期治疗，自付医疗费多。"),
    ("school", "laid_off", "两个孩子在外读书，学费负担重。"),
    ("low_income", "laid_off", "单位减产，本人收入低，家中老人无收入。"),
    ("illness", "illness", "本人手术后长期服药。"),
)


def plan() -> tuple[tuple[int, int], tuple[int, int]]:
    return FULL if size.now() is size.FULL else SMALL


def given() -> None:
    """Files, then aid and gifts, then the money."""
    desks = chains.Desks()
    federation = orgs.by_code(unions.COUNTY)
    rights, service = desks.player("rights"), desks.player("service")
    households.set_low_line(
        city="330182", valid_from=date(2018, 1, 1), amount=81_000, document="2018年度最低生活保障标准（演示）", actor=rights,
        at=moment(LINE_SET),
    )  # fmt: skip
    files = _files(desks, rights)
    helped, helping = aid.decided(files, federation, desks, service)
    round_, awards = _decided(files, federation, desks, service)
    till, counter = Till(desks, federation), Counter(desks, CARDS)
    for file in files:
        counter.enter(file.head, file.org, ASKED)
    aid.paid(helped, helping, till)
    _paid(round_, awards, files, till, counter)


def _files(desks: chains.Desks, rights: Any) -> list[Any]:
    """The files in force, in the order of the register."""
    chairs = lookups.chairs()
    townships = [orgs.by_code(code) for code, _, _, _ in unions.second_level() if code.isdigit()]
    inside = tuple(one.path for one in townships)
    found = lookups.candidates(
        chairs, since=date(2018, 1, 31), org__kind="single", person__born_on__lt=date(1980, 1, 1),
        person__applications__isnull=True, person__skill_level="",
    )  # fmt: skip
    found = [one for one in found if one.path.startswith(inside)]
    (deep, _), (relative, _) = plan()
    told: dict[Any, list[tuple[Any, Any]]] = {}
    spells = chains.picked(found, deep + relative, OF_ONE)
    for number, spell in enumerate(spells):
        township = next(one for one in townships if spell.org.path.startswith(one.path))
        is_deep = number * deep // len(spells) != (number + 1) * deep // len(spells)
        told.setdefault(township, []).append((spell, _told(spell, number, is_deep)))
    files = []
    for place, (township, families) in enumerate(told.items()):
        officer = desks.of(township.pk)
        mine = households.take_in(
            families=[family for _, family in families], via="township", actor=officer, at=moment(APPLIED, 16)
        )
        photo = attachments.store(
            _picture(place), name="入户照片.png", actor=officer, at=moment(VISITED), org=township
        )  # fmt: skip
        seen = [
            households.Seen(file, officer.person_id, desks.account(chairs[spell.org_id]).person_id, photo)
            for file, (spell, _) in zip(mine, families, strict=True)
        ]
        households.visit_many(on=VISITED, visits=seen, actor=officer, at=moment(VISITED, 17))
        households.review_many(files=mine, actor=officer, at=moment(REVIEWED))
        files += mine
    checks = households.send_checks(
        files=files, to="civil", on=REVIEWED, actor=rights, at=moment(REVIEWED, 15), document_no="建总工函〔2018〕9号"
    )
    households.answer_checks(checks=checks, result="agrees", on=CHECKED, actor=rights, at=moment(CHECKED))
    for township in told:
        _hung([file for file in files if file.org_id == township.pk], desks.of(township.pk))
    notices.end_due(actor=MACHINE, at=moment(OPENED))
    return households.approve_many(
        files=files, level="provincial", document_no="建总工帮〔2018〕6号", actor=rights, at=moment(OPENED)
    )


def _told(spell: Any, number: int, deep: bool) -> Any:
    """What one household tells at the township's counter; one that is deep in need lies below the line itself."""
    cause, _group, story = STORIES[number % len(STORIES)]
    facts = households.HouseholdFacts(
        own_monthly=280_000 + number % 5 * 4_000 if deep else 420_000 + number % 7 * 5_000,
        rigid_medical=1_200_000 if deep else 500_000,
        address=f"{spell.org.name[:4]}示例路{number + 1}号", housing="self_built" if spell.person.is_rural_worker else "bought",
        health="common", story=story, months_of_work=60,
    )  # fmt: skip
    home = [
        households.HouseholdMember("self", spell.person.name),
        households.HouseholdMember("spouse", f"{spell.person.name[0]}示例"),
        households.HouseholdMember("child", f"{spell.person.name[0]}小示"),
    ]
    return households.Family(spell.person, facts, home, {"cause_main": cause}, APPLIED - timedelta(days=number % 5))


def _picture(number: int) -> bytes:
    """An invented photo: a door and two people in front of it."""
    image = Image.new("RGB", (640, 480), (214 - number % 5 * 8, 222, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((230, 120, 410, 470), fill=(122, 84, 60))
    for left in (110, 460):
        draw.ellipse((left, 210, left + 70, 280), fill=(236, 200, 170))
        draw.rectangle((left - 10, 285, left + 80, 470), fill=(60 + number * 7 % 90, 90, 140))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _hung(files: Iterable[Any], officer: Any) -> None:
    """One sheet on the wall of the unit names them; never the site."""
    files = list(files)
    org = files[0].org
    notice = notices.draft_notice(
        org=org, title="困难职工建档公示", body="经入户核查和审核，拟为以下职工家庭建立档案，现予公示。",
        lines=[notices.Line(one.pk, one.head.name, one.home_org.name, "建立困难职工档案") for one in files],
        place="unit", days=NOTICE_DAYS, sensitive=True, phone=chains.PHONE, ground="困难职工档案管理办法", actor=officer,
        at=moment(POSTED),
    )  # fmt: skip
    notice = notices.post(notice=notice, actor=officer, at=moment(POSTED, 10))
    households.note_notices(
        files=files, notice_id=notice.pk, until=notice.ends_at, actor=officer, at=moment(POSTED, 10)
    )


def _decided(files: list[Any], federation: Any, desks: chains.Desks, service: Any) -> tuple[Any, list[Any]]:
    """The townships hand in for their households, the service centre looks, a meeting decides."""
    (_, deep), (_, relative) = plan()
    tiers = [
        {"key": "deep", "label": "深度困难家庭", "amount": deep},
        {"key": "relative", "label": "相对困难家庭", "amount": relative},
    ]
    round_ = actions.make_round(
        type="gifts", org=federation, title="2018年“送清凉”慰问困难职工家庭", year=2018, cycle="2018年夏",
        opens_at=moment(OPENS, 0), closes_at=moment(CLOSES, 18), tiers=tiers, actor=service, at=moment(MADE),
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=service, at=moment(OPENS))
    rows = chains.listed(
        round_,
        [
            chains.Form(desks.of(file.org_id), ASKED, {"group": STORIES[number % len(STORIES)][1]}, file.head)
            for number, file in enumerate(files)
        ],
    )
    actions.close_round(round_=round_, actor=service, at=moment(CLOSES, 18, 30))
    rows = chains.walk(rows, desks, {"city_rights|city_service": "service"}, lambda turn: REVIEW + timedelta(days=turn))
    document = "建总工〔2018〕33号"
    paper = papers.keep(
        "关于2018年“送清凉”慰问困难职工家庭的决定", [f"经主席办公会议研究，慰问在档困难职工家庭{len(rows)}户。"],
        on="2018年7月13日", number=document, actor=service, at=moment(DECIDED), org=federation,
    )  # fmt: skip
    category = {file.head_id: file.category for file in files}
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk, category[one.person_id]) for one in rows], decided_on=DECIDED,
        number=document, meeting="主席办公会议", attachment=paper, actor=service, at=moment(DECIDED, 16),
    )  # fmt: skip
    actions.finish_round(round_=round_, actor=service, at=moment(DECIDED, 17))
    order = {one.pk: place for place, one in enumerate(rows)}
    return round_, sorted(decision.awards.all(), key=lambda award: order[award.application_id])


def _paid(round_: Any, awards: list[Any], files: list[Any], till: Till, counter: Counter) -> None:
    """Two purses, two batches, one that comes back of each, and both again."""
    whole = sum(award.amount for award in awards)
    city = till.line("杭州市总“送清凉”补助", "city", 10_000_000, ITEM, MADE, "杭总工财〔2018〕15号")
    own = till.line("本级“送清凉”慰问金", "own", 15_000_000, ITEM, MADE)
    till.earmark(city, round_, 10_000_000, DECIDED)
    till.earmark(own, round_, whole - 10_000_000, DECIDED)
    half = len(awards) // 2
    back = []
    for title, some, sent, answered, why in (
        ("“送清凉”慰问款第一批", awards[:half], FIRST_SENT, FIRST_BACK, "账户已销户"),
        ("“送清凉”慰问款第二批", awards[half:], SECOND_SENT, SECOND_BACK, "户名不符"),
    ):
        batch = till.first(title, [award.pk for award in some], ITEM, sent)
        back += till.answered(batch, answered, {some[5].person_id: why})
    by_head = {file.head_id: file for file in files}
    for payment in back:
        file = by_head[payment.person_id]
        counter.enter(file.head, file.org, MENDED)
    batch = till.again("“送清凉”慰问款退汇重发", back, ITEM, AGAIN_SENT)
    till.answered(batch, AGAIN_BACK)
