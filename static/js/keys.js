/** Keyboard shortcuts, as the page gives them in aria-keyshortcuts, data-keys, data-row, data-save. */
import { isTouched, isVisible, openModal } from "./page.js";
import { showModal } from "./focus.js";

const WINDOW = 1200;
const NOT_TEXT = ["checkbox", "radio", "button", "submit", "reset", "image", "file", "range", "color"];
let typed = [];
let typedAt = 0;

function isTextField(element) {
  if (element?.isContentEditable) return true;
  if (element?.matches?.("input")) return !NOT_TEXT.includes(element.type);
  return Boolean(element?.matches?.("textarea, select"));
}

/* The element nearest to the focus that carries the key: in a list each row may have the same one. */
function nearest(selector, accepts) {
  const root = openModal() ?? document.body;
  let around = root.contains(document.activeElement) ? document.activeElement : root;
  for (; around; around = around === root ? null : around.parentElement) {
    const all = [around, ...around.querySelectorAll(selector)];
    const found = all.find((element) => element.matches(selector) && accepts(element) && isVisible(element));
    if (found) return found;
  }
  return null;
}

function press(element) {
  if (isTextField(element)) {
    element.focus();
    element.select?.();
  } else element.click();
}

function ofKey(key) {
  return nearest("[aria-keyshortcuts]", (element) => {
    const owned = element.getAttribute("aria-keyshortcuts").split(/\s+/);
    return owned.includes(key) || owned.includes(key.toUpperCase());
  });
}

/* "g l": returns true when the key belonged to a sequence, whether or not it ended it. */
function sequence(key, now) {
  const before = now - typedAt < WINDOW ? typed : [];
  const wanted = [...before, key].join(" ");
  const matches = (test) => nearest("[data-keys]", (element) => test(element.dataset.keys));
  const whole = matches((keys) => keys === wanted);
  if (whole || matches((keys) => keys.startsWith(`${wanted} `))) {
    typed = whole ? [] : [...before, key];
    typedAt = now;
    if (whole) press(whole);
    return true;
  }
  typed = [];
  return before.length > 0;
}

function move(step) {
  const root = openModal() ?? document;
  const rows = [...root.querySelectorAll("[data-row]")].filter(isVisible);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  const row = rows[next];
  const target = row.matches("a, button, [tabindex]") ? row : row.querySelector("a[href], button");
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
  return Boolean(target);
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) showModal(dialog, document.activeElement);
  return Boolean(dialog);
}

function formHere() {
  const form = document.activeElement?.form ?? document.activeElement?.closest?.("form");
  return form ?? (openModal() ? null : document.querySelector("form[data-autosave]"));
}

function buttonOf(form, selector) {
  const all = [...document.querySelectorAll(selector)];
  return all.find((button) => button.form === form || form.contains(button));
}

function withControl(key) {
  if (key !== "Enter" && key !== "s") return false;
  const form = formHere();
  const enter = key === "Enter";
  if (!form || (enter && !document.activeElement?.closest?.("form"))) return false;
  const button = buttonOf(form, enter ? "[data-primary]" : "[data-save]");
  if (!enter) form.dispatchEvent(new CustomEvent("autosave:speak", { bubbles: true }));
  button?.click();
  return Boolean(button);
}

function plain(event, key) {
  if (isTextField(document.activeElement)) return false;
  if (!event.repeat && sequence(key, event.timeStamp)) return true;
  const owner = event.repeat ? null : ofKey(key);
  if (owner) {
    press(owner);
    return true;
  }
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  return key === "?" && showKeys();
}

/* Esc in a form that was opened inside the page: cancel, or show where to when something is typed. */
function escape() {
  const form = document.activeElement?.closest?.("form");
  const cancel = form?.querySelector("[data-cancel]");
  if (!cancel) return false;
  if (isTouched(form) && document.activeElement !== cancel) cancel.focus();
  else cancel.click();
  return true;
}

/* Enter in a one-line field never sends what is still being written. */
function isOneLineDraft(element) {
  return Boolean(element.matches?.("form[data-autosave] input")) && isTextField(element);
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
  const key = event.shiftKey || event.key.length > 1 ? event.key : event.key.toLowerCase();
  const off = document.body.dataset.shortcuts === "off";
  let handled = false;
  if (key === "Escape") handled = !openModal() && escape();
  else if (event.ctrlKey) handled = !off && !event.repeat && withControl(key);
  else if (key === "Enter") handled = isOneLineDraft(event.target);
  else if (!off && key.length === 1) handled = plain(event, key);
  if (handled) event.preventDefault();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
}
