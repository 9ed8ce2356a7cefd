from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "gongjia.faces.public"
    label = "public"
    verbose_name = "公开页面"
