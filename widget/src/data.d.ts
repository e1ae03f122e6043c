// What the build brings in: see scripts/data.js.
import type { Rules } from "./personal-data.js";

/** The words of the interface, by language. */
export const labels: Record<string, Record<string, string>>;

/** The content of bot/personal_data.json. */
export const rules: Rules;

/** The stylesheet of src/styles. */
export const style: string;
