from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gongjia.faces.portal"
    label = "portal"
    verbose_name = "会员门户"
