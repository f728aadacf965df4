"""The Python reference: what xbench's Go implementation is measured against.

Three parts, standard library only, Python 3.10 or newer:

* ``pyref.build`` - DAG build executors,
* ``pyref.graph`` - a state-graph engine,
* ``pyref.suite`` - the benchmark catalogue, which binds the two to xbench.
"""
