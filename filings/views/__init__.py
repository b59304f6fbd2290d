"""Pages of the 报送中心."""
