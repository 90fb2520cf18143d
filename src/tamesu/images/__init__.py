"""images: any image file to RGB uint8, and the decode-once cache. Never torch."""
