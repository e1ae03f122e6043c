// Finds the statements of a policy on the page, in order, by their characters without white space.
(() => {
  const AROUND = 60;
  const UNSEEN = /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/;
  const chars = []; // the node and the offset of each character of `text`
  let text = "";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    // The browser opens `details` at a link to what is inside.
    if (!node.parentElement.checkVisibility() && !node.parentElement.closest("details")) continue;
    for (let at = 0; at < node.data.length; at++) {
      const unit = node.data[at];
      if (!unit.trim() || UNSEEN.test(unit)) continue;
      text += unit;
      chars.push([node, at]);
    }
  }
  const bare = (words) => [...words].filter((c) => c.trim() && !UNSEEN.test(c)).join("");
  const places = []; // for each statement, the places of its copies: the start of each part, and its end

  // The same words between the same words are one statement: its link may open any of them.
  const twins = (starts, end) => {
    const around = text.slice(Math.max(0, starts[0] - AROUND), end + AROUND);
    const first = text.indexOf(around);
    const found = [];
    for (let at = first; at >= 0; at = text.indexOf(around, at + 1)) {
      const shift = at + Math.min(starts[0], AROUND) - starts[0];
      found.push({ starts: starts.map((start) => start + shift), end: end + shift });
    }
    return found;
  };

  window.place = (quotes) => {
    let [last, cursor] = [0, 0];
    for (const quote of quotes) {
      const parts = quote.map(bare);
      const all = parts.join("");
      const from = [cursor, last].find((start) => text.includes(all, start));
      const starts = [];
      let end = 0;
      if (from !== undefined) {
        end = text.indexOf(all, from);
        for (const part of parts) {
          starts.push(end);
          end += part.length;
        }
      } else {
        // A quote with a mark in it, or with a cell that spans rows: by the beginning of each part.
        for (const part of parts) {
          const start = [24, 16, 8].map((size) => part.slice(0, size)).find((words) => text.includes(words, end || last));
          if (!start) continue;
          starts.push(text.indexOf(start, end || last));
          end = starts.at(-1) + start.length;
        }
      }
      places.push(starts.length ? twins(starts, end) : []);
      if (starts.length) [last, cursor] = [starts[0], end];
    }
    return places.map((found) => found.length);
  };

  const rect = (from, to) => {
    const range = document.createRange();
    range.setStart(...chars[from]);
    range.setEnd(chars[to - 1][0], chars[to - 1][1] + 1);
    const { x, y, width, height } = range.getClientRects()[0] ?? { width: 0 };
    return width > 0 ? { x, y, width, height } : null;
  };
  const inView = (box) => box && box.y >= 0 && box.y + box.height <= innerHeight;

  // The boxes in view of the first characters of each part of a statement.
  window.starts = async (number) => {
    // The browser opens `details` and scrolls before it paints the second frame.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    return places[number].flatMap(({ starts, end }) => starts.map((at) => rect(at, Math.min(at + 3, end)))).filter(inView);
  };

  // The box of the last characters of a copy of a statement, which is scrolled to if need be.
  window.end = (number, copy) => {
    const { starts, end } = places[number][copy];
    const box = () => rect(Math.max(end - 3, starts[0]), end);
    if (!inView(box())) scrollBy(0, (box()?.y ?? 0) - innerHeight / 2);
    return inView(box()) ? box() : null;
  };
})();
