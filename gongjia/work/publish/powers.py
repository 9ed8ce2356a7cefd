"""What may be done with notices. Code -> 中文, printed in the role matrix."""

from __future__ import annotations

READ = "publish.read"
NOTICE = "publish.notice"
ANSWER = "publish.answer"
TAKE_DOWN = "publish.take_down"

POWERS: dict[str, str] = {
    READ: "查看公示",
    NOTICE: "拟定、发布公示，上传张榜照片",
    ANSWER: "查看和答复异议",
    TAKE_DOWN: "撤下公示",
}
