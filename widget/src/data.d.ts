// A module that the build generates: see scripts/data.js.
/** The interface's texts in English. */
export const english: Record<string, string>;

/** The codes of all languages. The texts of the others come from the service. */
export const languages: string[];

/** The stylesheet of src/styles. */
export const style: string;
