"""DAG builds: one core of bookkeeping, five executors.

What it does: takes tasks with static dependencies (``deps``) and dependencies
asked for while running (``rounds``), runs what is not complete yet, and leaves
one target per task. A target exists exactly when its task is complete, so a
build can be repeated or resumed.

* ``errors``      - why a build ends without its root
* ``task``        - a resolved task
* ``kinds``       - what bodies do
* ``dag``         - definitions by key -> tasks: unknown keys, cycles, ids
* ``targets``     - where records of complete tasks live: files, memory, nowhere
* ``run``         - one build's bookkeeping; no threads, no clock
* ``sequential``, ``threadpool``, ``coroutines`` (asyncio), ``workerqueue``
  (asyncio_queue), ``pipes`` and ``processpool`` (multiprocess) - the executors
* ``crew``, ``eventloop``, ``reexecution`` - what some of them share: W threads,
  the loop and its crew, bodies that start again in other processes
* ``child``, ``wire`` - the far end of ``pipes``, and how it reads and writes
* ``cancel``      - ask a build to stop
* ``engine``      - options and the two ways in: ``build`` and ``Builder``

This module imports nothing on purpose: worker processes are fresh
interpreters that import ``pyref.build.child``, and whatever stood here would
be part of their start-up time.
"""
