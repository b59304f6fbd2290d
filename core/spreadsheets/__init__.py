"""Spreadsheets as people send and print them: read safely, laid out, checked, written.

``reading`` opens a file in a limited child process, ``layout`` finds the table in a sheet,
``values`` turns one cell into one value, ``writing`` makes result workbooks.
Nothing here knows Django or another app, so commands that need no database can use it.
"""
