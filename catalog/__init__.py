"""What is sold: products, content, publishing, sharing."""
