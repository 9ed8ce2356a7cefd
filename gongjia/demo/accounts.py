"""The list of accounts that the log-in page of the demo shows."""

from __future__ import annotations

import json

from django.conf import settings

from gongjia.demo import cast, unions
from gongjia.who.members import registry


def write_list() -> None:
    """One line per player: role, name, phone, union, what the account shows, whether it asks for a second factor."""
    roles = registry.roles()
    rows = []
    for player in (
        *cast.FEDERATION,
        cast.TOWNSHIP,
        cast.INDUSTRY,
        cast.CHAIR,
        cast.CLERK,
        cast.MEMBER,
        cast.LOST_PHONE,
    ):
        role = roles.get(player.role)
        home = (
            f"{cast.PLANT}工会"
            if player.number > 100
            else unions.second_name(player.home)
            if player.home
            else "建德市总工会"
        )
        rows.append(
            {
                "role": role.label if role else "会员",
                "name": player.name,
                "phone": cast.SHARED_PHONE if player is cast.LOST_PHONE else player.phone,
                "org": home,
                "says": player.says,
                "factor": bool(role and role.needs_factor),
            }
        )
    folder = settings.GONGJIA_HOME / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accounts.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
