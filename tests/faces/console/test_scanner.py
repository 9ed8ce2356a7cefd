"""The scanner in a real browser: a code held before the camera, and what a phone without network makes of a ticket.

The camera is a file of pictures that the browser plays as if it were one; the tests write the pictures.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qrcode
from PIL import Image

from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, Scan
from gongjia.work.events.rules import door as rules
from tests import looking
from tests.faces.console.test_door import Phone, at_door, door  # noqa: F401  (fixtures)
from tests.journeys.conftest import site  # noqa: F401
from tests.who.members.conftest import AT, join, machine, paper, world  # noqa: F401
from tests.work.events.conftest import make, me, people  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE = (640, 480)


def picture(text: str) -> bytes:
    """One frame: a code as somebody holds it before the camera, a little to the side; "": nothing."""
    frame = Image.new("RGB", SIZE, (150, 160, 150))
    if text:
        code = qrcode.make(text, border=3).convert("RGB").resize((380, 380), Image.Resampling.NEAREST)
        frame.paste(code.rotate(4, fillcolor=(255, 255, 255), expand=True), (120, 40))
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=85)
    return out.getvalue()


class Camera:
    """What lies before it, from the next time that it is switched on."""

    def __init__(self, path: Path):
        self.path = path
        self.hold("")

    def hold(self, text: str) -> None:
        self.path.write_bytes(picture(text) * 30)


@pytest.fixture
def camera(tmp_path) -> Camera:
    return Camera(tmp_path / "camera.mjpeg")


@pytest.fixture
def watching(chromium, camera, site, at_door) -> Iterator[Callable[..., Phone]]:  # noqa: F811
    """A phone whose camera sees what the test holds before it."""
    browser = looking.launch(
        chromium.browser_type, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera.path}",
    )  # fmt: skip
    phones: list[Phone] = []

    def one(name: str = "东门") -> Phone:
        phones.append(Phone(browser, site, at_door(name), name))
        return phones[-1]

    yield one
    for phone in phones:
        phone.context.close()
    browser.close()


def show(phone: Phone, camera: Camera, text: str, verdict: str) -> None:
    """Hold a code before the camera until the phone says so; switch the camera off again."""
    camera.hold(text)
    phone.page.click("[data-do=camera]")
    phone.page.wait_for_selector("[data-camera]:not([hidden])")
    phone.page.wait_for_selector(f"[data-verdict]:has-text('{verdict}')", timeout=20_000)
    phone.page.click("[data-do=camera]")
    phone.page.wait_for_selector("[data-camera]", state="hidden")


def left(phone: Phone) -> str:
    return phone.page.inner_text("[data-count=left]")


def test_a_code_before_the_camera_marks_attendance(watching, camera, door):  # noqa: F811
    session, rows = door(2)
    phone = watching()
    phone.open(session)
    phone.page.wait_for_selector("[data-do=camera]:not([hidden])")
    show(phone, camera, queries.ticket_of(rows[0]).text, "有效")
    phone.page.wait_for_selector("[data-count=left]:text-is('0')")
    row = Attendance.objects.get(session=session)
    assert (row.sign_up_id, row.standing) == (rows[0].pk, "present")
    assert Scan.objects.count() == 1  # many looks at one code are one scan
    show(phone, camera, "微信付款码 1234", "这不是入场票")
    assert Scan.objects.count() == 1
    camera.hold(queries.ticket_of(rows[1]).text)
    phone.page.click("[data-do=camera]")
    phone.page.wait_for_selector("[data-count=seen]:text-is('2')", timeout=20_000)
    phone.hands.look("camera")
    phone.page.click("[data-do=camera]")
    assert phone.hands.problems == []


def test_a_photo_of_a_ticket_is_read(watching, door):  # noqa: F811
    session, rows = door(1)
    phone = watching()
    phone.open(session)

    def photo(text: str) -> None:
        file = {"name": "票.jpg", "mimeType": "image/jpeg", "buffer": picture(text)}
        phone.page.set_input_files("[data-photo-input]", file)

    photo("")
    phone.page.wait_for_selector("[data-verdict]:has-text('照片里没有看到码')")
    photo(queries.ticket_of(rows[0]).text)
    phone.page.wait_for_selector("[data-verdict].is-ok:has-text('有效')")
    phone.page.wait_for_selector("[data-count=left]:text-is('0')")
    assert Attendance.objects.get(session=session).sign_up_id == rows[0].pk


def test_without_network_a_forged_ticket_is_refused_and_a_true_one_let_in(watching, camera, door, people, make):  # noqa: F811
    """Tickets that are not in the pack: the phone itself checks who signed them."""
    session, rows = door(2)
    phone = watching()
    phone.open(session)
    late = people(1, name="后补")[0]
    fresh = actions.claim(event=session.event, person=late, actor=me(late), at=AT)  # after the pack was fetched
    elsewhere = make(title="另一场活动")
    other = actions.claim(event=elsewhere, person=late, actor=me(late), at=AT, clash_ok=True)
    true = queries.ticket_of(fresh).text
    phone.context.set_offline(True)
    phone.page.reload()  # from the phone, the decoder too
    phone.page.wait_for_selector("[data-do=camera]:not([hidden])")
    forged = rules.sign(bytes(32), session.event_id, 1, fresh.pk)  # the right place, signed by somebody else
    flipped = true[:-10] + ("A" if true[-10] != "A" else "B") + true[-9:]
    for text in (forged, flipped, queries.ticket_of(other).text, true + "A", true[:40]):
        assert phone.type(text) != "票是真的，但不在签到包里，先记下"
        phone.page.wait_for_selector("[data-verdict].is-bad:has-text('不是这一场的票')")
        phone.page.fill("#f-code", "x")
        phone.page.press("#f-code", "Enter")  # another word stands there before the next
        phone.page.wait_for_selector("[data-verdict]:has-text('这不是入场票')")
    show(phone, camera, forged, "不是这一场的票")
    assert left(phone) == "0"
    show(phone, camera, true, "票是真的")
    show(phone, camera, queries.ticket_of(rows[0]).text, "有效")
    assert left(phone) == "2" and not Scan.objects.exists()
    phone.context.set_offline(False)
    phone.page.wait_for_selector("[data-count=left]:text-is('0')", timeout=20_000)
    came = set(Attendance.objects.filter(session=session, standing="present").values_list("sign_up_id", flat=True))
    assert came == {fresh.pk, rows[0].pk}
    assert set(Scan.objects.values_list("verdict", flat=True)) == {"ok"}
    assert phone.page.is_hidden("[data-part=named]") and phone.hands.problems == []


def test_a_browser_that_cannot_check_signatures_lets_no_stranger_in(watching, door, people):  # noqa: F811
    """The control: where the check is not there, the same true ticket is not taken without network."""
    session, _rows = door(1)
    phone = watching()
    phone.page.add_init_script("SubtleCrypto.prototype.verify = () => Promise.reject(new Error('none'))")
    phone.open(session)
    late = people(1, name="后补")[0]
    fresh = actions.claim(event=session.event, person=late, actor=me(late), at=AT)
    phone.context.set_offline(True)
    phone.type(queries.ticket_of(fresh).text)
    phone.page.wait_for_selector("[data-verdict].is-bad:has-text('不是这一场的票')")
    assert left(phone) == "0"
    phone.context.set_offline(False)
    phone.type(queries.ticket_of(fresh).text)
    phone.page.wait_for_selector("[data-verdict].is-ok:has-text('有效')")
