// The Node side of a comparison: what it offers. xbench starts this file, see
// xbench.yaml; protocol.js does the talking, timing.js the timing.

import * as orders from './orders.js'
import { benchmark, serve } from './protocol.js'
import * as words from './words.js'

// YOUR CODE GOES HERE: one entry per benchmark, with the name, the knob and the
// results that it has in every language. A benchmark has three functions:
//   makeInput(nonce, size)  builds the input; equal numbers give equal inputs; not timed
//   work(input)             does the work, or returns a promise of it; only this is timed
//   describe(output)        returns the result, a JSON value, and some counters; not timed
const benchmarks = [
  benchmark('orders/sum', 'records', 1000, orders.generate, orders.total, orders.describe),
  benchmark('words/top', 'words', 2000, words.generate, words.top, words.describe),
]

await serve('1.0', benchmarks)
