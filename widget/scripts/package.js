// Writes what `npm pack` ships to dist/: the built script and its types.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./build.js";
import { ROOT } from "./data.js";

const DIST = join(ROOT, "dist");

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
writeFileSync(join(DIST, "policy-chat.js"), await bundle());
execFileSync(process.execPath, [join(ROOT, "node_modules", "typescript", "bin", "tsc")], {
  cwd: ROOT,
  stdio: "inherit",
});
copyFileSync(join(ROOT, "src", "global.d.ts"), join(DIST, "types", "global.d.ts"));
// tsc leaves a reference to src/, which is not shipped.

const index = join(DIST, "types", "index.d.ts");
writeFileSync(index, readFileSync(index, "utf8").replace(/path="[^"]*global\.d\.ts"/, 'path="./global.d.ts"'));
