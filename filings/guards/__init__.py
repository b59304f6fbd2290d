"""May this be done to a notice or an objection? ``check_*`` raises Denied with a sentence."""
