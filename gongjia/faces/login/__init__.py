"""The way in and out: phone and code, slip, second factor, consent, devices."""
