// Generates the widget's data module: the English texts, the list of languages, and the stylesheet.

import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "smol-toml";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The browsers that can parse the built file; older ones can, too, if they support ES2020. */
export const TARGET = ["es2020", "safari15", "firefox101", "chrome99"];

const MESSAGES = join(ROOT, "..", "bot", "messages");

/**
 * Reads the `[interface]` table of every language, by its code.
 * @returns {Record<string, Record<string, string>>}
 */
export function readLabels() {
  const files = readdirSync(MESSAGES)
    .filter((name) => name.endsWith(".toml"))
    .sort();
  return Object.fromEntries(
    files.map((name) => [basename(name, ".toml"), parse(readFileSync(join(MESSAGES, name), "utf8")).interface]),
  );
}

/** Bundles src/styles into one small stylesheet. Blanks in the values of custom properties stay in it: they go here. */
async function buildStyle() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src", "styles", "index.css")],
    bundle: true,
    minify: true,
    charset: "utf8",
    target: TARGET,
    write: false,
  });
  return outputFiles[0].text
    .trim()
    .replace(/(--[\w-]+:|[(,]) +/g, "$1")
    .replaceAll(" )", ")");
}

/** Writes the module that src/element.js imports as `./data.js`. Joining the texts makes the script smaller. */
async function writeData() {
  const labels = readLabels();
  return [
    'const split = (list) => list.split("|");',
    `const words = split(${JSON.stringify(Object.values(labels.en).join("|"))});`,
    `const names = split(${JSON.stringify(Object.keys(labels.en).join("|"))});`,
    "export const english = Object.fromEntries(names.map((name, index) => [name, words[index]]));",
    `export const languages = split(${JSON.stringify(Object.keys(labels).join("|"))});`,
    `export const style = ${JSON.stringify(await buildStyle())};`,
  ].join("\n");
}

/** The esbuild plugin that provides the module. */
export const data = {
  name: "data",
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\/data\.js$/ }, () => ({ path: "data.js", namespace: "data" }));
    bundler.onLoad({ filter: /.*/, namespace: "data" }, async () => ({ contents: await writeData(), loader: "js" }));
  },
};
