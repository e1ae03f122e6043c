// The counterpart of bot/guard/personal_data.py, which documents the rules: it must find exactly the same.

/**
 * @typedef {{
 *   kind: string, secret: string, cue?: string, link?: string, at?: string, many?: boolean, cased?: boolean,
 *   check?: string, after?: string, unless_after?: string
 * }} Rule
 */

/**
 * The contents of personal_data.json.
 * @typedef {{
 *   hidden: string, blank: string, alike: Record<string, string>, start: string, spoken: string[],
 *   parts: Record<string, string>, rules: Rule[]
 * }} Rules
 */

/**
 * The place of personal data, in UTF-16 code units, as strings count.
 * @typedef {{ kind: string, start: number, end: number }} Found
 */

/** @typedef {[start: number, end: number]} Span */
/** @typedef {{ plain: string, places: Span[] }} Plain the plain message, and the original span of each of its units */
/** @typedef {RegExpExecArray & { groups: Record<string, string> }} Match */
/** @typedef {ReturnType<typeof compiledRule>} CompiledRule */

/**
 * Finds personal data, in the order of the text and without overlaps.
 * @param {string} text
 * @param {Rules} data
 * @returns {Found[]}
 */
export function findPersonalData(text, data) {
  const { rules, start, spoken, digit } = compiledRules(data);
  const message = plainMessage(text, data);
  const { plain, places } = replaced(message, spokenDigits(message.plain, spoken, digit));
  const free = Array(plain.length).fill(true);
  /** @type {Found[]} */
  const found = [];
  for (const match of plain.matchAll(start)) {
    if (!free[match.index]) continue;
    const keys = startKeys(/** @type {Match} */ (match));
    for (const rule of rules) {
      if (!keys.some((key) => rule.starts.has(key))) continue;
      for (let [from, to] of secrets(rule, plain, match.index)) {
        // Cover a character that became several, such as a fraction, as a whole.
        while (from > 0 && places[from - 1] === places[from]) from--;
        while (to < plain.length && places[to] === places[to - 1]) to++;
        if (!free.slice(from, to).every(Boolean)) continue;
        free.fill(false, from, to);
        found.push({ kind: rule.kind, start: places[from][0], end: places[to - 1][1] });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * Replaces personal data with `[its kind]`. Returns the text, and the kinds found, each once and in order.
 * @param {string} text
 * @param {Rules} data
 */
export function maskPersonalData(text, data) {
  const found = findPersonalData(text, data);
  for (const { kind, start, end } of [...found].reverse()) {
    text = `${text.slice(0, start)}[${shownKind(kind)}]${text.slice(end)}`;
  }
  return { text, kinds: [...new Set(found.map(({ kind }) => kind))] };
}

/** @param {string} kind */
function shownKind(kind) {
  return kind.replace(/_/g, " ");
}

/** @type {WeakMap<Rules, { rules: CompiledRule[], start: RegExp, spoken: RegExp, digit: RegExp }>} */
const compiled = new WeakMap();

/** @param {Rules} data */
function compiledRules(data) {
  let known = compiled.get(data);
  if (!known) {
    const { parts, rules, start, spoken } = data;
    const run = `(?<![a-z])(?:(?:${spoken.join("|")})(?![a-z])[ ,.-]{0,2}){3,32}`;
    known = {
      rules: rules.map((rule) => compiledRule(rule, parts)),
      start: new RegExp(expanded(start, parts), "giu"),
      spoken: new RegExp(run, "giu"),
      digit: new RegExp(spoken.map((words) => `(${words})`).join("|"), "giu"),
    };
    compiled.set(data, known);
  }
  return known;
}

/**
 * @param {Rule} rule
 * @param {Record<string, string>} parts
 */
function compiledRule({ kind, secret, cue = "", link = "", at = "", many, cased, check, after, unless_after }, parts) {
  /** @param {string} pattern @param {string} flags */
  const compile = (pattern, flags) => new RegExp(expanded(pattern, parts), flags);
  const cues = expanded(cue, parts);
  const before = cue && `(?<![a-z0-9])(?:${cues})(?:${link})`;
  // The beginning of a cue: two literal characters, or one.
  const literal = /^(?:[\p{L}\p{N}][\p{L}\p{N} /,]?(?![?*+{])|[\p{L}\p{N}])/u;
  return {
    kind,
    check,
    starts: new Set(cue ? cues.split("|").map((words) => literal.exec(words)?.[0]) : at.split("|")),
    // A case-sensitive secret needs its own pattern.
    cue: cased && before ? compile(before, "yiu") : null,
    secret: compile(`${cased ? "" : before}(?<secret>${secret})`, cased ? "yu" : "yiu"),
    more: many ? compile(`%also%(?<secret>${secret})`, "yiu") : null,
    after: after ? compile(after, "iu") : null,
    unlessAfter: unless_after ? compile(unless_after, "iu") : null,
  };
}

/**
 * @param {string} pattern
 * @param {Record<string, string>} parts
 */
function expanded(pattern, parts) {
  for (let before; pattern !== before;) {
    before = pattern;
    pattern = pattern.replace(/%(\w+)%/g, (_, part) => parts[part]);
  }
  return pattern;
}

/** @type {Record<string, string[]>} */
const INCLUDED = { mixed: ["word"], house: ["number"], code: ["number"], digits: ["code", "number"] };

/**
 * Returns the names of a match of `start`, and its first one and two characters.
 * @param {Match} match
 */
function startKeys({ groups, index, input }) {
  const name = Object.keys(groups).find((name) => groups[name] !== undefined) ?? "";
  return [name, ...(INCLUDED[name] ?? []), input.slice(index, index + 2).toLowerCase(), input[index].toLowerCase()];
}

/**
 * Yields the secret that begins here, or whose cue does, and the further ones in a list.
 * @param {CompiledRule} rule
 * @param {string} plain
 * @param {number} index
 * @returns {Generator<Span>}
 */
function* secrets({ cue, secret, more, check, after, unlessAfter }, plain, index) {
  if (cue) {
    const words = matchAt(cue, plain, index);
    if (!words) return;
    index += words[0].length;
  }
  let match = matchAt(secret, plain, index);
  if (!match) return;
  const before = [...plain.slice(0, startOf(match))].slice(-24).join("");
  if (check && !passesCheck(check, match.groups.secret)) return;
  if ((after && !after.test(before)) || unlessAfter?.test(before)) return;
  while (match) {
    /** @type {number} */
    const end = match.index + match[0].length;
    yield [startOf(match), end];
    match = more && matchAt(more, plain, end);
  }
}

/**
 * @param {RegExp} pattern
 * @param {string} text
 * @param {number} index
 */
function matchAt(pattern, text, index) {
  pattern.lastIndex = index;
  return /** @type {Match | null} */ (pattern.exec(text));
}

/**
 * Returns where the secret begins: it is the last part of the match.
 * @param {Match} match
 */
function startOf({ index, 0: all, groups }) {
  return index + all.length - groups.secret.length;
}

/**
 * @param {string} text
 * @param {Rules} data
 * @returns {Plain}
 */
function plainMessage(text, { rules, parts, hidden, blank, alike }) {
  const hiddenOrMark = new RegExp(`${hidden}|\\p{M}`, "gu");
  const blanks = new RegExp(blank, "gu");
  /** @type {Record<string, string>} */
  const same = {};
  for (const [character, others] of Object.entries(alike)) for (const other of others) same[other] = character;
  const kinds = [...new Set(rules.map((rule) => shownKind(rule.kind)))].join("|");
  let plain = "";
  /** @type {Span[]} */
  const places = [];
  for (const { 0: piece, index } of text.matchAll(new RegExp(`\\[(?:${kinds})\\]|.`, "gsu"))) {
    const isMask = [...piece].length > 1;
    /** @type {Span} */
    const place = [index, index + piece.length];
    for (const part of isMask ? parts.taken : piece.normalize("NFKD").replace(hiddenOrMark, "")) {
      const character = isMask ? part : (same[part] ?? asciiDigit(part)).replace(blanks, " ");
      if (character === " " && plain.endsWith(" ")) continue;
      plain += character;
      for (let unit = 0; unit < character.length; unit++) places.push(place);
    }
  }
  // Read the letters O and l as the digits 0 and 1.
  plain = plain.replace(/\d[ol](?=[\d-])|-[ol](?=\d)/gi, ([before, slip]) => before + (/o/i.test(slip) ? "0" : "1"));
  return { plain, places };
}

/**
 * Returns a digit of any script as ASCII: Unicode orders each script's digits from zero to nine.
 * @param {string} character
 */
function asciiDigit(character) {
  const code = character.codePointAt(0) ?? 0;
  if (code < 128 || !/\p{Nd}/u.test(character)) return character;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}

/**
 * Yields each spoken digit in a run: its span, including the separator after it, and the digit.
 * @param {string} plain
 * @param {RegExp} spoken
 * @param {RegExp} digit
 * @returns {Generator<[start: number, end: number, digit: string]>}
 */
function* spokenDigits(plain, spoken, digit) {
  for (const { 0: run, index } of plain.matchAll(spoken)) {
    const words = [...run.matchAll(digit)];
    for (const [place, word] of words.entries()) {
      const end = words[place + 1]?.index ?? word.index + word[0].length;
      yield [index + word.index, index + end, String(word.slice(1).findIndex((group) => group !== undefined))];
    }
  }
}

/**
 * Returns the message with each edit's span replaced by one character. Edits must be in order.
 * @param {Plain} message
 * @param {Iterable<[start: number, end: number, character: string]>} edits
 * @returns {Plain}
 */
function replaced({ plain, places }, edits) {
  let text = "";
  /** @type {Span[]} */
  const kept = [];
  let position = 0;
  for (const [start, end, character] of edits) {
    text += plain.slice(position, start) + character;
    for (const place of places.slice(position, start)) kept.push(place);
    kept.push([places[start][0], places[end - 1][1]]);
    position = end;
  }
  return { plain: text + plain.slice(position), places: kept.concat(places.slice(position)) };
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
