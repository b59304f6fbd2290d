"""Official papers: chapters of HTML become one PDF/A-2b, the same bytes for the same chapters.

``paper.build`` is what others call. Chapters are laid out by WeasyPrint in child processes
(``child``, spoken to by ``workers``) that fetch nothing but own static files (``fetching``) and
see only own fonts (``fonts``); ``joining`` makes one document of them. ``numbering`` counts the
headings.
"""
