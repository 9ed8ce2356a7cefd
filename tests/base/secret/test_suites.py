"""The suites against published vectors and independent implementations."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gongjia.base.secret.errors import Tampered
from gongjia.base.secret.suites import SUITES

h = bytes.fromhex


def test_sm4_gcm_of_rfc_8998():
    key = h("0123456789ABCDEFFEDCBA9876543210")
    nonce = h("00001234567800000000ABCD")
    bound = h("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = h(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = h(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    sm = SUITES["sm"]
    assert sm.sealer(key)(nonce, plain, bound) == sealed
    assert sm.opener(key)(nonce, sealed, bound) == plain


def test_aes_256_gcm_of_the_gcm_paper():
    # McGrew & Viega, test case 16
    key = h("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    nonce = h("cafebabefacedbaddecaf888")
    bound = h("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = h(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = h(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    )
    aes = SUITES["aes"]
    assert aes.sealer(key)(nonce, plain, bound) == sealed
    assert aes.opener(key)(nonce, sealed, bound) == plain


@pytest.mark.parametrize(("name", "digest"), [("aes", "sha256"), ("sm", "sm3")])
def test_mac_equals_the_standard_librarys(name, digest):
    if digest not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    key, texts = b"k" * 32, [b"330100199001010014", b"", None, b"x" * 200]
    suite = SUITES[name]
    expected = [None if one is None else hmac.new(key, b"p\0" + one, digest).digest() for one in texts]
    assert suite.mac_many(key, b"p\0", texts) == expected
    assert suite.mac(key, b"p\0" + texts[0]) == expected[0]


@pytest.mark.parametrize("name", ["aes", "sm"])
def test_a_wrong_tag_a_wrong_binding_and_a_stump_are_refused(name):
    suite = SUITES[name]
    key = bytes(range(suite.seal_key_bytes))
    sealed = suite.sealer(key)(b"n" * 12, b"text", b"bound")
    open_ = suite.opener(key)
    for nonce, data, bound in [
        (b"n" * 12, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"bound"),
        (b"n" * 12, sealed, b"other"),
        (b"m" * 12, sealed, b"bound"),
        (b"n" * 12, sealed[:7], b"bound"),
        (b"n" * 12, b"", b"bound"),
    ]:
        with pytest.raises(Tampered):
            open_(nonce, data, bound)
