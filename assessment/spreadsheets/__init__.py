"""The county's score sheet in, the judged workbook out. Nothing here saves anything."""
