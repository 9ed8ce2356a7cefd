"""摇号核对：只用 Python 自带的功能，把公布的摇号文件从头重算一遍。
用法：python verify_draw.py 摇号文件 [截止时自己记下的名单摘要]"""

import hashlib
import json
import sys
from pathlib import Path


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digest(part):
    return sha(json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def check(file, noted=""):
    """(what does not fit, winners in order, waiting list in order)"""
    closing, opening, faults = file["closing"], file.get("opening"), []
    entries = {entry["no"]: entry for entry in closing["entries"]}
    if digest(closing) != file["closing_digest"] or (noted and noted != file["closing_digest"]):
        faults.append("名单和截止时公布的摘要对不上：有人改过名单、权重、名额或规则")
    sane = all(0 < one["weight"] < 100 and one["seats"] > 0 for one in closing["entries"])
    if not sane or len(entries) != len(closing["entries"]):
        return [*faults, "名单里有重复的编号，或者权重、人数不对"], [], []
    if opening is None:
        return faults, [], []
    if sha(opening["seed"]) != closing["seed_hash"]:
        faults.append("种子和报名前公布的种子摘要对不上")
    head = f"{opening['seed']}|{opening['value']}|"  # as many tickets as the weight says; the lowest one counts
    best = {no: min(sha(f"{head}{no}|{i}") for i in range(e["weight"])) for no, e in entries.items()}
    left = {key: cell["places"] for key, cell in closing["cells"].items()}
    ranks = []
    for no in sorted(best, key=lambda no: (best[no], no)):
        won = all(left[key] >= entries[no]["seats"] for key in entries[no]["cells"])  # room in each of its counters
        left.update({key: left[key] - entries[no]["seats"] for key in entries[no]["cells"] if won})
        ranks.append({"no": no, "ticket": best[no], "result": "won" if won else "waiting"})
    if ranks != opening["ranks"]:
        faults.append("按种子和公开数值重算的票号、名次或中签结果和公布的不一样")
    if digest(opening) != file["opening_digest"]:
        faults.append("开号结果和它的摘要对不上")
    return faults, *([one["no"] for one in ranks if one["result"] == result] for result in ("won", "waiting"))


def main(path, noted=""):
    try:
        file = json.loads(Path(path).read_text(encoding="utf-8"))
        faults, won, waiting = check(file, noted)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return print(f"不相符：这不是完整的摇号文件（{type(error).__name__}：{error}）") or 1
    print(f"种子摘要 {file['closing']['seed_hash']}\n名单摘要 {file['closing_digest']}")
    print(*[f"中签 {no}" for no in won], *[f"候补 {n} {no}" for n, no in enumerate(waiting, 1)], sep="\n")
    print("不相符：" + "；".join(faults) if faults else "全部相符" + ("。" if "opening" in file else "，还没有开号。"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
