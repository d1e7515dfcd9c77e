"""The table of mistakes, one module for each executable; see case.py for what a row says."""
