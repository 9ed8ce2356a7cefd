"""Home addresses in a text: told from the addresses of offices, which a notice needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIGURE = r"(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,6}|[A-Za-z]\d{0,4})"
_JOIN = r"[\s,，、\-－之]{0,2}"
# a door: building, entrance, room; or a house of a village
_PARTS = rf"第?{_FIGURE}{_JOIN}(?:号楼|幢|栋|座|单元|号|室|弄|组|楼|层|户)"
_STREET = r"[\u4e00-\u9fff]{1,12}?(?:路|街道?|巷|弄|里|大道|坊|胡同|新村|小区|花园|花苑|苑|公寓|家园|村|社区|庄|湾|园|城|府|寓)"
_DOOR = re.compile(rf"{_STREET}{_JOIN}(?:{_PARTS}{_JOIN}){{1,5}}")
_SAID = re.compile(
    rf"(?:家庭住址|家庭地址|现住址|居住地址?|住址|户籍地址?|户口所在地|家住|现住|住在|居住在|住)[\s:：为是于]{{0,4}}"
    rf"([\u4e00-\u9fff0-9A-Za-z\s,，\-－]{{2,40}}?(?:{_PARTS}{_JOIN})+|"
    r"[\u4e00-\u9fff]{2,12}(?:省|市|区|县|镇|乡|街道)[\u4e00-\u9fff0-9]{1,16}(?:村|社区|小区|苑|花园|新村|公寓)[\u4e00-\u9fff0-9]{0,8})"
)
_HOME_DOOR = re.compile(
    rf"{_FIGURE}{_JOIN}(?:号楼|幢|栋|单元){_JOIN}(?:{_PARTS}{_JOIN}){{1,4}}|(?:村|庄|湾)[^,，。;；\n]{{0,8}}?{_FIGURE}{_JOIN}(?:号|组|户)"
)
_ROOM = re.compile(rf"{_FIGURE}{_JOIN}室")
# what is called an office, a counter or a place to meet is no home
_OFFICE = re.compile(
    r"受理|办公|地点|会议室|会场|单位地址|工会地址|通讯地址|邮寄|接待|窗口|举办|集合|报名处|服务中心|大厦|大楼|行政|政府|机关|总工会|工会"
)
_BEFORE = 18


def find_addresses(plain: str) -> Iterator[tuple[str, int]]:
    """(address, where it begins): what is said to be a home, and doors that only homes have."""
    seen: list[tuple[int, int]] = []
    for hit in _SAID.finditer(plain):
        seen.append(hit.span(1))
        yield hit.group(1).strip(), hit.start(1)
    for hit in _DOOR.finditer(plain):
        if any(start <= hit.start() < end or hit.start() <= start < hit.end() for start, end in seen):
            continue
        text = hit.group().strip()
        home = _HOME_DOOR.search(text) or (_ROOM.search(text) and re.search(r"小区|花园|苑|公寓|家园|新村|府|寓", text))
        if home and not _OFFICE.search(plain[max(0, hit.start() - _BEFORE) : hit.end()]):
            yield text, hit.start()
