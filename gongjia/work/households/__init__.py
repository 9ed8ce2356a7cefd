"""Hardship files (困难职工档案): household, visit, check, verification, exit; and the small 慰问 of grassroots unions."""
