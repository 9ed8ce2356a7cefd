"""Pages that take a document along: a file once uploaded is not lost when the form comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms

from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import Refused
from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import flash, opaque
from gongjia.faces.shared.pages import FormPage
from gongjia.who.orgs import powers


def mine(actor: Any, pk: Any) -> Any:
    """An attachment that this person uploaded, or None."""
    if actor.account_id is None:
        return None
    return one_of(attachments.Attachment.objects.filter(pk=pk, created_by=actor.account_id))


class OrgFormPage(FormPage):
    """A form that may name unions (`offer`) and carry an approval document."""

    template = "console/org_form.html"
    offer = powers.READ
    offer_upper = False
    names_unions = False
    kept: Any = None

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor} if issubclass(self.form_class, picking.UnionForm) else {}

    @property
    def purpose(self) -> str:
        return f"paper:{self.actor.account_id}"

    def paper(self, form: forms.Form, org: Any = None) -> Any:
        """The uploaded document, or the one kept from the attempt before; None when there is neither."""
        upload = form.cleaned_data.pop("attachment", None)
        if upload is not None:
            try:
                self.kept = attachments.store(upload, name=upload.name, actor=self.actor, at=self.at, org=org)
            except Refused as refused:
                raise Refused(replace(one, code="attachment") for one in refused.reasons) from refused
        elif token := self.request.POST.get("_paper", ""):
            pk = opaque.unwrap(token, self.purpose)
            self.kept = mine(self.actor, pk) if pk else None
        return self.kept

    def context(self) -> dict[str, Any]:
        return {
            "kept": self.kept,
            "kept_token": opaque.wrap(str(self.kept.pk), self.purpose) if self.kept else "",
            "offered": picking.offered(self.actor, self.offer, upper=self.offer_upper) if self.names_unions else [],
            **self.extra(),
        }

    def extra(self) -> dict[str, Any]:
        return {}

    def warn(self, warnings: Any) -> None:
        for reason in warnings:
            flash.say(self.request, reason.sentence, "warning")
