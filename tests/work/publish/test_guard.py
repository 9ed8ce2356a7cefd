"""C08/C11: every text-borne leak of a generated corpus is stopped; clean texts pass; the guard's own blindness shows."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from gongjia.base.refused import Refused
from gongjia.work.publish import actions, rules
from tests.work.publish import corpus


def missed(find, count=1500):
    found = []
    for kind, form, text in corpus.leaks(count):
        if not any(leak.kind == kind for leak in find(text)):
            found.append((kind, form, text))
    return found


def test_every_leak_of_the_corpus_is_found() -> None:
    assert missed(rules.leaks) == []


def test_clean_texts_pass() -> None:
    texts = list(corpus.clean(3000))
    wrong = [(text, [(leak.kind, leak.found_masked) for leak in rules.leaks(text)]) for text in texts]
    wrong = [one for one in wrong if one[1]]
    print(f"false positives: {len(wrong)} of {len(texts)}")
    assert len(wrong) <= len(texts) // 1000, wrong[:5]


def naive(text):
    """A scanner as one writes it first: no full-width digits, nothing parted."""
    kinds = {
        "id": r"(?<!\d)\d{17}[\dXx](?!\d)",
        "phone": r"(?<!\d)1[3-9]\d{9}(?!\d)",
        "card": r"(?<!\d)\d{16,19}(?!\d)",
    }
    return [rules.Leak(kind, "", "") for kind, shape in kinds.items() if re.search(shape, text)]


def test_a_naive_scanner_goes_red() -> None:
    """The control: the corpus does contain what a plain pattern misses."""
    forms = {form for _kind, form, _text in missed(naive)}
    assert {"full-width", "spaces", "hyphens", "line break", "invisible", "cells", "words"} <= forms


def test_without_the_check_digit_clean_tables_would_be_stopped() -> None:
    rng = random.Random(1)
    serials = [f"9{rng.randint(10**16, 10**17 - 1)}" for _ in range(300)]
    assert all(naive(one) for one in serials) and not any(rules.leaks(f"流水号 {one}") for one in serials)


def test_a_leak_is_named_without_being_repeated() -> None:
    number = corpus.identity(random.Random(3))
    with pytest.raises(Refused) as refused:
        actions.guard_text(f"第一行\n身份证 {number}")
    reason = refused.value.reasons[0]
    assert reason.code == "leak_id" and "第 2 行" in reason.sentence and number not in reason.sentence
    assert "第二十五条" in reason.clause


def test_the_duty_phone_is_meant_to_be_public() -> None:
    actions.guard_text("有异议请致电 19900001234。", allowed=["19900001234"])
    with pytest.raises(Refused):
        actions.guard_text("有异议请致电 19900001234。")


def test_rows_are_read_across() -> None:
    actions.guard_rows([["序号", "姓名", "金额"], [1, "张*", 3000]])
    with pytest.raises(Refused):
        actions.guard_rows([["张*", "330100", "19900307", corpus_tail()]])


def corpus_tail() -> str:
    from gongjia.base.identity_numbers import check_digit

    return "123" + check_digit("33010019900307123")


def test_full_width_is_read_as_half_width() -> None:
    assert unicodedata.normalize("NFKC", "１９９０") == "1990"
    assert rules.plain_of("１９９００００１２３４") == "19900001234"


def test_an_id_number_that_also_checks_as_a_code_is_still_one() -> None:
    from gongjia.base.identity_numbers import check_uscc

    rng = random.Random(4)
    both = next(one for one in iter(lambda: corpus.identity(rng), "") if one.endswith("X") and check_uscc(one).ok)
    assert [leak.kind for leak in rules.leaks(f"王某，{both}")] == ["id"]
    assert rules.leaks("代码 81330182MC0000012H") == []


@pytest.mark.proof
def test_at_full_size() -> None:
    """20,000 leaks and 20,000 clean texts of another seed."""
    wrong = [text for text in corpus.clean(20_000, seed=99) if rules.leaks(text)]
    left = [
        text for kind, _form, text in corpus.leaks(20_000, seed=99) if kind not in {x.kind for x in rules.leaks(text)}
    ]
    print(f"leaks stopped: {20_000 - len(left)} of 20000; false positives: {len(wrong)} of 20000")
    assert left == [] and len(wrong) <= 20
