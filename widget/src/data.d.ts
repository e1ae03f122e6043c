// What the build brings in: see scripts/data.js.
/** The words of the interface in English. */
export const english: Record<string, string>;

/** The codes of all languages: the service has the words of the others. */
export const languages: string[];

/** The stylesheet of src/styles. */
export const style: string;
