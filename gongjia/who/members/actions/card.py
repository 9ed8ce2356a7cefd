"""The electronic member card: its QR code, and what an officer who scans it learns."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongjia.base import journal, secret
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, refuse
from gongjia.who.members import powers, rules
from gongjia.who.members.models import Membership, Person

LIFE = timedelta(minutes=10)  # a picture of a card is of no use tomorrow
_SHAPE = re.compile(r"GJ1\.(GJ[0-9A-Z]{13})\.(\d{1,12})\.([A-Za-z0-9_-]{46})")


def card_code(person: Person, at: datetime) -> str:
    """The text of the QR code of this minute: serial, time, and a MAC by the token key. No name, no number."""
    minute = int(at.timestamp()) // 60
    digest = secret.mac("token", "member-card", f"{person.card_serial}.{minute}")
    return f"GJ1.{person.card_serial}.{minute}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


@dataclass(frozen=True)
class CardAnswer:
    """What a scan says: whether this is a member now. The name stays masked: the holder stands there."""

    is_member: bool
    name: str
    standing: str
    serial: str


def check_card(text: str, *, actor: Actor, at: datetime) -> CardAnswer:
    """Check a scanned card, or a serial read out. Any officer who reads members may, anywhere; it is journalled."""
    if not actor.holds(powers.READ):
        raise Forbidden(powers.READ)
    serial = rules.read_serial(text) or _serial_of(text.strip(), at)
    with journal.act():
        person = Person.objects.filter(card_serial=serial, merged_into__isnull=True).first()
        if person is None:
            refuse("card_unknown", "没有这张会员卡。", cure="请会员打开手机上的会员卡再扫一次。")
        spell = Membership.objects.filter(person=person, until__isnull=True).first()
        journal.write("members.card_read", actor=actor, at=at, subject=person)
        return CardAnswer(
            is_member=spell is not None and spell.standing == "active",
            name=secret.masks.name(person.name),
            standing=spell.standing_label if spell else "没有会籍",
            serial=rules.show_serial(serial),
        )


def _serial_of(text: str, at: datetime) -> str:
    found = _SHAPE.fullmatch(text)
    if found is None:
        refuse("card_unreadable", "这不是会员卡的二维码。", cure="请会员打开手机上的会员卡再扫一次。")
    serial, minute, code = found.groups()
    digest = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    if not secret.mac_ok("token", "member-card", f"{serial}.{minute}", digest):
        refuse("card_forged", "这张会员卡的二维码不是本系统发出的。", cure="请核对本人身份。")
    age = at.timestamp() - int(minute) * 60
    if not -60 <= age <= LIFE.total_seconds():
        refuse("card_stale", "这张二维码已经过时。", cure="请会员刷新会员卡再扫一次。")
    return serial
