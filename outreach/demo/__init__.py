"""The demo county, and the page that lets you be any of its people. Only with DEMO=1, only on loopback."""
