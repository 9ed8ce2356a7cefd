"""Every face hangs its pages here."""

urlpatterns: list = []
