"""What becomes of answers when the picture or the words are spoiled, for one input and on a test split."""
