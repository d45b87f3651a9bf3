"""Labels, receipts, the work order, the signed certificate and the evidence pack of a repair."""
