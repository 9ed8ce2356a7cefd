"""Hung under /ui/ by config.urls."""

from gongjia.faces.shared import gallery, views
from gongjia.faces.shared.policy import Policy, page

app_name = "ui"
urlpatterns = [
    page("draft/<str:key>", views.save_draft, name="draft", policy=Policy("account")),
    page("nav", views.set_nav, name="nav", policy=Policy("anyone")),
    page("size", views.set_size, name="size", policy=Policy("anyone")),
    page("stand", views.stand, name="stand", policy=Policy("officer")),
    page("gallery/", gallery.GalleryPage, name="gallery"),
    page("gallery/portal", gallery.PortalGalleryPage, name="gallery_portal"),
    page("gallery/screen", gallery.ScreenGalleryPage, name="gallery_screen"),
]
