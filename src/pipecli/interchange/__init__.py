"""Importers and exporters, one module each."""
