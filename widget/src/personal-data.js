// The twin of bot/personal_data.py, which says what a rule is: the same rules, the same findings.

/** @typedef {{ kind: string, pattern: string, cased?: boolean, check?: string, unless_after?: string }} Rule */

/**
 * The content of personal_data.json.
 * @typedef {{
 *   hidden: string, blank: string, alike: Record<string, string>, parts: Record<string, string>, rules: Rule[]
 * }} Rules
 */

/**
 * Where personal data is, in UTF-16 units, as strings count.
 * @typedef {{ kind: string, start: number, end: number }} Found
 */

/**
 * Finds personal data, in the order of the text, none overlapping.
 * @param {string} text
 * @param {Rules} rules
 * @returns {Found[]}
 */
export function findPersonalData(text, rules) {
  let { plain, places } = plainMessage(text, rules);
  /** @type {Found[]} */
  const found = [];
  for (const rule of rules.rules) {
    const pattern = compileRule(rule.pattern, rules, rule.cased);
    for (let match; (match = pattern.exec(plain));) {
      const indices = /** @type {RegExpIndicesArray} */ (match.indices); // the d flag
      let [start, end] = indices.groups?.secret ?? indices[0];
      if (!ruleHolds(rule, plain, start, end, rules)) {
        pattern.lastIndex = match.index + 1;
        continue;
      }
      // A character that stands for several, such as a fraction, goes as a whole.
      while (start > 0 && places[start - 1] === places[start]) start--;
      while (end < plain.length && places[end] === places[end - 1]) end++;
      found.push({ kind: rule.kind, start: places[start][0], end: places[end - 1][1] });
      // What one rule took, none takes again.
      plain = plain.slice(0, start) + rules.parts.taken.repeat(end - start) + plain.slice(end);
      pattern.lastIndex = end;
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * Replaces personal data by `[its kind]`; returns the kinds found too, each once, in order.
 * @param {string} text
 * @param {Rules} rules
 */
export function maskPersonalData(text, rules) {
  /** @type {Set<string>} */
  const kinds = new Set();
  for (let found; (found = findPersonalData(text, rules)).length;) {
    for (const { kind } of found) kinds.add(kind);
    for (const { kind, start, end } of found.reverse()) {
      text = `${text.slice(0, start)}[${shownKind(kind)}]${text.slice(end)}`;
    }
  }
  return { text, kinds: [...kinds] };
}

/** @param {string} kind */
function shownKind(kind) {
  return kind.replace(/_/g, " ");
}

/**
 * @param {string} pattern
 * @param {Rules} rules
 * @param {boolean} [cased]
 */
function compileRule(pattern, rules, cased = false) {
  for (let before = ""; pattern !== before;) {
    before = pattern;
    pattern = pattern.replace(/%(\w+)%/g, (_, part) => rules.parts[part]);
  }
  return new RegExp(pattern, cased ? "dgu" : "dgiu");
}

/**
 * @param {Rule} rule
 * @param {string} plain
 * @param {number} start
 * @param {number} end
 * @param {Rules} rules
 */
function ruleHolds(rule, plain, start, end, rules) {
  if (rule.check && !passesCheck(rule.check, plain.slice(start, end))) return false;
  if (!rule.unless_after) return true;
  return !compileRule(rule.unless_after, rules).test([...plain.slice(0, start)].slice(-24).join(""));
}

/**
 * The plain message, and for each of its UTF-16 units the place of what it was made from.
 * @param {string} text
 * @param {Rules} rules
 */
function plainMessage(text, { rules, parts, hidden, blank, alike }) {
  const hiddenOrMark = new RegExp(`${hidden}|\\p{M}`, "gu");
  const blanks = new RegExp(blank, "gu");
  /** @type {Record<string, string>} */
  const same = {};
  for (const [character, others] of Object.entries(alike)) for (const other of others) same[other] = character;
  const kinds = [...new Set(rules.map((rule) => shownKind(rule.kind)))].join("|");
  let plain = "";
  /** @type {[number, number][]} */
  const places = [];
  for (const { 0: piece, index } of text.matchAll(new RegExp(`\\[(?:${kinds})\\]|.`, "gsu"))) {
    const isMask = [...piece].length > 1;
    /** @type {[number, number]} */
    const place = [index, index + piece.length];
    for (const part of isMask ? parts.taken : piece.normalize("NFKD").replace(hiddenOrMark, "")) {
      const character = isMask ? part : (same[part] ?? part).replace(blanks, " ");
      if (character === " " && plain.endsWith(" ")) continue;
      plain += character;
      places.push(...Array(character.length).fill(place));
    }
  }
  return { plain, places };
}

/**
 * @param {string} check
 * @param {string} text
 */
function passesCheck(check, text) {
  const digits = text.replace(/\D/g, "");
  if (check === "ssn") return !/^(?:000|666|9|...00|.....0000)/.test(digits);
  if (check === "luhn") {
    return [15, 16, digits.length].some(
      (length) => length <= digits.length && luhnSum(digits.slice(0, length)) % 10 === 0,
    );
  }
  const account = text.replace(/ /g, ""); // iban
  const moved = [...account.slice(4), ...account.slice(0, 4)];
  return moved.reduce((rest, character) => Number(`${rest}${Number.parseInt(character, 36)}`) % 97, 0) === 1;
}

/** @param {string} digits */
function luhnSum(digits) {
  return [...digits].reverse().reduce((sum, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}
