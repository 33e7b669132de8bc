"""The only code that pages share: filters, panels, markings."""
