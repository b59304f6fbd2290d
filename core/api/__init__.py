"""What every list of the HTTP API shares: pages, order, day, scope, problem details."""
