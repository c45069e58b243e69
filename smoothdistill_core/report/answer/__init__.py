"""What a report says of the formula to take on one dataset, for the person who asked."""
