"""`python -m gongjia`: the command line, also without an installed script."""

from gongjia.config.cli import main

if __name__ == "__main__":
    main()
