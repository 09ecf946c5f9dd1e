/** Where the focus is after a swap, and dialogs: shown, closed, and the focus given back. */
import { say } from "./announce.js";
import { isTouched, openModal } from "./page.js";

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
const CLOSER = "a[data-close], button[data-close]";
const openers = new WeakMap();
const hadFocus = new WeakSet();
let lastContent = null;

function focusOn(element) {
  if (!element) return;
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  element.focus();
}

function headingOrMain(container) {
  const heading = container?.isConnected && container.querySelector?.("h1, h2, h3, h4, legend");
  const modal = openModal();
  return heading || modal?.querySelector("h1, h2, h3") || modal || document.querySelector("main");
}

/** Shows a dialog above everything; `opener` gets the focus back when it closes. */
export function showModal(dialog, opener) {
  if (opener && opener !== document.body) openers.set(dialog, { opener, id: opener.id });
  if (dialog.matches(":modal")) return;
  // Without scripts the same partial stands open in the page; an open one cannot be made modal.
  dialog.removeAttribute("open");
  dialog.showModal();
}

function giveBack(dialog) {
  const { opener, id } = openers.get(dialog) ?? {};
  openers.delete(dialog);
  if (document.activeElement !== document.body && !dialog.contains(document.activeElement)) {
    // The browser has already given it back to the opener, or someone else has taken it.
    return;
  }
  focusOn(opener?.isConnected ? opener : ((id && document.getElementById(id)) ?? headingOrMain(null)));
}

function onSettle(event) {
  const { task, newContent } = event.detail;
  const source = task.sourceElement;
  const opener = source?.isConnected && source.matches(FOCUSABLE) ? source : document.activeElement;
  const elements = newContent.filter((node) => node.nodeType === Node.ELEMENT_NODE);
  if (task.type === "main") lastContent = elements.find((element) => element.isConnected) ?? task.target;
  // After htmx has wired the content and done its own autofocus.
  queueMicrotask(() => {
    for (const element of elements) arrive(element, opener);
  });
}

function arrive(element, opener) {
  const inside = [element, ...element.querySelectorAll("*")];
  const all = (selector) => inside.filter((found) => found.matches(selector));
  for (const dialog of all("dialog[data-modal]")) showModal(dialog, opener);
  const [first] = all("[data-focus]");
  if (!first) return;
  first.removeAttribute("data-focus");
  focusOn(first);
}

/* A question that was closed keeps what was typed in it: it is shown again, not fetched anew. */
function keptQuestion(link) {
  if (!link?.matches?.('a[hx-target="#dialogs"]')) return null;
  const asks = (dialog) =>
    dialog.querySelector("form")?.getAttribute("hx-post") === link.getAttribute("hx-get") &&
    [...dialog.querySelectorAll("textarea")].some((field) => field.value);
  return [...document.querySelectorAll("#dialogs dialog[data-modal]")].find(asks);
}

function onRequest(event) {
  const kept = keptQuestion(event.detail.ctx.sourceElement);
  if (kept) {
    event.preventDefault();
    showModal(kept, event.detail.ctx.sourceElement);
    kept.querySelector("textarea").focus();
    return;
  }
  if (document.activeElement && document.activeElement !== document.body) hadFocus.add(event.detail.ctx);
}

/* A swap never leaves the focus on <body>; but what loads by itself does not take a focus that nobody had. */
function afterSwap(event) {
  const { ctx } = event.detail;
  setTimeout(() => {
    if (ctx.target === document.body) {
      focusOn(document.querySelector("main"));
      say(document.title);
    } else if (hadFocus.has(ctx) && (!document.activeElement || document.activeElement === document.body)) {
      focusOn(headingOrMain(lastContent));
    }
  });
}

function onClick(event) {
  const closer = event.target.closest?.(CLOSER);
  if (!closer) return;
  const dialog = closer.closest("dialog");
  const popover = closer.closest("[popover]");
  if (dialog?.matches(":modal")) {
    event.preventDefault();
    dialog.close();
  } else if (popover?.matches(":popover-open")) {
    event.preventDefault();
    popover.hidePopover();
  }
}

/* A menu that the focus has left is done with; its own button is a part of it. */
function onFocusIn({ target }) {
  for (const menu of document.querySelectorAll("[popover=auto]:popover-open, [popover='']:popover-open")) {
    const opener = target.closest?.("[popovertarget]");
    if (!menu.contains(target) && opener?.popoverTargetElement !== menu) menu.hidePopover();
  }
}

/* Esc with something typed goes to the cancel button first: one key must not cost a text. */
function onCancel(event) {
  const dialog = event.target;
  const closer = dialog.matches?.("dialog[data-modal]") && dialog.querySelector(CLOSER);
  if (!closer || document.activeElement === closer || !isTouched(dialog)) return;
  event.preventDefault();
  closer.focus();
}

export function startFocus() {
  document.addEventListener("htmx:after:settle", onSettle);
  document.addEventListener("htmx:before:request", onRequest);
  document.addEventListener("htmx:after:swap", afterSwap);
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", onFocusIn);
  // Neither of these bubbles.
  document.addEventListener("close", ({ target }) => target.matches?.("dialog") && giveBack(target), true);
  document.addEventListener("cancel", onCancel, true);
}
