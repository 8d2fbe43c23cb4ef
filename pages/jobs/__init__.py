"""The pages of jobs, their attempts and the machines that run them."""
