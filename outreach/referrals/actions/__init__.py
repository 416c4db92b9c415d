"""What people and the clock do to referrals."""
