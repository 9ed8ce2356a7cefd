"""Agreeing to the privacy rules, version by version; taking it back; publishing a new version."""

from __future__ import annotations

from datetime import date, datetime

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.who.accounts import kinds, powers, queries, rules
from gongjia.who.accounts.actions.sessions import end_every_session
from gongjia.who.accounts.models import Account, Consent, PrivacyNotice


def give_consent(*, account: Account, version: str, at: datetime) -> Consent:
    """To the version that was on the screen; refused when another one has come into force meanwhile."""
    notice = queries.current_notice()
    if version != notice.version:
        refuse("notice_changed", "隐私政策刚刚更新，请看过新版本再同意。")
    with journal.act():
        consent = Consent(account=account, version=notice.version, text_sha256=notice.sha256, given_at=at)
        consent.save(force_insert=True)
        account.consented_version, account.consented_at = notice.version, at
        account.save(update_fields=["consented_version", "consented_at"])
        journal.write(
            "accounts.consented",
            actor=Actor(account.pk, None, account.display_name),
            at=at,
            subject=account,
            payload={"version": notice.version, "text": notice.sha256},
        )
    return consent


def withdraw_consent(*, account: Account, actor: Actor, at: datetime) -> None:
    """Ends the use of this platform, not the membership, which rests on the union law. Every device is logged out."""
    if not account.consented_version:
        refuse("consent_none", "您现在没有有效的同意，不需要撤回。")
    with journal.act():
        Consent.objects.filter(account=account, withdrawn_at__isnull=True).update(withdrawn_at=at)
        Account.objects.filter(pk=account.pk).update(consented_version="", consented_at=None)
        end_every_session([account.pk], kinds.Ended.CONSENT)
        journal.write(
            "accounts.consent_withdrawn",
            actor=actor,
            at=at,
            subject=account,
            payload={"version": account.consented_version},
        )
    account.refresh_from_db()


def publish_notice(
    *, version: str, title: str, body: str, in_force_on: date, actor: Actor, at: datetime
) -> PrivacyNotice:
    """From its day on, everybody is asked again at log-in. Power `accounts.notice`."""
    actor.must(powers.NOTICE, None)
    known = queries.notice_versions()
    refuse_if(
        rules.notice_reasons(version=version, known=known, body=body, in_force_on=in_force_on, today=clock.today())
    )
    with journal.act():
        row = PrivacyNotice(
            version=version, title=title.strip() or "隐私政策", body=body, in_force_on=in_force_on, published_at=at
        )
        row.save(force_insert=True)
        journal.write("accounts.notice_published", actor=actor, at=at, subject=row, payload={"version": version})
    return row
