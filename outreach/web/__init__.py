"""The page kit and the door. Knows no feature."""
