// words/top: count the words of a text and find the ten most frequent.

import { SplitMix } from './splitmix.js'

const consonants = 'bdfghjklmnprstvz'
const vowels = 'aeiou'
const marks = ['. ', ', ', '\n']

/** A word of two syllables for each rank from 0 to 6399. */
function word(rank) {
  const syllable = (s) => consonants[Math.floor(s / 5)] + vowels[s % 5]
  return syllable(rank % 80) + syllable(Math.floor(rank / 80))
}

/** Sentences, in which a few words are frequent and most are rare. */
export function generate(nonce, words) {
  const random = new SplitMix(nonce)
  let text = ''
  let begins = true // a sentence
  for (let i = 0; i < words; i++) {
    const w = word(random.below(1 + random.below(6400)))
    text += begins ? w[0].toUpperCase() + w.slice(1) : w
    const mark = random.below(12)
    begins = mark === 0
    text += marks[mark] ?? ' '
  }
  return text
}

/** The ten most frequent words, and how often each word occurs. This is timed. */
export function top(text) {
  const counts = new Map()
  for (const token of text.trim().split(/\s+/)) {
    const word = token.replace(/^[.,]+|[.,]+$/g, '').toLowerCase()
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return { ranked: ranked.slice(0, 10), counts }
}

/** The result, which must be the same in every language, and how much work it was. */
export function describe({ ranked, counts }) {
  let words = 0
  for (const n of counts.values()) words += n
  return { result: ranked, counters: { words, distinct: counts.size } }
}
