"""People of bench-rush: members with accounts, each logged in on one device, by bulk inserts."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any


def fill(count: int, at: Any) -> list[tuple[str, str]]:
    """So many members over all basic unions; `(session key, person id)` of each."""
    from bench import scratch
    from gongjia.who.orgs.models import Org

    found = logged_in(count, list(Org.objects.filter(code__contains="-").order_by("path")), at)
    scratch.as_owner("vacuum analyze")
    return found


def logged_in(count: int, unions: list[Any], at: Any) -> list[tuple[str, str]]:
    """So many members of these unions, everybody in on one device."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from gongjia.base.models import uuid7
    from gongjia.faces.shared.fresh import KEY
    from gongjia.who.accounts.models import Account, DeviceSession
    from gongjia.who.members.models import Membership, Person

    store, since = SessionStore(), at.date() - timedelta(400)
    found = []
    for start in range(0, count, 5000):
        block = range(start, min(count, start + 5000))
        accounts = [
            Account(id=uuid7(), display_name=f"会员{n}", created_at=at, activated_at=at, last_login=at) for n in block
        ]
        people = [
            Person(id=uuid7(), name=one.display_name, sex="1", account=one, card_serial="") for one in accounts
        ]  # fmt: skip
        spells = []
        for n, person in zip(block, people, strict=True):
            union = unions[n % len(unions)]
            spells.append(
                Membership(person=person, org=union, org_path=union.path, since=since, joined_on=since, is_latest=True)
            )
        sessions, devices = [], []
        for account, person in zip(accounts, people, strict=True):
            key, moment, now = secrets.token_hex(16), time.time(), timezone.now()
            device = DeviceSession(
                id=uuid7(), account=account, session_key=key, way="code", started_at=now, seen_at=now, label="手机"
            )
            facts = {
                "device": str(device.pk), "way": "code", "started": moment, "seen": moment, "proved": moment, "factor": 0,
            }  # fmt: skip
            data = {
                "_auth_user_id": str(account.pk), "_auth_user_hash": account.get_session_auth_hash(),
                "_auth_user_backend": "gongjia.who.accounts.backend.AccountBackend", KEY: facts,
            }  # fmt: skip
            sessions.append(
                Session(session_key=key, session_data=store.encode(data), expire_date=now + timedelta(hours=12))
            )
            devices.append(device)
            found.append((key, str(person.pk)))
        for model, rows in (
            (Account, accounts), (Person, people), (Membership, spells), (Session, sessions), (DeviceSession, devices),
        ):  # fmt: skip
            model.objects.bulk_create(rows, batch_size=1000)
    return found


def event(total: int, at: Any, number: int) -> Any:
    """A published event by first come, without a waiting line, open since an hour; each on a day of its own."""
    from gongjia.base.actor import Actor
    from gongjia.who.orgs.queries import root
    from gongjia.work.events import actions

    machine = Actor.system("bench", ["*"])
    starts = at + timedelta(days=10 + number)
    made = actions.make_event(
        org=root(), kind="talk", title=f"第 {number} 次", place="文化宫", way="first", total=total, waiting_list=False,
        opens_at=at - timedelta(hours=1), closes_at=at + timedelta(days=5),
        sessions=[actions.SessionPlan(starts, starts + timedelta(hours=2))], actor=machine, at=at,
    )  # fmt: skip
    return actions.publish(event=made, actor=machine, at=at)
