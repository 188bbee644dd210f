"""The formats by themselves: bytes out, without HTTP and without a store."""
