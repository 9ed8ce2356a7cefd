"""名册导入: upload, columns, preview, run, result, undo."""
