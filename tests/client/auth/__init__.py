"""Tests of the client: the sign-in, its tokens and its refusals."""
