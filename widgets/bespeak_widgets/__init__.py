"""The widgets of bespeak: customer lookup, VM sizing charts, reservation purchase form, and the desk that joins them."""
