"""The auditor's bench: samples, queries to departments and their answers. It writes own rows only."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.money.funds import kinds, powers, queries, rules
from gongjia.money.funds.actions.telling import day_of, tell_desk
from gongjia.money.funds.models import Doubt, Payment, Sample, SampleItem


def draw(
    *, org: Any, title: str, since: date, until: date, size: int, actor: Actor, at: datetime, method: str = "random",
    stratum: str = "", type: str = "", seed: str = "",
) -> Sample:  # fmt: skip
    """Draw a sample of the payments that arrived in [since, until). The same seed over the same payments draws the
    same ones; without a seed a random one is made and kept."""
    actor.must(powers.AUDIT, org)
    if until <= since:
        refuse("dates_order", "结束日期要晚于开始日期。", fact=str(until))
    if method not in kinds.SampleMethod.values or (method == "stratified" and stratum not in kinds.Stratum.values):
        refuse("code_unknown", "请选择抽样的方法。", cure="分层抽样要选按什么分层。")
    if not 1 <= size <= 500:
        refuse("sample_size", "一次抽 1 至 500 笔。", fact=str(size))
    with journal.act():
        people = queries.population(org, since, until, type)
        if not people:
            refuse("sample_empty", "这段时间里没有到账的发放，没有可抽的。")
        seed = seed.strip()[:40] or secrets.token_hex(8)
        stratum = stratum if method == "stratified" else ""
        picked = rules.draw([(str(one.pk), queries.stratum_of(one, stratum)) for one in people], size, seed)
        sample = Sample.objects.create(
            org=org, title=title.strip()[:80] or f"{since}起抽样", seed=seed, method=method, stratum=stratum,
            since=since, until=until, type=type, size=len(picked), population=len(people),
            digest=rules.population_digest(str(one.pk) for one in people), drawn_at=at, drawn_by_id=actor.person_id,
        )  # fmt: skip
        SampleItem.objects.bulk_create(
            SampleItem(sample=sample, position=place, payment_id=key) for place, key in enumerate(picked, 1)
        )
        journal.write(
            "funds.sampled", actor=actor, at=at, org=org, subject=sample,
            payload={"seed": seed, "size": len(picked), "population": len(people), "digest": sample.digest},
        )  # fmt: skip
        return sample


def raise_doubt(
    *, org: Any, department: str, title: str, words: str, actor: Actor, at: datetime, payment: Payment | None = None,
    sample: Sample | None = None, due_on: date | None = None,
) -> Doubt:  # fmt: skip
    """Ask a department something, to be answered by a day."""
    actor.must(powers.AUDIT, org)
    if department not in queries.departments():
        refuse("code_unknown", "请选择由哪个部门答复。", cure="请从列表里选。")
    if not title.strip() or not words.strip():
        refuse("words_missing", "请写明疑点的标题和内容。")
    today = day_of(at)
    due = due_on or today + timedelta(days=queries.limit("doubt_days", today))
    if due < today:
        refuse("dates_order", "答复期限不能早于今天。", fact=str(due))
    with journal.act():
        count = Doubt.objects.select_for_update().filter(org=org, raised_on__year=today.year).count()
        doubt = Doubt.objects.create(
            org=org, department=department, payment=payment, sample=sample, number=f"{today.year}-Y{count + 1:04d}",
            title=title.strip()[:80], words=words.strip()[:2000], raised_on=today, raised_by_id=actor.person_id, due_on=due,
        )  # fmt: skip
        subjects = [one for one in (doubt, payment, sample) if one is not None]
        journal.write(
            "funds.doubt_raised", actor=actor, at=at, org=org, subjects=subjects,
            payload={"department": department, "due": due.isoformat()},
        )  # fmt: skip
        tell_desk(
            org, powers.ANSWER, "funds.doubt_waits", {"title": doubt.title, "due": due}, at,
            f"/console/funds/doubts/{doubt.pk}/",
        )  # fmt: skip
        return doubt


def answer_doubt(*, doubt: Doubt, words: str, actor: Actor, at: datetime, paper: Any = None) -> Doubt:
    """The department answers; the day is kept."""
    with journal.act():
        held = Doubt.objects.select_for_update(of=("self",)).select_related("org").get(pk=doubt.pk)
        if not any(post.role == held.department for post in actor.posts) and not actor.everywhere:
            refuse("not_this_department", f"这张疑点单由{queries.departments()[held.department]}答复。")
        if actor.person_id is not None and actor.person_id == held.raised_by_id:
            refuse("same_person", "提出疑点的人不能自己答复。", cure="请被查部门办理。")
        journal.move(
            held, "answer", actor=actor, at=at, facts=words, note=words.strip()[:500],
            changes={
                "answer": words.strip()[:2000], "answered_on": day_of(at), "answered_by_id": actor.person_id,
                "paper": paper or held.paper,
            },
        )  # fmt: skip
        tell_desk(
            held.org, powers.AUDIT, "funds.doubt_answered", {"title": held.title}, at,
            f"/console/funds/doubts/{held.pk}/",
        )  # fmt: skip
        doubt.refresh_from_db()
        return held


def ask_again(*, doubt: Doubt, words: str, actor: Actor, at: datetime, due_on: date | None = None) -> Doubt:
    """The answer does not settle it: a new day, and what is still open."""
    today = day_of(at)
    refuse_if(rules.says_why(words))
    with journal.act():
        journal.move(
            doubt, "again", actor=actor, at=at, facts=words, note=words.strip()[:500],
            changes={
                "due_on": due_on or today + timedelta(days=queries.limit("doubt_days", today)),
                "words": f"{doubt.words}\n\n〔{today} 追问〕{words.strip()}"[:2000],
            },
        )  # fmt: skip
        return doubt


def close_doubt(*, doubt: Doubt, words: str, actor: Actor, at: datetime) -> Doubt:
    with journal.act():
        journal.move(
            doubt, "close", actor=actor, at=at, facts=words, note=words.strip()[:500], changes={"closed_on": day_of(at)}
        )
        return doubt
