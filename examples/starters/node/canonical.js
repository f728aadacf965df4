// One text for one value, whatever the language, so that equal results have
// equal digests. Keys are sorted by code point and nothing is between them;
// texts are UTF-8, of which only what JSON demands is escaped; integers are
// written in full, give those beyond 2^53 as BigInt, and floats with the fewest
// digits that read back: 4, 0.1, 1e-7. Nothing here needs to change.

export function canonical(value, path = '$') {
  const refuse = (problem) => {
    throw new TypeError(`the result at ${path} ${problem}`)
  }
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      if (!Number.isFinite(value)) refuse(`is ${value}, which JSON has no number for: give null or a text`)
      return String(value)
    case 'string':
      if (/\p{Surrogate}/u.test(value)) refuse('has half a surrogate pair, which is no character')
      return JSON.stringify(value)
    case 'object':
      break
    default:
      refuse(`is ${typeof value}: make it of objects, arrays, texts, numbers, booleans and null`)
  }
  if (value === null) return 'null'
  if (value instanceof Map || value instanceof Set) refuse('is a Map or Set: use Object.fromEntries(map), or a sorted array of what is in the set')
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    return `[${Array.from(value, (item, i) => canonical(item, `${path}[${i}]`)).join(',')}]`
  }
  if (typeof value.toJSON === 'function') return canonical(value.toJSON(), path)
  const members = sorted(Object.keys(value)).map((key) => `${canonical(key, path)}:${canonical(value[key], `${path}.${key}`)}`)
  return `{${members.join(',')}}`
}

/** By code point, which differs from JavaScript's order beyond U+D7FF. */
function sorted(keys) {
  if (!keys.some((key) => /[\ud800-\uffff]/.test(key))) return keys.sort()
  return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
