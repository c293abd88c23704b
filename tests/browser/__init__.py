"""Tests in real Chromium. One folder, one package: its browsers live as long as its tests run."""
