"""Every page of the console, section by section."""

from gongjia.faces.console import sections

app_name = "console"
urlpatterns = [pattern for module in sections.modules() for pattern in module.patterns]

sections.register_navigation()  # whoever knows the pages knows the way to them; a command needs neither
