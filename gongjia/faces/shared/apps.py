"""The app that carries the components, tokens and saved drafts of forms."""

from django import forms
from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "gongjia.faces.shared"
    label = "shared"
    verbose_name = "界面公用"

    def ready(self) -> None:
        """What a form says of an empty field, in the words of a clerk."""
        forms.Field.default_error_messages["required"] = "请填写。"
        forms.ChoiceField.default_error_messages = {**forms.ChoiceField.default_error_messages, "required": "请选择。"}
        forms.BooleanField.default_error_messages = {"required": "请勾选。"}
        forms.FileField.default_error_messages = {**forms.FileField.default_error_messages, "required": "请选择文件。"}
