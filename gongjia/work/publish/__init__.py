"""What becomes public: notices (公示) with their objections, and the guard nothing passes with a secret in it."""
