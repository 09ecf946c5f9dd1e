/**
 * Keeps what is being written: on this machine after a pause of one second, on the server every twenty
 * seconds and on leaving. Autosave is not a save: the server keeps it as a private working copy.
 */
import { dropCopiesOf, dropCopy } from "./copies.js";
import { speakNext, speakNow } from "./draft-line.js";
import { onContent } from "./page.js";
import { offerCopies } from "./restore.js";
import { isHalted } from "./session.js";
import { copy, holdBack, newState, push, release, serial, stored, wait } from "./working-copy.js";

const PAUSE = 1000;
const FORM = "form[data-autosave]";
const states = new WeakMap();

const all = () => [...document.querySelectorAll(FORM)].map((form) => states.get(form)).filter(Boolean);
const stateOf = (target) => states.get(target?.form ?? target?.closest?.(FORM));

/* This page's own copy takes the place of the one that was found. */
function adopt(state, keys) {
  copy(state);
  if (state.safe !== false) keys.forEach(dropCopy);
}

function setUp(form) {
  const state = newState(form);
  states.set(form, state);
  const same = offerCopies(form, (key) => {
    adopt(state, [key]);
    push(state);
  });
  if (!same.length) return;
  // A copy says the same as the page: the server's answer was lost, or it refused the form. Send again.
  state.stored = null;
  adopt(state, same);
  push(state);
}

function onTyping(event) {
  const state = stateOf(event.target);
  if (!state) return;
  clearTimeout(state.pause);
  state.pause = setTimeout(copy, PAUSE, state);
  wait(state);
}

function onLeavingForm(event) {
  const state = stateOf(event.target);
  if (state && !state.form.contains(event.relatedTarget)) push(state);
}

function leave() {
  for (const state of all()) {
    copy(state);
    push(state);
  }
}

function isSubmission(ctx) {
  return ctx.request.method !== "GET" && ctx.sourceElement.matches("form, [data-primary], [data-save]");
}

function beginSending(form) {
  const state = states.get(form);
  if (state) holdBack(state);
}

function endSending({ detail: { ctx } }) {
  const state = states.get(ctx.request?.form) ?? states.get(ctx.sourceElement);
  // An answer that leads to another page: still being sent until that page is here.
  if (!state?.submitting || ctx.keepIndicators) return;
  if (ctx.response?.status < 300 && state.form.isConnected) stored(state, state.submitted, "");
  release(state);
}

function onSaveButton(event) {
  const button = event.target.closest?.("button[type=button][data-save]");
  const state = states.get(button?.form);
  if (!state) return;
  speakNext(state.form);
  if (serial(state.form) === state.stored) speakNow(state.form);
  else push(state);
}

/* Logged in again, or connected again. */
function resume() {
  for (const state of all()) {
    if (state.loggedOut) state.stopped = state.loggedOut = false;
    push(state);
  }
}

/* Neither the machine nor the server has the text: then, and only then, the browser asks before it leaves. */
function guard(event) {
  const lost = (state) => state.safe === false && !state.submitting && serial(state.form) !== state.stored;
  if (!isHalted() && all().some(lost)) event.preventDefault();
}

function listen() {
  document.addEventListener("input", onTyping);
  document.addEventListener("change", onTyping);
  document.addEventListener("focusout", onLeavingForm);
  document.addEventListener("click", onSaveButton);
  document.addEventListener("autosave:speak", (event) => speakNext(event.target));
  document.addEventListener("session:renewed", resume);
  // In the bubble phase htmx has already taken its own forms.
  document.addEventListener("submit", (event) => event.defaultPrevented || beginSending(event.target));
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (isSubmission(ctx)) beginSending(ctx.request.form ?? ctx.sourceElement);
  });
  document.addEventListener("htmx:finally:request", endSending);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", guard);
  window.addEventListener("online", resume);
  window.addEventListener("pageshow", (event) => event.persisted && all().forEach(release));
}

export function startAutosave() {
  const sent = [...document.querySelectorAll("[data-sent-record]")];
  sent.map((element) => element.dataset.sentRecord).forEach(dropCopiesOf);
  onContent(() => {
    for (const form of document.querySelectorAll(FORM)) if (!states.has(form)) setUp(form);
  });
  listen();
}
