"""The pages of people: signing in, their account, their tokens."""
