"""C06: what somebody with the database tries. Each attack has a control on which it must succeed."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import connection

from gongjia.base import secret
from gongjia.base.models import uuid7
from gongjia.base.secret import box, suites
from gongjia.base.secret.errors import SecretError

GATE, PROOF = 1_000, 10_000
sizes = pytest.mark.parametrize("count", [GATE, pytest.param(PROOF, marks=pytest.mark.proof)])


def people(count: int) -> tuple[list[UUID], list[str], list[str]]:
    return (
        [uuid7() for _ in range(count)],
        [f"3301001990{n // 10_000 % 12 + 1:02d}01{n % 10_000:04d}" for n in range(count)],
        [f"1990{n:07d}" for n in range(count)],
    )


def refused(attempts) -> int:
    """How many of the attempts were refused; anything that opens counts as a success of the attacker."""
    count = 0
    for attempt in attempts:
        try:
            attempt()
        except SecretError:
            count += 1
    return count


# -- nonces ---------------------------------------------------------------------------------------------
def repeats(values: list[bytes]) -> int:
    nonces = Counter(value[box.HEAD : box.HEAD + suites.NONCE] for value in values)
    return sum(count - 1 for count in nonces.values())


@pytest.mark.parametrize("count", [50_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
def test_no_nonce_is_used_twice(ring, count):
    pk = uuid7()
    values = box.seal_many("x", [pk] * (count // 2), ["同一个"] * (count // 2))
    for _ in range(5):
        values += box.seal_many("x", [pk] * (count // 10), ["同一个"] * (count // 10))
    values += [box.seal("x", pk, "同一个") for _ in range(100)]
    assert repeats(values) == 0


def test_reused_nonces_would_be_found(ring, monkeypatch):
    """Negative control: nonces from a counter that starts anew, as after a restored snapshot."""
    monkeypatch.setattr(box, "nonces", lambda count: [n.to_bytes(12, "big") for n in range(count)])
    pk = uuid7()
    values = [*box.seal_many("x", [pk] * 100, ["文本"] * 100), *box.seal_many("x", [pk] * 100, ["文本"] * 100)]
    assert repeats(values) == 100


# -- changed bits -----------------------------------------------------------------------------------------
@sizes
def test_every_changed_bit_is_refused(ring, count):
    dice = random.Random(6)
    pks, ids, _ = people(200)
    sealed = box.seal_many("person.id_no", pks, ids)

    def attempt(at: int):
        data = bytearray(sealed[at])
        bit = dice.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        return lambda: box.unseal("person.id_no", pks[at], bytes(data))

    assert refused(attempt(n % 200) for n in range(count)) == count
    cuts = [sealed[0][:at] for at in range(len(sealed[0]))] + [sealed[0] + b"\0", b""]
    assert refused((lambda cut=cut: box.unseal("person.id_no", pks[0], cut)) for cut in cuts) == len(cuts)


def test_a_cipher_without_a_tag_would_accept_them():
    """Negative control: the same attack on plain counter mode changes the number and nobody notices."""
    key, nonce = b"k" * 32, b"n" * 16

    def run(data: bytes) -> bytes:
        return Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor().update(data)

    data = bytearray(run(b"330100199001010015"))
    data[17] ^= ord("5") ^ ord("6")
    assert run(bytes(data)) == b"330100199001010016"


# -- exchanged values -------------------------------------------------------------------------------------
@sizes
def test_every_exchanged_value_is_refused(ring, count):
    dice = random.Random(7)
    pks, ids, phones = people(200)
    columns = {"person.id_no": box.seal_many("person.id_no", pks, ids)}
    columns["person.phone"] = box.seal_many("person.phone", pks, phones)

    def attempt():
        row, other = dice.sample(range(200), 2)
        column, other_column = dice.sample(list(columns), 2)
        if dice.random() < 0.5:
            return lambda: box.unseal(column, pks[row], columns[column][other])  # another row's
        return lambda: box.unseal(column, pks[row], columns[other_column][row])  # another column's

    assert refused(attempt() for _ in range(count)) == count


def test_without_bound_data_the_exchange_would_succeed(ring, monkeypatch, holders):
    """Negative control: a sealer that binds nothing. The rich man's number lands in the poor man's row."""
    version = ring.current("field")
    bare_seal, bare_open = version.suite.sealer(version.key), version.suite.opener(version.key)
    monkeypatch.setitem(version.__dict__, "seal", lambda nonce, plain, bound: bare_seal(nonce, plain, b""))
    monkeypatch.setitem(version.__dict__, "open", lambda nonce, data, bound: bare_open(nonce, data, b""))
    assert exchange(holders) == "19900000001"


def test_an_exchange_inside_the_database_is_refused(holders):
    with pytest.raises(secret.Tampered):
        exchange(holders)


def exchange(holders) -> str:
    one, two = holders(phone="19900000001"), holders(phone="19900000002")
    one.save()
    two.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "update secret_tests_holder t set phone = s.phone from secret_tests_holder s where t.id = %s and s.id = %s",
            [two.pk, one.pk],
        )
    return holders.objects.get(pk=two.pk).phone.open_unlogged()


# -- the index: finds with the key, tells nothing without ---------------------------------------------------
@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.proof)])
def test_search_among_many_finds_exactly_the_one(holders, count):
    pks, ids, phones = people(count)
    column = holders._meta.get_field
    values = {
        "id": pks,
        "id_no": box.seal_many("test_holder.id_no", pks, ids),
        "phone": box.seal_many("test_holder.phone", pks, phones),
        **column("id_index").columns_many(ids),
        **column("phone_index").columns_many(phones),
    }
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy secret_tests_holder ({', '.join(values)}, name, plain) from stdin") as copy,
    ):
        for row in zip(*values.values(), strict=True):
            copy.write_row((*row, "", ""))
    found = 0
    for at in random.Random(8).sample(range(count), 100):
        row = holders.objects.get(id_index=ids[at])
        found += row.pk == pks[at] and row.id_no.open_unlogged() == ids[at] and row.phone.open_unlogged() == phones[at]
    assert found == 100
    assert not holders.objects.filter(id_index="330100201212120019").exists()


def brute_force(stolen: set[bytes], guesses: list[str], digests) -> int:
    """How many stolen index values an intruder turns back into numbers by trying every number."""
    return sum(any(digest(guess.encode()) in stolen for digest in digests) for guess in guesses)


def intruders_digests(own: list[bytes]):
    """What one can compute without the key: bare digests, and HMACs under everything lying in the database."""
    for name in ("sha256", "sm3", "md5", "sha1"):
        if name in hashlib.algorithms_available:
            for prefix in (b"", b"person.phone", b"person.phone\0"):
                yield lambda text, name=name, prefix=prefix: hashlib.new(name, prefix + text).digest()
    for key in (b"\0" * 32, b"person.phone", *own):
        for prefix in (b"", b"person.phone\0"):
            yield lambda text, key=key, prefix=prefix: hmac.digest(key, prefix + text, "sha256")


SPACE = [f"1990000{n:04d}" for n in range(10_000)]  # all an intruder must try when six digits are known or likely
TAKEN = random.Random(9).sample(SPACE, 50)


def test_the_index_tells_nothing_without_its_key(ring):
    stolen = secret.blind_many("person.phone", TAKEN)
    sealed = secret.seal_many("person.phone", [uuid7() for _ in TAKEN], TAKEN)
    assert brute_force(set(stolen), SPACE, list(intruders_digests([stolen[0], sealed[0][:32]]))) == 0
    # nor with the keys of other classes, nor does the same number show in another column
    for klass in ("field", "file", "journal", "token"):
        key = ring.current(klass).key.ljust(32, b"\0")
        other = ring.current("index").suite
        assert (
            brute_force(set(stolen), SPACE, [lambda text, key=key, mac=other.mac: mac(key, b"person.phone\0" + text)])
            == 0
        )
    assert not set(stolen) & set(secret.blind_many("account.phone", TAKEN))


def test_an_index_without_a_key_is_broken(ring):
    """Negative control: the same intruder on a bare SHA-256 index takes every number."""
    stolen = {hashlib.sha256(text.encode()).digest() for text in TAKEN}
    assert brute_force(stolen, SPACE, list(intruders_digests([]))) == len(TAKEN)


def test_whoever_has_the_key_can_search():
    """The attack is not weak by itself: with the right key it takes all."""
    key = b"k" * 32
    stolen = {hmac.digest(key, b"person.phone\0" + text.encode(), "sha256") for text in TAKEN}
    assert brute_force(stolen, SPACE, list(intruders_digests([key]))) == len(TAKEN)


# -- bulk equals single --------------------------------------------------------------------------------------
def test_bulk_and_single_agree(ring):
    pks, ids, _ = people(300)
    texts = [*ids[:298], None, ""]
    sealed = secret.seal_many("x", pks, texts)
    assert secret.unseal_many("x", pks, sealed) == [*ids[:298], None, None]
    blind = secret.blind_many("x", texts)
    assert blind[:298] == [secret.blind("x", text) for text in ids[:298]] and blind[298:] == [None, None]
    with pytest.raises(ValueError, match=r"shorter|longer"):
        secret.seal_many("x", pks, ids[:5])
