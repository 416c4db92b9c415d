"""What is in the calendar, who goes there, and who may."""
