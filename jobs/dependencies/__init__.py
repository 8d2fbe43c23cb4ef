"""Who waits for whom: counted down at an end, recounted after a reset, walked up and down."""
