/** Failed requests: the page stays as it is, and #alarm says what happened and what to do. */
import { alarm, hush, sentence } from "./announce.js";
import { openLogin } from "./login.js";
import { clock } from "./page.js";
import { refreshToken } from "./session.js";

const SWAPPED = [409, 422];
const KINDS = { 401: "login", 403: "missing", 404: "missing", 413: "large", 422: "stale", 429: "limit" };
const RETRIED = ["server", "stale", "limit", "offline"];
const SLOW = 4000;
const waits = new Map();
let leaving = false;

function filled(text, code) {
  if (!text.includes("{code}") && !text.includes("{time}")) {
    return code ? `${text} (${code}, ${clock()})` : text;
  }
  return text.replace("{code}", code || "–").replace("{time}", clock());
}

/** Says what an answer with this status means; `retry` is what the button does where that can help. */
export function reportFailure(status, { code = "", retry = null } = {}) {
  const kind = status ? (KINDS[status] ?? "server") : "offline";
  const text = sentence(kind) || sentence("server");
  if (kind === "login") {
    alarm(text, { kind, tone: "warning", action: openLogin, label: sentence("login-label") });
    openLogin();
    return;
  }
  const shown = kind === "server" ? filled(text, code) : text;
  alarm(shown, { kind, code: kind === "server" ? code : "", action: RETRIED.includes(kind) ? retry : null });
}

/* The request once more, from the same element, so that everything is collected anew. */
function retryOf(ctx) {
  const { sourceElement: source, sourceEvent: event } = ctx;
  return () => {
    if (!source?.isConnected) return;
    if (event?.type === "submit" && source.matches("form")) {
      const submitter = ctx.request.submitter;
      source.requestSubmit(submitter?.isConnected ? submitter : undefined);
    } else if (event?.type === "click") source.click();
    else if (event?.type && event.type !== "load") {
      source.dispatchEvent(new Event(event.type, { bubbles: true }));
    } else window.htmx?.ajax(ctx.request.method, ctx.request.action, { source });
  };
}

/** Says after four seconds that it takes longer than usual; returns what ends the waiting. */
export function watchSlowness() {
  const timer = setTimeout(() => alarm(sentence("slow"), { kind: "slow", tone: "info" }), SLOW);
  return () => {
    clearTimeout(timer);
    hush("slow");
  };
}

/* A refused form comes back as a partial; a whole page in its place is an error page, whatever its number. */
function isSwapped(ctx) {
  const { status } = ctx.response;
  if (status < 400) return true;
  return SWAPPED.includes(status) && (ctx.target === document.body || !/^\s*<!doctype/i.test(ctx.text ?? ""));
}

function onAnswer(event) {
  const { ctx } = event.detail;
  if (isSwapped(ctx)) return;
  const { response } = ctx;
  const retry = retryOf(ctx);
  const code = response.headers.get("X-Reference") ?? "";
  // The page had become too old to send: with a fresh token the same press succeeds.
  if (response.status === 422) refreshToken().then(() => reportFailure(422, { code, retry }));
  else reportFailure(response.status, { code, retry });
}

function onError(event) {
  const { ctx } = event.detail;
  if (leaving || (ctx?.response && ctx.response.status >= 400)) return;
  if (ctx && !ctx.response) reportFailure(0, { retry: retryOf(ctx) });
  else reportFailure(500);
}

/* Whatever the configuration says: an error page never replaces what a person has typed. */
function onSwap(event) {
  const { ctx } = event.detail;
  if (ctx.response && !isSwapped(ctx)) event.preventDefault();
}

function onBefore(event) {
  waits.set(event.detail.ctx, watchSlowness());
}

function onFinally(event) {
  const { ctx } = event.detail;
  waits.get(ctx)?.();
  waits.delete(ctx);
  if (ctx.response && ctx.response.status < 400) RETRIED.forEach(hush);
}

export function startErrors() {
  document.addEventListener("htmx:response:error", onAnswer);
  document.addEventListener("htmx:error", onError);
  document.addEventListener("htmx:before:swap", onSwap);
  document.addEventListener("htmx:before:request", onBefore);
  document.addEventListener("htmx:finally:request", onFinally);
  // A page that is being left breaks off its requests: that is no failure. A download leaves nothing.
  window.addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => (leaving = false), 3000);
  });
  window.addEventListener("pageshow", () => (leaving = false));
}
