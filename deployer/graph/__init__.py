"""Who is public, who may call whom, who waits for whom: an environment as a picture."""
