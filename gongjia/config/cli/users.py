"""`gongjia user`: officers and their posts from the machine itself, when nobody can log in to do it on the pages."""

from __future__ import annotations

from typing import Any

import click

from gongjia.config.cli.common import needs_django, operator, stop
from gongjia.config.cli.house import here
from gongjia.config.cli.rosters import union_of

_org = click.option("--org", "code", default="", help="工会代码；不写就是最上级工会。")
_phone = click.option("--phone", required=True, help="登录手机号。")
_name = click.option("--name", default="", help="姓名；两个人共用一个手机号时要写明。")


@click.group(help="干部账号：添加、岗位、登录条、重置动态口令。")
def user() -> None:
    here()


@user.command("add", help="登记一名干部，并给一个岗位。")
@click.option("--name", required=True, help="姓名。")
@_phone
@click.option("--role", required=True, help="岗位代码，见 gongjia user roles。")
@_org
@click.option("--post-name", default="", help="职务名称，例如“组织宣教部部长”。")
@needs_django
def add(name: str, phone: str, role: str, code: str, post_name: str) -> None:
    from gongjia.base import clock, journal
    from gongjia.who.members import actions

    actor, at, org = operator(), clock.now(), _union(code)
    with journal.act():
        person = next((one for one in _holders(phone) if one.name == name), None)
        if person is None:
            person = actions.add_person(
                facts=actions.PersonFacts(name=name, phone=phone), org=org, actor=actor, at=at, note="命令行登记"
            )
        post = actions.grant(
            person=person,
            org=org,
            role=role,
            since=at.date(),
            post_name=post_name,
            actor=actor,
            at=at,
            note="命令行登记",
        )
    click.echo(f"{name}：{org.name} {post.post_name}。登录条：gongjia user slip --phone {phone}")


@user.command("role", help="给已登记的干部增加一个岗位，或用 --end 结束一个岗位。")
@_phone
@_name
@click.option("--role", required=True, help="岗位代码。")
@_org
@click.option("--end", "ending", is_flag=True, help="结束这个岗位。")
@click.option("--why", default="", help="原因（结束时必填）。")
@needs_django
def role(phone: str, name: str, role: str, code: str, ending: bool, why: str) -> None:
    from gongjia.base import clock
    from gongjia.who.members import actions

    actor, at, org, person = operator(), clock.now(), _union(code), _person(phone, name)
    if not ending:
        actions.grant(person=person, org=org, role=role, since=at.date(), actor=actor, at=at, note=why)
        click.echo("已增加。")
        return
    held = person.positions.filter(role=role, org=org, until__isnull=True).first()
    if held is None:
        stop(f"{person.name} 现在没有这个岗位。")
    actions.end(position=held, on=at.date(), why=why, actor=actor, at=at)
    click.echo("已结束。")


@user.command("slip", help="打印一张一次性登录条，只显示这一次。")
@_phone
@_name
@needs_django
def slip(phone: str, name: str) -> None:
    from gongjia.base import clock
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.orgs.queries import root

    person = _person(phone, name)
    if person.account_id is None:
        stop(f"{person.name} 没有登录账号，请先给岗位。")
    printed = accounts.issue_slips(org=root(), account_ids=[person.account_id], actor=operator(), at=clock.now())
    for one in printed:
        click.echo(f"{one.name}　{one.code}　{one.expires_at:%Y-%m-%d} 前有效，用过即作废")


@user.command("list", help="现任干部。手机号不显示全。")
@_org
@needs_django
def list_(code: str) -> None:
    from gongjia.base import clock
    from gongjia.who.members import queries

    rows = queries.position_rows(operator(), today=clock.today(), org=_union(code), limit=500)
    for row in rows:
        click.echo(f"  {row.org_name}　{row.person_name}　{row.post_name}（{row.role}）　{row.phone.masked()}")
    if len(rows) == 500:
        click.echo("  …… 只列前 500 个，请用 --org 缩小范围。")


@user.command("roles", help="有哪些岗位代码。")
@needs_django
def roles() -> None:
    from gongjia.who.members import registry

    for one in registry.roles().values():
        click.echo(f"  {one.key:20} {one.label}")


@user.command("reset-factor", help="干部的动态口令丢失：解除绑定，下次登录时重新绑定。")
@_phone
@_name
@click.option("--reason", required=True, help="原因，记入日志。")
@needs_django
def reset_factor(phone: str, name: str, reason: str) -> None:
    from gongjia.base import clock
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.orgs.queries import root

    person = _person(phone, name)
    accounts.reset_factor(account_id=person.account_id, org=root(), actor=operator(), at=clock.now(), reason=reason)
    click.echo(f"{person.name} 的动态口令已解除绑定。")


def _union(code: str) -> Any:
    from gongjia.who.orgs.queries import root

    if code:
        return union_of(code)
    return root() or stop("这里还没有建立工会。")


def _holders(phone: str) -> list[Any]:
    from gongjia.who.members import queries

    return queries.find_persons(phone=phone)


def _person(phone: str, name: str) -> Any:
    found = [one for one in _holders(phone) if not name or one.name == name]
    if not found:
        stop("没有登记过这个手机号" + (f"的{name}。" if name else "。"))
    if len(found) > 1:
        stop("这个手机号登记了多人，请用 --name 写明姓名。")
    return found[0]
