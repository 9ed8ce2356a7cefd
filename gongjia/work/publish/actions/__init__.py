"""Every write of notices, and the guard that stands before whatever becomes public."""

from gongjia.work.publish.actions.guard import guard_file, guard_rows, guard_text, guard_texts
from gongjia.work.publish.actions.notices import (
    EDITED,
    Line,
    add_poster,
    draft_notice,
    edit_notice,
    end_due,
    object_to,
    open_objection,
    post,
    settle_objection,
    strike,
    take_down,
)
from gongjia.work.publish.actions.texts import Text, texts_of

__all__ = [
    "EDITED",
    "Line",
    "Text",
    "add_poster",
    "draft_notice",
    "edit_notice",
    "end_due",
    "guard_file",
    "guard_rows",
    "guard_text",
    "guard_texts",
    "object_to",
    "open_objection",
    "post",
    "settle_objection",
    "strike",
    "take_down",
    "texts_of",
]
