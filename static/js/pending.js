/** The pressed button says that it works, and a form that is under way is not sent a second time. */
import { watchSlowness } from "./errors.js";

const DELAY = 150;
const GIVEN_UP = 30000;
const under = new Map();

function begin(source, button) {
  const timer = setTimeout(() => button?.setAttribute("aria-busy", "true"), DELAY);
  under.set(source, { button, timer });
}

function end(source) {
  const waiting = under.get(source);
  if (!waiting) return;
  clearTimeout(waiting.timer);
  clearTimeout(waiting.giveUp);
  waiting.endSlowness?.();
  waiting.button?.removeAttribute("aria-busy");
  under.delete(source);
}

/* Plain forms. A download or a form for another window leaves this page here, and is never "under way". */
function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.matches("[method=dialog], [target], [data-download]")) return;
  if (under.has(form)) {
    event.preventDefault();
    return;
  }
  begin(form, event.submitter ?? form.querySelector("[data-primary], [type=submit], button:not([type])"));
  Object.assign(under.get(form), {
    endSlowness: watchSlowness(),
    giveUp: setTimeout(end, GIVEN_UP, form),
  });
}

function pressed(ctx) {
  const button = ctx.request.submitter ?? ctx.sourceElement;
  return button?.matches?.("button, a, input[type=submit]") ? button : null;
}

function onConfigure(event) {
  const { ctx } = event.detail;
  if (ctx.request.method !== "GET" && under.has(ctx.sourceElement)) event.preventDefault();
}

function onBefore(event) {
  const { ctx } = event.detail;
  end(ctx.sourceElement);
  begin(ctx.sourceElement, pressed(ctx));
  ctx.pendingSource = ctx.sourceElement;
}

function onFinally(event) {
  // An answer that leads to another page is still under way until that page is here.
  if (!event.detail.ctx.keepIndicators) end(event.detail.ctx.pendingSource);
}

export function startPending() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("htmx:config:request", onConfigure);
  document.addEventListener("htmx:before:request", onBefore);
  document.addEventListener("htmx:finally:request", onFinally);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) [...under.keys()].forEach(end);
  });
}
