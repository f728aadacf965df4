// Filter, order and colours of a page that reads as well without them.
(() => {
  const $ = id => document.getElementById(id), root = document.documentElement
  const filter = $("filter"), verdict = $("verdict-filter"), shown = $("shown"), theme = $("theme")
  const table = document.querySelector(".results"), rows = [...table.tBodies], heads = [...table.querySelectorAll("th[data-key]")]
  const texts = new Map(rows.map(r => [r, (r.dataset.name + " " + r.querySelector("summary").textContent).toLowerCase()]))
  let key = "", order = "", shownAs = ""
  root.classList.add("js")
  for (const e of [theme, shown, document.querySelector(".controls")]) e.hidden = false

  const value = r => key === "name" ? r.dataset.name : r.dataset[key] === "" ? null : +r.dataset[key]
  const compare = (a, b) => {
    const x = value(a), y = value(b)
    if (x === null || y === null) return (x === null) - (y === null) // without a number: last, either way
    return (x < y ? -1 : x > y ? 1 : 0) * (order === "descending" ? -1 : 1)
  }
  const apply = () => {
    const wanted = filter.value.trim().toLowerCase()
    for (const r of rows) r.hidden = !texts.get(r).includes(wanted) || verdict.value !== "" && r.dataset.verdict !== verdict.value
    for (const h of heads) h.dataset.key === key ? h.setAttribute("aria-sort", order) : h.removeAttribute("aria-sort")
    if (shownAs !== key + order) table.append(...(key ? [...rows].sort(compare) : rows)) // moving rows is slow
    shownAs = key + order
    shown.textContent = `${rows.filter(r => !r.hidden).length} of ${rows.length} benchmarks shown`
  }
  const save = () => { // the address is the state, so that a link shows what its sender saw
    const all = { filter: filter.value, verdict: verdict.value, sort: key, order }
    const hash = new URLSearchParams(Object.entries(all).filter(([, text]) => text)).toString()
    try { history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search) } catch { /* no address of its own */ }
    apply()
  }
  const set = state => {
    filter.value = state.get("filter") ?? ""
    verdict.value = [...verdict.options].some(o => o.value === state.get("verdict")) ? state.get("verdict") : ""
    key = heads.some(h => h.dataset.key === state.get("sort")) ? state.get("sort") : ""
    order = !key ? "" : state.get("order") === "descending" ? "descending" : "ascending"
    apply()
  }
  const load = () => {
    const hash = location.hash.slice(1), target = $(hash), row = target?.closest(".results > tbody")
    if (!target) return set(new URLSearchParams(hash))
    if (row?.hidden) set(new URLSearchParams())
    if (row) row.querySelector("details").open = true
    target.scrollIntoView()
  }
  for (const h of heads) {
    const button = document.createElement("button")
    button.type = "button"
    button.append(...h.childNodes)
    h.append(button)
    button.addEventListener("click", () => { // up, down, as it was
      [key, order] = key !== h.dataset.key ? [h.dataset.key, "ascending"] : order === "ascending" ? [key, "descending"] : ["", ""]
      save()
    })
  }
  filter.addEventListener("input", save)
  verdict.addEventListener("change", save)
  addEventListener("hashchange", load)

  const colours = { auto: "as the system", light: "light", dark: "dark" }, all = Object.keys(colours), kept = "xbench-colours"
  const paint = to => { root.dataset.theme = to; theme.firstElementChild.textContent = colours[to] }
  let now = null
  try { now = localStorage.getItem(kept) } catch { /* storage is not allowed here */ }
  paint(now = all.includes(now) ? now : "auto")
  theme.addEventListener("click", () => {
    paint(now = all[(all.indexOf(now) + 1) % all.length])
    try { localStorage.setItem(kept, now) } catch { /* as above */ }
  })

  let folded = []
  addEventListener("beforeprint", () => { for (const d of folded = [...document.querySelectorAll(".fold:not([open])")]) d.open = true })
  addEventListener("afterprint", () => { for (const d of folded) d.open = false })
  apply()
  load()
})()
