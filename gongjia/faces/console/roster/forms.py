"""What an officer fills in to bring a roster in."""

from __future__ import annotations

from django import forms

CHANGES, FULL = "changes", "full"


class UploadForm(forms.Form):
    """A file, the union it is for, and what the absence of a name means."""

    org = forms.ChoiceField(label="名册属于", help_text="名册里可以有下级多家工会的人；它以外的人不会被改动。")
    mode = forms.ChoiceField(
        label="名册的内容",
        choices=((CHANGES, "只列新增和变动的人"), (FULL, "这家工会的完整名册")),
        initial=CHANGES,
        widget=forms.RadioSelect,
        help_text="完整名册会列出系统里有、名册里没有的人，由您逐人确认，不会自动退会。",
    )
    file = forms.FileField(label="名册文件", help_text="Excel(xlsx、xls)或 CSV，最大 32 MB。表头上方有标题行也可以。")

    def __init__(self, *args, unions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = unions
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"


def mapping_of(data, tables) -> dict:
    """The mapping that the posted choices of the columns page make: sheet -> header row and key -> position."""
    mapping = {}
    for number, table in enumerate(tables):
        if data.get(f"skip-{number}"):
            mapping[table.sheet] = {"skip": True}
            continue
        columns = {}
        for position in range(len(table.header)):
            key = data.get(f"col-{number}-{position}", "")
            if key:
                columns[key] = position
        mapping[table.sheet] = {"header_row": table.header_row, "columns": columns}
    return mapping
