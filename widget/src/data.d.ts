// What the build brings in: see scripts/data.js.
/** The words of the interface, by language. */
export const labels: Record<string, Record<string, string>>;

/** The stylesheet of src/styles. */
export const style: string;
