"""Every state x every move of the four flows."""

import pytest

pytestmark = pytest.mark.django_db


def test_x(db):
    from gongjia.work.programmes.models import Application

    assert Application.objects.count() == 0
