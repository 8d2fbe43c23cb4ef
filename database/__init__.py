"""What every app needs of the two databases; knows no models."""
