"""A report on paper: Word, PDF and the one-page brief, all from one `render.Document`."""

from gongjia.report.export.pdf import brief_pdf, report_pdf
from gongjia.report.export.word import report_docx

__all__ = ["brief_pdf", "report_docx", "report_pdf"]
