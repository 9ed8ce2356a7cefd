"""An officer with two posts, without the apps that would make one: these tests are about pages."""

from __future__ import annotations

from uuid import UUID

from gongjia.base.actor import Actor, Post


def post(number: int, org: str, role: str, *powers: str, path: str = "0001") -> Post:
    return Post(
        id=UUID(int=number),
        role=f"role{number}",
        role_label=role,
        org_id=UUID(int=number),
        org_name=org,
        path=path,
        reach="subtree",
        powers=frozenset(powers),
    )


POSTS = (
    post(1, "洋溪街道总工会", "乡镇街道工会干部", "members.read", "orgs.read"),
    post(2, "建德市总工会", "组织宣教部", "report.read"),
)


def actor_for(account, at) -> Actor:
    """Stands in for members.access.actor_for; the account's name says what it is."""
    posts = () if "会员" in account.display_name else POSTS
    return Actor(account_id=account.pk, person_id=UUID(int=9), label=account.display_name.split("·")[0], posts=posts)
