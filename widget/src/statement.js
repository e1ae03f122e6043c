// Joins each quote of an answer with the words that it is read with.

/** @typedef {import("./protocol.js").Quote} Quote */
/** @typedef {{ words: string, role: "quote" | "context" | "head" }} Part */

/**
 * Returns for each citation of an answer the parts to show, in the order of the policy. Context is left out if the
 * citations before show the same words directly before, or if the next one quotes them.
 * @param {import("./protocol.js").Citation[]} citations
 * @returns {Part[][]}
 */
export function shownParts(citations) {
  /** @type {Quote[]} */
  const shown = [];
  return citations.map((citation, at) => {
    const context = citation.context ?? [];
    const before = context.filter(({ start }) => start < citation.start);
    const after = context.filter(({ start }) => start >= citation.end);
    if (isSame(after[0], citations[at + 1])) after.length = 0;
    before.splice(0, countShown(before, shown));
    shown.push(...before, citation, ...after);
    return statementParts(citation, before, after);
  });
}

/**
 * Returns how many of the quotes, from the first on, are the last that were shown.
 * @param {Quote[]} quotes
 * @param {Quote[]} shown
 */
function countShown(quotes, shown) {
  for (let count = quotes.length; count > 0; count--) {
    const last = shown.slice(-count);
    if (last.length === count && last.every((quote, at) => isSame(quote, quotes[at]))) return count;
  }
  return 0;
}

/**
 * Returns the parts of a statement; each cell of a table's row is behind the head of its column.
 * @param {Quote} quote
 * @param {Quote[]} before
 * @param {Quote[]} after
 * @returns {Part[]}
 */
function statementParts(quote, before, after) {
  const row = rowParts(before[before.length - 1], quote);
  const above = row.length ? before.slice(0, -1) : before;
  return [...above.map(asContext), ...(row.length ? row : [asQuote(quote.quote)]), ...after.map(asContext)];
}

/**
 * Returns the cells of a row with their heads; nothing if the words above are not the row's heads.
 * @param {Quote | undefined} above
 * @param {Quote} quote
 * @returns {Part[]}
 */
function rowParts(above, quote) {
  const heads = cellsOf(above);
  const cells = cellsOf(quote);
  if (cells.length < 2 || heads.length !== cells.length) return [];
  const filled = cells.map((cell, at) => ({ cell, head: heads[at] })).filter(({ cell }) => cell);
  return filled.flatMap(({ cell, head }, at) => [
    ...(head ? [/** @type {Part} */ ({ words: `${head}:`, role: "head" })] : []),
    asQuote(at + 1 < filled.length ? `${cell};` : cell),
  ]);
}

/** @param {Quote | undefined} words */
function cellsOf(words) {
  return (words?.quote ?? "").trim().split(/\s*\|\s*/);
}

/**
 * @param {Quote} words
 * @returns {Part}
 */
function asContext({ quote }) {
  return { words: quote, role: "context" };
}

/**
 * @param {string} words
 * @returns {Part}
 */
function asQuote(words) {
  return { words, role: "quote" };
}

/**
 * @param {Quote | undefined} one
 * @param {Quote | undefined} other
 */
function isSame(one, other) {
  return one !== undefined && other !== undefined && one.start === other.start && one.end === other.end;
}
