"""Where this installation keeps its data and its database. No Django here: the supervisor uses it too."""

from __future__ import annotations

import os
from pathlib import Path

APP_ROLE = "gongjia_app"
OWNER_ROLE = "gongjia_owner"
SUPER_ROLE = "gongjia_super"
DATABASE = "gongjia"


def home() -> Path:
    """The folder that holds every byte of data (`GONGJIA_HOME`, default `var/` under the working folder)."""
    return Path(os.environ.get("GONGJIA_HOME") or "var").absolute()


def external() -> bool:
    """Whether a PostgreSQL of one's own is used instead of the embedded one."""
    return bool(os.environ.get("GONGJIA_DATABASE_URL"))


def database_name() -> str:
    """Name of the database inside the embedded server."""
    return os.environ.get("GONGJIA_DATABASE_NAME") or DATABASE


def connection_parameters(role: str) -> dict[str, str]:
    """libpq parameters for `role` ("app", "owner", or "super": embedded only). Starts the embedded server if needed."""
    from psycopg.conninfo import conninfo_to_dict

    if external():
        url = os.environ["GONGJIA_DATABASE_URL"]
        if role in ("owner", "super"):
            url = os.environ.get("GONGJIA_OWNER_URL") or url
        return {key: str(value) for key, value in conninfo_to_dict(url).items()}

    from gongjia.config import embedded

    server = embedded.ensure(home())
    names = {"app": APP_ROLE, "owner": OWNER_ROLE, "super": SUPER_ROLE}
    return {"host": server.socket_dir, "port": str(server.port), "user": names[role], "dbname": database_name()}
