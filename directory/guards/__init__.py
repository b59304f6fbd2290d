"""Who may do what in directory, and when: ``check_*`` raises a sentence for the person."""
