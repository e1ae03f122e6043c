// What the widget needs of the project around it: the interface's words, and its stylesheet.

import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "smol-toml";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The browsers that the built file can be read by, older ones too if they know ES2020. */
export const TARGET = ["es2020", "safari15", "firefox101", "chrome99"];

const MESSAGES = join(ROOT, "..", "bot", "messages");
const SAID_BY_THE_SERVICE = ["quoted_in_english", "notice_automated"];

/**
 * Reads the `[interface]` table of every language, by its code, without what only the service says.
 * @returns {Record<string, Record<string, string>>}
 */
export function readLabels() {
  const files = readdirSync(MESSAGES)
    .filter((name) => name.endsWith(".toml"))
    .sort();
  return Object.fromEntries(
    files.map((name) => {
      const words = Object.entries(parse(readFileSync(join(MESSAGES, name), "utf8")).interface);
      return [
        basename(name, ".toml"),
        Object.fromEntries(words.filter(([label]) => !SAID_BY_THE_SERVICE.includes(label))),
      ];
    }),
  );
}

/** Bundles src/styles into one small stylesheet. */
async function buildStyle() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src", "styles", "index.css")],
    bundle: true,
    minify: true,
    charset: "utf8",
    target: TARGET,
    write: false,
  });
  return outputFiles[0].text.trim();
}

/** Writes the module that src/element.js imports as `./data.js`. Words are joined: it makes the script smaller. */
async function writeData() {
  const labels = readLabels();
  const names = Object.keys(labels.en);
  const words = Object.entries(labels).map(([language, spoken]) => [
    language,
    names.map((name) => spoken[name]).join("|"),
  ]);
  return [
    'const split = (list) => list.split("|");',
    `const names = split(${JSON.stringify(names.join("|"))});`,
    "const spoken = (words) => Object.fromEntries(split(words).map((word, index) => [names[index], word]));",
    `export const labels = Object.fromEntries(${JSON.stringify(words)}.map(([code, words]) => [code, spoken(words)]));`,
    `export const style = ${JSON.stringify(await buildStyle())};`,
  ].join("\n");
}

/** The esbuild plugin that brings it in. */
export const data = {
  name: "data",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/data\.js$/ }, () => ({ path: "data.js", namespace: "data" }));
    bundler.onLoad({ filter: /.*/, namespace: "data" }, async () => ({ contents: await writeData(), loader: "js" }));
  },
};
