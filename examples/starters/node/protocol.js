// The worker's half of the protocol: one JSON object per line, requests on
// standard input, answers on standard output. Nothing here needs to change.

import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import { canonical } from './canonical.js'
import { clock, measure } from './timing.js'

const MAX_LINE = 16 << 20 // bytes, either way
const MAX_SAMPLES = 500_000
const PARSE_ERROR = -32700
const INVALID_REQUEST = -32600
const METHOD_NOT_FOUND = -32601
const INVALID_PARAMS = -32602
const UNSUPPORTED = 1
const FAILED = 2
const RESULT = Symbol('result') // of an answer: JSON that goes out as it is

/** An answer that is an error. */
class Refusal extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

/** One piece of work, with a knob for its size. */
export function benchmark(name, knob, size, makeInput, work, describe) {
  return { name, knob, size, makeInput, work, describe }
}

/** Answers requests until shutdown or the end of standard input. */
export async function serve(version, benchmarks) {
  const out = claimStdout()
  const worker = new Worker(version, benchmarks)
  for await (const line of lines(process.stdin)) {
    const { text, done } = await worker.answer(line)
    writeAll(out, Buffer.from(text + '\n'))
    if (done) break
  }
  process.exit(0) // whatever the benchmarks have left running
}

/**
 * Takes standard output for the protocol and points descriptor 1 at standard
 * error, so that a stray print cannot corrupt the stream, whoever makes it: a
 * file that is opened gets the lowest free descriptor. Of what is no pipe, only
 * prints from JavaScript are caught.
 */
function claimStdout() {
  if (process.platform === 'win32' || !fstatSync(1).isFIFO()) {
    process.stdout.write = process.stderr.write.bind(process.stderr)
    return 1
  }
  const out = openSync('/dev/stdout', 'w')
  closeSync(1)
  openSync('/dev/stderr', 'a')
  return out
}

function writeAll(fd, data) {
  for (let at = 0; at < data.length; ) at += writeSync(fd, data, at)
}

async function* lines(stream) {
  let parts = []
  let length = 0
  for await (let chunk of stream) {
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10)) {
      yield Buffer.concat([...parts, chunk.subarray(0, end)])
      chunk = chunk.subarray(end + 1)
      parts = []
      length = 0
    }
    parts.push(chunk)
    length += chunk.length
    if (length > MAX_LINE) throw new Error(`a request is longer than ${MAX_LINE} bytes`)
  }
}

class Worker {
  #methods = new Map([
    ['initialize', (params) => this.initialize(params)],
    ['prepare', (params) => this.prepare(params)],
    ['verify', (params) => this.verify(params)],
    ['run', (params) => this.run(params)],
    ['shutdown', () => ({})],
  ])

  constructor(version, benchmarks) {
    this.version = version
    this.benchmarks = benchmarks
    this.prepared = undefined // a benchmark and its size
  }

  /** Works on one request; returns the answer and whether it was the last. */
  async answer(line) {
    let request = { id: null }
    let body
    try {
      request = parse(line)
      body = { result: await this.dispatch(request) }
    } catch (error) {
      body = { error: describeError(error) }
    }
    let text = encode(request.id, body)
    if (Buffer.byteLength(text) >= MAX_LINE) {
      text = encode(request.id, { error: { code: FAILED, message: `the answer is longer than ${MAX_LINE} bytes` } })
    }
    return { text, done: request.method === 'shutdown' }
  }

  dispatch({ method, params = {} }) {
    const handle = this.#methods.get(method)
    if (!handle) throw new Refusal(METHOD_NOT_FOUND, `no method ${JSON.stringify(method)}`)
    if (!isObject(params)) throw new Refusal(INVALID_PARAMS, 'params: must be an object')
    return handle(params)
  }

  initialize({ protocol }) {
    if (protocol !== 1) throw new Refusal(INVALID_PARAMS, `protocol ${JSON.stringify(protocol)} was asked for, this worker speaks 1`)
    const benchmarks = this.benchmarks.map(({ name, knob, size }) => ({ name, params: { [knob]: size } }))
    return { protocol, implementation: about(this.version), clock: clock(), nonce: true, benchmarks }
  }

  prepare({ benchmark: name, params = {} }) {
    this.prepared = undefined
    const benchmark = this.benchmarks.find((b) => b.name === name)
    if (!benchmark) {
      const known = this.benchmarks.map((b) => b.name).join(', ')
      throw new Refusal(UNSUPPORTED, `no benchmark ${JSON.stringify(name)}; there are ${known}`)
    }
    if (!isObject(params)) throw new Refusal(INVALID_PARAMS, `prepare ${name}: params must be an object`)
    this.prepared = { ...benchmark, size: sizeOf(benchmark, params) }
    return {}
  }

  async verify(params) {
    const { found } = await this.execute('verify', { ...params, iterations: 1, samples: 1 })
    const answer = { digest: found.digest, counters: found.counters, error: null }
    return params.want_result === true ? { ...answer, [RESULT]: found.text } : answer
  }

  async run(params) {
    const { found, times } = await this.execute('run', params)
    return { ...times, digest: found.digest, counters: found.counters }
  }

  async execute(method, { nonce, iterations, samples }) {
    if (!this.prepared) throw new Refusal(INVALID_REQUEST, `${method}: no benchmark is prepared`)
    const { name, size, describe } = this.prepared
    if (!isCount(iterations) || !isCount(samples) || samples > MAX_SAMPLES) {
      throw new Refusal(INVALID_PARAMS, `${method} ${name}: want iterations and samples of at least 1, samples at most ${MAX_SAMPLES}`)
    }
    const job = { size, nonce: parseNonce(`${method} ${name}`, nonce), iterations, samples }
    const { output, times } = await measure(this.prepared, job)
    const { result, counters } = describe(output)
    const text = canonical(result)
    const digest = createHash('sha256').update(text).digest('hex')
    return { found: { digest, counters, text }, times }
  }
}

function sizeOf({ name, knob, size }, params) {
  for (const [given, value] of Object.entries(params)) {
    if (given !== knob) throw new Refusal(INVALID_PARAMS, `prepare ${name}: unknown parameter ${JSON.stringify(given)}; it has ${knob}`)
    if (!Number.isInteger(value)) throw new Refusal(INVALID_PARAMS, `prepare ${name}: parameter ${JSON.stringify(knob)} must be an integer, not ${JSON.stringify(value)}`)
    if (value < 1 || value > 1_000_000) throw new Refusal(INVALID_PARAMS, `prepare ${name}: ${knob} ${value}: want 1 to 1000000`)
    size = value
  }
  return size
}

function encode(id, body) {
  const text = JSON.stringify({ jsonrpc: '2.0', id, ...body })
  const result = body.result?.[RESULT]
  return result === undefined ? text : `${text.slice(0, -'}}'.length)},"result":${result}}}`
}

function parse(line) {
  let request
  try {
    request = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  } catch (error) {
    throw new Refusal(PARSE_ERROR, `the request is not JSON: ${error.message}`)
  }
  if (!isObject(request) || request.jsonrpc !== '2.0' || !Number.isSafeInteger(request.id)) {
    throw new Refusal(INVALID_REQUEST, 'a request needs "jsonrpc":"2.0" and an integer id')
  }
  return request
}

function parseNonce(where, text) {
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text) || BigInt(text) >> 64n) {
    throw new Refusal(INVALID_PARAMS, `${where}: nonce ${JSON.stringify(text)} is not an unsigned 64-bit decimal`)
  }
  return BigInt(text)
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value) => Number.isSafeInteger(value) && value > 0

function describeError(error) {
  if (error instanceof Refusal) return { code: error.code, message: error.message }
  return { code: FAILED, message: String(error), data: { type: error?.name ?? typeof error, trace: error?.stack ?? '' } }
}

/** Who this is and how it runs: what is in force goes into the record. */
function about(version) {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ').filter(Boolean)]
  const checks = flags.filter((flag) => /^--(inspect|prof|cpu-prof|jitless)/.test(flag)).join(' ')
  const jit = flags.includes('--jitless') ? 'off' : 'on'
  return {
    version,
    language: 'javascript',
    runtime: `node ${process.versions.node}`,
    build: { mode: checks ? 'debug' : 'release', flags },
    settings: { checks: checks || 'none', jit, threads: 'one (event loop)' },
  }
}
