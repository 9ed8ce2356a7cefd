"""Two halves of a secret text on paper. Half A is random; half B is the text XOR half A.

Either alone is uniformly random, whatever one can compute. Every printed line carries a short
checksum, so that a slip of the pen is found in its line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
import zlib

from .errors import KeysDamaged

_LINE = 40  # bytes of a half in one printed line
_GROUP = 8

_PAPER = """\
工家密钥分册 {letter}（共两册：A、B）
密钥编号：{id}
制作时间：{moment}

【保管说明】
1. A、B 两册必须由两个人分开保管，不放在同一处、同一台电脑或同一个邮箱里。
2. 单独一册没有任何用处；两册合在一起，就能打开本单位全部加密资料。
3. 服务器损坏后，要靠备份和这两册才能恢复；两册都丢失，已加密的身份证号、手机号等永远无法找回。
4. 请打印后封存在信封内，骑缝签名，登记保管人；打印后删除本文件。更换密钥后须重新制作，旧册作废。
5. 恢复方法：在新服务器上运行 gongjia keys import 分册A文件 分册B文件
   （只剩纸质件时，照原样录入下面各行，空格和大小写不影响；某行录错会提示行号。）

-----BEGIN GONGJIA KEY HALF {letter}-----
{body}
-----END GONGJIA KEY HALF {letter}-----
整册校验：{half_sum}
两册合并校验：{whole_sum}
"""


def split(text: str, ring_id: str, moment: str) -> tuple[str, str]:
    plain = zlib.compress(text.encode(), 9)
    pad = secrets.token_bytes(len(plain))
    other = bytes(x ^ y for x, y in zip(plain, pad, strict=True))
    whole = hashlib.sha256(plain).hexdigest()[:32]
    return _paper("A", pad, ring_id, moment, whole), _paper("B", other, ring_id, moment, whole)


def join(a: str, b: str) -> str:
    first, second = _read(a), _read(b)
    if first["letter"] == second["letter"]:
        raise KeysDamaged(f"两份都是分册 {first['letter']}，需要 A、B 各一份")
    if first["id"] != second["id"] or first["whole"] != second["whole"] or len(first["data"]) != len(second["data"]):
        raise KeysDamaged("两份分册不是同一次制作的，请核对密钥编号和制作时间")
    plain = bytes(x ^ y for x, y in zip(first["data"], second["data"], strict=True))
    if hashlib.sha256(plain).hexdigest()[:32] != first["whole"]:
        raise KeysDamaged("两份分册合并后校验不符")
    try:
        return zlib.decompress(plain).decode()
    except (zlib.error, UnicodeDecodeError):
        raise KeysDamaged("两份分册合并后无法读取") from None


def _paper(letter: str, data: bytes, ring_id: str, moment: str, whole: str) -> str:
    lines = []
    for number, at in enumerate(range(0, len(data), _LINE), 1):
        piece = data[at : at + _LINE]
        text = base64.b32encode(piece).decode().rstrip("=")
        groups = " ".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))
        lines.append(f"{number:03d}  {groups}  #{_short(number, piece)}")
    return _PAPER.format(
        letter=letter, id=ring_id, moment=moment, body="\n".join(lines),
        half_sum=hashlib.sha256(data).hexdigest()[:16], whole_sum=whole,
    )  # fmt: skip


def _short(number: int, piece: bytes) -> str:
    return hashlib.sha256(number.to_bytes(2, "big") + piece).hexdigest()[:4]


def _read(text: str) -> dict:
    head = re.search(r"BEGIN GONGJIA KEY HALF ([AB])-+(.*?)-+END GONGJIA KEY HALF", text, re.DOTALL)
    ring_id = re.search(r"密钥编号[：:]\s*([0-9a-fA-F-]{36})", text)
    half_sum = re.search(r"整册校验[：:]\s*([0-9a-fA-F]{16})", text)
    whole = re.search(r"两册合并校验[：:]\s*([0-9a-fA-F]{32})", text)
    if not (head and ring_id and half_sum and whole):
        raise KeysDamaged("这不是工家的密钥分册，或内容不完整")
    letter, data = head.group(1), b""
    lines = [line for line in head.group(2).splitlines() if line.strip()]
    for expected, line in enumerate(lines, 1):
        match = re.fullmatch(r"\s*(\d{3})\s+([A-Za-z2-7 ]+?)\s*#\s*([0-9a-fA-F]{4})\s*", line)
        try:
            if match is None or int(match.group(1)) != expected:
                raise ValueError
            code = match.group(2).replace(" ", "").upper()
            piece = base64.b32decode(code + "=" * (-len(code) % 8))
            if _short(expected, piece) != match.group(3).lower():
                raise ValueError
        except (ValueError, binascii.Error):
            raise KeysDamaged(f"分册 {letter} 第 {expected} 行有误，请核对") from None
        data += piece
    if hashlib.sha256(data).hexdigest()[:16] != half_sum.group(1).lower():
        raise KeysDamaged(f"分册 {letter} 校验不符，可能缺行")
    return {"letter": letter, "id": ring_id.group(1).lower(), "whole": whole.group(1).lower(), "data": data}
