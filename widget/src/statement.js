// Joins each quote of an answer with the words that it is read with.

/** @typedef {import("./protocol.js").Quote} Quote */
/** @typedef {{ words: string, role: "quote" | "context" | "head" }} Part */

// Words above a list that each of its items needs, or the heads of a table's columns.
const NEEDED_BY_EACH = /\b(no(t|ne|r|body|thing)?|ne(ver|ither)|cannot|\w+n['’]t|only|unless|except|without)\b|\|/i;

/**
 * Returns for each citation of an answer the parts to show, in the order of the policy. Context is left out if the
 * citations before show the same words directly before, or if the next one quotes them. The line above a list is left out
 * if the citation before is from the same list, and has no "not" or "only".
 * @param {import("./protocol.js").Citation[]} citations
 * @returns {Part[][]}
 */
export function shownParts(citations) {
  /** @type {string[]} */
  const shown = [];
  /** @type {string[]} */
  let leads = [];
  return citations.map((citation, at) => {
    const { context = [], start } = citation;
    const before = context.filter((words) => words.start < start);
    const after = context.filter((words) => words.start > start);
    if (`${after.slice(0, 1).map(place)}` === `${citations.slice(at + 1, at + 2).map(place)}`) after.length = 0;
    const places = before.map(place);
    let known = Math.max(countShown(places, shown), countShown(places, leads));
    known += countShown(places.slice(known), shown);
    leads = findLeads(before);
    shown.push(...places.slice(known), place(citation), ...after.map(place));
    return statementParts(citation, before.slice(known), after);
  });
}

/** @param {Quote} words */
function place({ start, end }) {
  return `${start}-${end}`;
}

/**
 * Returns how many of the places, from the first on, are the last of the earlier ones.
 * @param {string[]} places
 * @param {string[]} earlier
 */
function countShown(places, earlier) {
  let count = places.length;
  while (count > 0 && `${earlier.slice(-count)}` !== `${places.slice(0, count)}`) count--;
  return count;
}

/**
 * Returns the places of the words above a statement up to the line above its list, unless each item needs them.
 * @param {Quote[]} before
 */
function findLeads(before) {
  const above = before.slice(0, before.map(({ quote }) => quote.endsWith(":")).lastIndexOf(true) + 1);
  return above.some(({ quote }) => NEEDED_BY_EACH.test(quote)) ? [] : above.map(place);
}

/**
 * Returns the parts of a statement; each cell of a table's row is behind the head of its column.
 * @param {Quote} quote
 * @param {Quote[]} before
 * @param {Quote[]} after
 * @returns {Part[]}
 */
function statementParts(quote, before, after) {
  const own = rowParts(before[before.length - 1], quote);
  if (own.length) before.pop();
  else own.push(asPart("quote", quote.quote));
  const [above, below] = [before, after].map((all) => all.map((words) => asPart("context", words.quote)));
  return [...above, ...own, ...below];
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
    ...(head ? [asPart("head", `${head}:`)] : []),
    asPart("quote", at + 1 < filled.length ? `${cell};` : cell),
  ]);
}

/** @param {Quote | undefined} words */
function cellsOf(words) {
  return (words?.quote ?? "").trim().split(/\s*\|\s*/);
}

/**
 * @param {Part["role"]} role
 * @param {string} words
 * @returns {Part}
 */
function asPart(role, words) {
  return { words, role };
}
