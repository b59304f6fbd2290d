"""May this be done to an assessment? ``check_*`` raises Denied with a sentence."""
