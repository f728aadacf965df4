"""The package's walk-through does what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import unittest

import pyref.graph


class Walkthrough(unittest.TestCase):
    def test_examples(self) -> None:
        failed, tried = doctest.testmod(pyref.graph, optionflags=doctest.ELLIPSIS)
        self.assertEqual(failed, 0)
        self.assertGreater(tried, 30)

    def test_every_module_is_in_the_tour(self) -> None:
        assert pyref.graph.__doc__ is not None
        tour = pyref.graph.__doc__.partition("Modules, in the order")[2]
        for module in pkgutil.iter_modules(pyref.graph.__path__):
            self.assertIn(f"``{module.name}``", tour)

    def test_everything_public_is_documented(self) -> None:
        for name in pyref.graph.__all__:
            thing = getattr(pyref.graph, name)
            if isinstance(thing, type):
                self.assertTrue(thing.__doc__, name)
        for module in pkgutil.iter_modules(pyref.graph.__path__):
            self.assertTrue(
                importlib.import_module(f"pyref.graph.{module.name}").__doc__, module.name
            )


if __name__ == "__main__":
    unittest.main()
