// How a piece of work is timed. Nothing here needs to change.

const now = process.hrtime.bigint

/**
 * Takes samples of k iterations each. Sample s works on the input for nonce+s,
 * which is built outside the clock.
 *
 * Garbage is collected before the first one, where node was started with
 * --expose-gc, so that it does not pay for what was there before; what the
 * samples themselves leave behind they pay for.
 */
export async function measure({ makeInput, work }, { size, nonce, iterations, samples }) {
  const began = now()
  const times = []
  let cpu = 0
  let output
  globalThis.gc?.()
  for (let s = 0; s < samples; s++) {
    const input = await makeInput(BigInt.asUintN(64, nonce + BigInt(s)), size)
    const before = process.cpuUsage()
    const start = now()
    for (let i = 0; i < iterations; i++) {
      output = work(input)
      if (output instanceof Promise) output = await output
    }
    times.push(Number(now() - start))
    const { user, system } = process.cpuUsage(before)
    cpu += (user + system) * 1000
  }
  const outside = Number(now() - began) - times.reduce((a, b) => a + b, 0)
  return { output, times: { samples_ns: times, cpu_ns: cpu, outside_ns: outside } }
}

/** The smallest step that the clock shows and what reading it costs. */
export function clock() {
  const readings = Array.from({ length: 1000 }, () => now())
  const steps = readings.slice(1).map((reading, i) => Number(reading - readings[i]))
  return {
    name: 'process.hrtime.bigint',
    resolution_ns: Math.min(...steps.filter((step) => step > 0)),
    call_ns: Math.round(Number(readings[999] - readings[0]) / 999),
  }
}
