"""What an act is called on a timeline: action code -> 中文. Apps add theirs when they are ready."""

from __future__ import annotations

from gongjia.base.flow import Flow

_labels: dict[str, str] = {
    "attachment.stored": "上传附件",
    "reveal": "查看完整信息",
    "login.ok": "登录",
    "login.failed": "登录失败",
    "login.out": "退出登录",
    "denied": "越权被拒",
    "journal.verified": "核验日志",
    "payload.shredded": "清除个人内容",
}


def name_actions(names: dict[str, str]) -> None:
    """Give acts their Chinese names."""
    _labels.update(names)


def name_flow(flow: Flow) -> None:
    """Give the moves of a flow their names: `transfer.accept` -> 会籍转接·接收."""
    for move in flow.moves:
        _labels.setdefault(f"{flow.name}.{move.name}", move.label or move.name)


def label_of(action: str) -> str:
    return _labels.get(action, action)


def known_actions() -> dict[str, str]:
    return dict(_labels)
