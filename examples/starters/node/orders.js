// orders/sum: read orders line by line and add up what each customer spent.

import { SplitMix } from './splitmix.js'

const items = ['bolt', 'gear', 'hinge', 'lever', 'pulley', 'spring', 'valve', 'widget']

/** Orders such as "C0117,widget,3,19.99": customer, item, quantity, price. */
export function generate(nonce, records) {
  const random = new SplitMix(nonce)
  const pad = (n, width) => String(n).padStart(width, '0')
  let text = ''
  for (let i = 0; i < records; i++) {
    const customer = random.below(200)
    const item = items[random.below(items.length)]
    const quantity = 1 + random.below(9)
    const cents = 100 + random.below(9900)
    text += `C${pad(customer, 4)},${item},${quantity},${Math.floor(cents / 100)}.${pad(cents % 100, 2)}\n`
  }
  return text
}

/** What each customer spent, in cents, and the number of orders. This is timed. */
export function total(text) {
  const spent = new Map()
  let orders = 0
  for (const line of text.trimEnd().split('\n')) {
    const [customer, , quantity, price] = line.split(',')
    const [whole, cents] = price.split('.')
    const cost = Number(quantity) * (Number(whole) * 100 + Number(cents))
    if (!Number.isSafeInteger(cost)) throw new Error(`order ${JSON.stringify(line)}: not a number`)
    spent.set(customer, (spent.get(customer) ?? 0) + cost)
    orders++
  }
  return { spent, orders }
}

/** The result, which must be the same in every language, and how much work it was. */
export function describe({ spent, orders }) {
  const sorted = [...spent].sort(([a], [b]) => (a < b ? -1 : 1))
  return { result: Object.fromEntries(sorted), counters: { orders, customers: spent.size } }
}
