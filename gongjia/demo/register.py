"""January 2018: the register and the members come in as the spreadsheets that offices have."""

from __future__ import annotations

import itertools
import multiprocessing
import random
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from django.db import connection, connections

from gongjia.demo import cast, people, trades, unions
from gongjia.demo.story import MACHINE, moment
from gongjia.demo.workbook import book
from gongjia.who.members.actions import roster
from gongjia.who.orgs import actions as orgs
from gongjia.who.orgs import queries

REGISTER_DAY = date(2018, 1, 3)
ROSTER_DAY = date(2018, 1, 5)


def list_unions() -> None:
    """The federation, its second level and its basic unions, by the organisation sheet."""
    at = moment(REGISTER_DAY)
    orgs.found_federation(
        code=unions.COUNTY, name="建德市总工会", short_name="建德市总", founded_on=date(1950, 5, 1), actor=MACHINE, at=at,
        details={"uscc": unions.uscc("81", 1)},
    )  # fmt: skip
    done = orgs.import_sheet(
        book("工会组织", unions.sheet_rows(unions.basic_unions())), name="建德市工会组织.xlsx", actor=MACHINE, at=at
    )
    if done.refused:
        raise RuntimeError(list(done.faults)[:10])


def roster_files() -> dict[str, list[list[str]]]:
    """Second-level short name -> rows of its roster, header first: the people of every union, with real gaps."""
    dice, other_dice = random.Random(20180105), random.Random(20180106)
    crowd = people.people(20180105, start=100_000)
    files: dict[str, list[list[str]]] = defaultdict(lambda: [list(people.HEADER)])
    for union in unions.basic_unions():
        rows = files[union.second or "直属"]
        players = _players_of(union)
        for player in players:
            rows.append(_player_row(player, union))
        for person in itertools.islice(crowd, max(0, union.members - len(players))):
            employer = union.employer or dice.choice(union.covered)[0]
            row = people.sheet_row(person, employer, union.name, trade=trades.trade_of(other_dice, union, employer))
            gap = dice.random()
            if gap < 0.015:
                row[2] = ""  # no document was copied
            elif gap < 0.055:
                row[3] = ""  # no phone
            elif gap < 0.075:
                row[7] = row[8] = ""
            rows.append(row)
    return dict(files)


def _players_of(union: unions.Union) -> list[cast.Player]:
    if union.employer == cast.PLANT:
        return [cast.CHAIR, cast.CLERK, cast.MEMBER, cast.LOST_PHONE]
    if union.employer == "建德市机关":
        return [*cast.FEDERATION, cast.TOWNSHIP, cast.INDUSTRY, *second_officers()]
    return []


def second_officers() -> list[cast.Player]:
    """One officer for each second-level union that has none of its own name."""
    named = {cast.TOWNSHIP.home, cast.INDUSTRY.home}
    homes = [short for _, _, short, _ in unions.second_level() if short not in named]
    return [cast.township_officer(number, home) for number, home in enumerate(homes, 2)]


def _player_row(player: cast.Player, union: unions.Union) -> list[str]:
    phone = cast.SHARED_PHONE if player is cast.LOST_PHONE else player.phone
    woman = int(player.id_no[16]) % 2 == 0
    born = f"{player.id_no[6:10]}-{player.id_no[10:12]}-{player.id_no[12:14]}"
    return [
        player.name, "女" if woman else "男", player.id_no, phone, born, "汉族", "中共党员" if player.role else "群众", "大学本科",
        "", "非农业家庭户口", "否", union.employer, union.name, "2009-07-01",
    ]  # fmt: skip


def rosters() -> None:
    """Every second-level office sends one workbook; each is checked and run as an officer would.

    Two hands work through the pile. A test that undoes the whole story has one transaction, hence one hand.
    """
    federation = queries.by_code(unions.COUNTY)
    at = moment(ROSTER_DAY)
    trades.list_trades()
    second = {short: code for code, _, short, _ in unions.second_level()}
    found = queries.by_codes(second.values())
    offices = {short: found[code] for short, code in second.items()}
    sheets = (
        (offices.get(short, federation), book("会员名册", rows), f"{short}会员名册.xlsx", at)
        for short, rows in roster_files().items()
    )
    if connection.in_atomic_block:
        for sheet in sheets:
            load(*sheet)
    else:
        connections.close_all()  # a connection is not shared between processes
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as hands:
            for done in [hands.submit(load, *sheet) for sheet in sheets]:
                done.result()
    roster.refresh_planner()


def load(org, data: bytes, name: str, at) -> None:
    """One workbook through upload, check and run. A refused row would be a mistake of the demo."""
    batch = roster.upload(actor=MACHINE, at=at, org=org, file=data, name=name)
    roster.check(batch=batch, actor=MACHINE, at=at)
    if batch.refused:
        faults = [(fault.row, fault.column, fault.message) for fault in batch.verdicts.filter(refuses=True)[:5]]
        raise RuntimeError(f"{name}: {faults}")
    roster.start(batch=batch, digest=batch.digest, actor=MACHINE, at=at)
    roster.run(batch=batch, actor=MACHINE)
