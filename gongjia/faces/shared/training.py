"""A training certificate as PDF, for the officer who prints and for the member who keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gongjia.faces.shared.jinja import link_to
from gongjia.report.export.certificates import Paper, certificates_pdf
from gongjia.report.export.content import chinese_date


def training_pdf(request: Any, certificates: Iterable[Any]) -> bytes:
    """A page each; the code leads to the public page that verifies it. One that was revoked is not printed."""
    return certificates_pdf(
        [
            Paper(
                heading="培训证书",
                name=one.person.name,
                unit=one.sign_up.org.name,
                text=f"参加“{one.title}”，完成 {one.minutes} 分钟课程，考勤合格，特发此证。",
                issuer=one.org.name,
                date=chinese_date(one.issued_on),
                serial=one.serial,
                verify=request.build_absolute_uri(link_to("public:certificate", one.serial)),
            )
            for one in certificates
            if one.revoked_on is None
        ]
    )
