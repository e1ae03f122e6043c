/** Which words of the policy an answer quotes: `quote` stands in it at `start` to `end`, in Unicode code points. */
export interface Citation {
  number: number;
  quote: string;
  start: number;
  end: number;
  section: string;
  passage_id: string;
  /** Opens the policy with the quoted words highlighted. */
  url: string | null;
}

export type Outcome =
  | "answered"
  | "not_covered"
  | "off_topic"
  | "small_talk"
  | "empty"
  | "too_long"
  | "unsupported_language"
  | "error";

/** What the service answers to `POST /v1/answers`. */
export interface Answer {
  id: string;
  language: string;
  question: string;
  outcome: Outcome;
  text: string;
  citations: Citation[];
  warnings: { code: string; kinds: string[] }[];
  /** Estimated probability, 0 to 1, that the outcome is the right one. */
  confidence: number;
  policy: { id: string; version: string; effective: string | null; updated: string | null };
  next_steps: { role: string; name: string; url: string | null }[];
  seconds: number;
}

/**
 * `<policy-chat>`. Its attributes: `endpoint` (the service's address), `mode` ("launcher" or "inline"), `heading`,
 * `greeting`, `language`, `position` ("right" or "left"), `policy` (which one, the service's own unless named) and
 * `theme` ("light" keeps it light where the visitor prefers dark). `<li>` within it are its starter questions.
 */
export class PolicyChat extends HTMLElement {
  /** Milliseconds until a request is given up. */
  timeout: number;
  /** Opens the chat and puts the focus into it. Inline, it is always open. */
  open(): void;
  /** Closes the chat and gives the focus back to the launcher. Inline, it stays open. */
  close(): void;
  /**
   * Asks what stands in the box, or `question`. A question with personal data is not sent before the visitor has been
   * warned. Never rejects: what goes wrong is shown.
   */
  ask(question?: string): Promise<void>;
  /** Forgets the conversation. */
  clear(): void;
  /** Prints the conversation alone, without the page around it. */
  print(): void;
  /** Sends one request to the service: GET, or POST where there is a `body`. May be replaced. */
  request(path: string, body?: object, signal?: AbortSignal): Promise<Response>;
}

declare global {
  interface HTMLElementTagNameMap {
    "policy-chat": PolicyChat;
  }
}
