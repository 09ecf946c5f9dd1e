/**
 * An answer, a remark or a note that is written but not saved goes first when another form of the page is
 * sent: the answer to that one takes the page away, and the text with it.
 */
// How long to wait for the swap, after the answer is here.
const EVERY = 50;
const TRIES = 20;
const SIDE = "form[data-goes-first]";

const texts = (form) => [...form.querySelectorAll("textarea")];
const isWritten = (form) => texts(form).some((field) => field.value.trim());
const written = () => [...document.querySelectorAll(SIDE)].filter(isWritten);

let waiting = null;

/* A partial that was loaded anew in between holds the same form again. */
function again(form) {
  if (form.isConnected) return form;
  return [...document.forms].find((other) => other.action === form.action && other.method === form.method);
}

/*
 * One at a time: each answer may change the page that the next one stands on. Where the text is still in a
 * form of the same address, it was refused, or no answer came: the page says so, and nothing more is sent.
 */
function goOn(tries) {
  if (!waiting) return;
  const { side, form, submitter } = waiting;
  if (side.isConnected && tries > 0) {
    setTimeout(goOn, EVERY, tries - 1);
    return;
  }
  waiting = null;
  if (written().some((other) => other.action === side.action)) return;
  const next = again(form);
  next?.requestSubmit(submitter?.isConnected && submitter.form === next ? submitter : null);
}

function onSubmit(event) {
  const form = event.target;
  // Whoever is logged out logs in first: nothing could be saved before.
  if (form.matches(SIDE) || form.method !== "post" || form.closest("#login-dialog")) return;
  const [side] = written();
  if (!side) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting) return;
  waiting = { side, form, submitter: event.submitter };
  side.requestSubmit();
}

function onFinally({ detail: { ctx } }) {
  // What was the source is gone from the page by now. While one waits, no other form is sent.
  if (waiting && ctx.request?.method !== "GET") setTimeout(goOn, EVERY, TRIES);
}

/* Leaving by a link: the browser asks. */
function onLeave(event) {
  if (!waiting && written().length) event.preventDefault();
}

export function startSideForms() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:finally:request", onFinally);
  window.addEventListener("beforeunload", onLeave);
}
