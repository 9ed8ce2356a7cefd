"""The Jiande half-year, built through actions and generated sheets only. No face imports it.

Every person in it is invented: ID numbers begin with 330100 (a city's code, which no card carries),
phones with 1990, and no channel sends anything.
"""


def build(say=print) -> None:
    """Fill an empty, migrated database with the demonstration."""
    from gongjia.demo.story import build as run

    run(say)
