"""One layout of bank files a module; `registry.load` imports them, nobody else names one."""
