"""The quota board: places handed down to townships and unions, used, left, given back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from gongjia.faces.console.handing import Handing, HandingBack
from gongjia.faces.console.programmes.one import OfRound, round_url
from gongjia.faces.console.programmes.rounds import READ
from gongjia.faces.shared.policy import Policy
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import quotas


class Board(OfRound, Handing):
    """The board; who may hand out places types the numbers beside the unions."""

    title = "名额"
    policy = READ
    power = powers.QUOTA
    template = "console/programmes/quota.html"
    submit_label = "下达名额"
    done_text = "名额已下达。"
    hand_title = "下达名额"
    hand_help = "填的是这家工会一共有几个，不是再加几个；空着就是不动。"
    none_reason = "您没有可以下达的名额。"

    @property
    def may_hand(self) -> bool:
        return self.record.state in ("draft", "open", "closed")

    @cached_property
    def board(self) -> quotas.QuotaBoard:
        return quotas.quota_board(self.actor, self.record)

    def held(self) -> Mapping[Any, int]:
        return {line.org_id: line.own for line in self.board.lines}

    def pool(self) -> int | None:
        return self.record.quota if self.giver == self.record.org else self.held().get(self.giver.pk, 0)

    def context(self) -> dict[str, Any]:
        mine = {post.org_id for post in self.actor.posts if powers.REVIEW in post.powers}
        return {
            "record": self.record,
            "board": self.board,
            "mine": mine if self.record.state in ("open", "closed") else set(),
            "list_url": round_url(self.record.pk, "entries"),
            **self.handing(),
        }

    def hand(self, form: Any, given: Any) -> Any:
        return actions.give_quota(round_=self.record, giver=self.giver, to=given, actor=self.actor, at=self.at)

    # both parents name a way on: the board stays where it is
    after = Handing.after


class GiveBack(OfRound, HandingBack):
    """A union gives back places that it will not use."""

    policy = Policy("officer", powers.REVIEW)
    power = powers.REVIEW
    done_text = "已退回，下达的工会可以另作分配。"
    lead = "只能退回还没有用、也没有再往下分的名额。"

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "quota")

    def back(self, number: int) -> Any:
        return actions.return_quota(round_=self.record, org=self.org, number=number, actor=self.actor, at=self.at)

    after = HandingBack.after
