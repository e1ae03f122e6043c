// Sends requests to the service, and explains their failures.

/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Policy} Policy */
/** @typedef {import("./personal-data.js").Rules} Rules */

/**
 * Sends one request: GET, or POST if there is a `body`. Rejects if there is no connection, or if it is aborted.
 * @callback Request
 * @param {string} path such as `v1/answers`
 * @param {object} [body] sent as JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */

const WAIT = 10; // seconds to wait if the service does not say how long

/** @type {Record<number, string>} */
const FAILURES = {
  413: "long",
  422: "long",
  429: "too_many",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
  507: "full",
};

const PAUSED = "urn:askpolicy:paused"; // the type of the problem if the owner has paused the policy

/** Why a request failed: `label` names the text that explains it. */
export class Failure extends Error {
  /**
   * @param {string} label `offline`, `slow`, `long`, `too_many`, `unavailable`, `paused`, `full`, `failed`, or the reason of
   *   an abort
   * @param {number} [seconds] to wait before another try
   * @param {string} [words] of the owner or the service, which explain it better than the text
   */
  constructor(label, seconds, words) {
    super(label);
    this.label = label;
    this.seconds = seconds;
    this.words = words;
  }
}

/**
 * Sends a request to the service at `base`, without cookies or a referrer.
 * @param {URL} base
 * @param {string} path
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 */
export function sendRequest(base, path, body, signal) {
  const url = new URL(path, base);
  const accept = { Accept: "application/json" };
  /** @type {RequestInit} */
  const outside = { credentials: "omit", referrerPolicy: "no-referrer", signal };
  if (!body) return fetch(url, { headers: accept, ...outside });
  const headers = { ...accept, "Content-Type": "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store", ...outside });
}

/** The service, as the chat uses it. Methods reject with a Failure. */
export class Client {
  /** @param {{ timeout: number, request: Request }} host read for each request, since a page may replace both */
  constructor(host) {
    this.host = host;
    /** @type {Promise<Rules | null> | null} */
    this.loading = null;
    /**
     * The personal-data rules, once they are loaded.
     * @type {Rules | null}
     */
    this.known = null;
  }

  /**
   * Fetches the personal-data rules, once. Returns null if that fails; the service cleans every question anyway.
   * @returns {Promise<Rules | null>}
   */
  rules() {
    this.loading ??= this.loadRules();
    return this.loading;
  }

  async loadRules() {
    try {
      this.known = await this.exchange("widget/personal-data.json");
    } catch {
      this.loading = null;
    }
    return this.known;
  }

  /**
   * Fetches a policy, or the service's default policy.
   * @param {string | null} named
   * @returns {Promise<Policy>}
   */
  async policy(named) {
    const id = named || (await this.exchange("v1/policies")).policies[0].id;
    return this.exchange(`v1/policies/${encodeURIComponent(id)}`);
  }

  /**
   * Fetches the labels of the interface.
   * @param {string} language
   * @returns {Promise<unknown>}
   */
  words(language) {
    return this.exchange(`widget/${language}.json`);
  }

  /**
   * Asks a question.
   * @param {import("./protocol.js").Question} question
   * @param {AbortController} controller
   * @returns {Promise<Answer>}
   */
  answer(question, controller) {
    return this.exchange("v1/answers", question, controller);
  }

  /**
   * Sends feedback.
   * @param {import("./protocol.js").Judgment} judgment
   */
  async judge(judgment) {
    await this.exchange("v1/feedback", judgment);
  }

  /**
   * Passes a question without an answer on to the owner.
   * @param {import("./protocol.js").PassedOn} question
   */
  async passOn(question) {
    await this.exchange("v1/unanswered", question);
  }

  /**
   * Sends one request and returns the JSON in the reply.
   * @param {string} path
   * @param {object} [body]
   * @param {AbortController} [controller] aborted with the reason `slow` when the time is up
   * @returns {Promise<any>}
   */
  async exchange(path, body, controller = new AbortController()) {
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort("slow"), this.host.timeout);
    /** @type {Promise<never>} */
    const givenUp = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Failure(signal.reason)));
    });
    try {
      return await Promise.race([this.read(path, body, signal), givenUp]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {string} path
   * @param {object | undefined} body
   * @param {AbortSignal} signal
   */
  async read(path, body, signal) {
    let response;
    try {
      response = await this.host.request(path, body, signal);
    } catch {
      throw new Failure("offline");
    }
    if (!response.ok) throw (await pauseOf(response)) ?? failureOf(response);
    try {
      return await response.json();
    } catch {
      throw new Failure("failed");
    }
  }
}

/**
 * Returns the pause that a reply tells of, or null.
 * @param {Response} response
 */
async function pauseOf(response) {
  if (response.status !== 503) return null;
  try {
    const { type, detail } = await response.json();
    return type === PAUSED && typeof detail === "string" ? new Failure("paused", undefined, detail) : null;
  } catch {
    return null; // a proxy answered in place of the service
  }
}

/**
 * Returns what a reply that is not OK means to a visitor.
 * @param {Response} response
 */
function failureOf({ status, headers }) {
  const label = FAILURES[status];
  if (!label || label === "long" || label === "full") return new Failure(label ?? "failed");
  // Use at least 2, to avoid "1 seconds".
  return new Failure(label, Math.max(Number(headers.get("Retry-After")) || WAIT, 2));
}
