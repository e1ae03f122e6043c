// Builds the two committed files: the script that the service serves, and the element's manifest for editors.
//
//   node scripts/build.js           writes both
//   node scripts/build.js --check   fails if a committed file is not up to date

import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { create, ts } from "@custom-elements-manifest/analyzer";
import { build } from "esbuild";
import { data, ROOT, TARGET } from "./data.js";

const SCRIPT = join(ROOT, "..", "bot", "service", "static", "policy-chat.js");
const MANIFEST = join(ROOT, "custom-elements.json");
const BANNER = "// Built from widget/src by npm run build.";

/** Bundles the sources into one ES module without imports. */
export async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "src", "index.js")],
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "esm",
    target: TARGET,
    banner: { js: BANNER },
    plugins: [data],
    write: false,
  });
  return outputFiles[0].text;
}

/** Describes the element's attributes, methods, and CSS properties in a Custom Elements Manifest. */
function describe() {
  const path = "src/element.js";
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.ES2022, true);
  return `${JSON.stringify(create({ modules: [source] }), null, 2)}\n`;
}

async function main() {
  const built = new Map([
    [SCRIPT, await bundle()],
    [MANIFEST, describe()],
  ]);
  if (!process.argv.includes("--check")) {
    for (const [path, content] of built) writeFileSync(path, content);
    return;
  }
  const stale = [...built].filter(([path, content]) => read(path) !== content).map(([path]) => path);
  if (!stale.length) return;
  const names = stale.map((path) => relative(join(ROOT, ".."), path)).join(" and ");
  console.error(`Out of date: ${names}. Run \`npm run build\` in widget/ and commit the result.`);
  process.exitCode = 1;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
