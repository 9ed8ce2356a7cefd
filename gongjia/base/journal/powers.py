"""What may be done with the journal. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "journal.read"
VERIFY = "journal.verify"

POWERS: dict[str, str] = {
    READ: "查看日志",
    VERIFY: "核验日志是否完整",
}
