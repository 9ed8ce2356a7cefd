from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "gongjia.faces.api"
    label = "api"
    verbose_name = "接口"
