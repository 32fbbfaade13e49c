"""What training and evaluation read: encoded tokens on disk, samples, splits and batches."""
