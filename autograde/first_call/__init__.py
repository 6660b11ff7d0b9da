"""What only the first call in a checkout needs: making `.venv`, with nothing but the standard library."""
