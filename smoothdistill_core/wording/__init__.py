"""What report, command line and estimator say the same way: numbers, names, lists, and where a formula comes from."""
