"""January to August: contests, training, talks, shows, 联谊, little birds and volunteers, as records of what was held.

Eleven contests of the city and the thirty they drew in, two training terms, forty-one talks, five shows, two evenings
of 联谊, classes of little birds in eight towns, five volunteer teams: what the half-year report says of them is counted.
"""

from gongjia.demo.events.contests import held as contests
from gongjia.demo.events.gatherings import held as gatherings
from gongjia.demo.events.little_birds import looked_after as little_birds
from gongjia.demo.events.stage import settled
from gongjia.demo.events.volunteers import founded as volunteers


def held() -> None:
    """All of it, in the order it happened."""
    volunteers()
    contests()
    gatherings()
    little_birds()
    settled()
