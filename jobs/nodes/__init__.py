"""The machines: who is online, whose lease holds, what is swept up after them."""
