"""日志: entries of the unions one may read, one entry, whether the chain is whole."""
