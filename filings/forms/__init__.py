"""Forms of filings and 代理."""
