/** Speaks: short sentences politely in #melding, threats to the text visibly in #alarm. */
import { openModal } from "./page.js";

const GAP = 60;

/* Everything outside an open modal dialog is inert and so silent: such a dialog gets regions of its own. */
function region(id, role) {
  const dialog = openModal();
  if (!dialog) return document.getElementById(id);
  let inside = dialog.querySelector(`:scope > [data-region=${id}]`);
  if (!inside) {
    inside = document.createElement("div");
    inside.dataset.region = id;
    inside.setAttribute("role", role);
    if (role === "status") inside.className = "ds-sr-only";
    dialog.prepend(inside);
  }
  return inside;
}

/** Speaks a sentence politely; the same sentence twice is spoken twice. */
export function say(text) {
  const place = region("melding", "status");
  if (!place || !text?.trim()) return;
  place.textContent = "";
  clearTimeout(place.pendingSentence);
  place.pendingSentence = setTimeout(() => (place.textContent = text.trim()), GAP);
}

/** The sentence that the server put on #alarm for a kind of failure (data-offline, data-server ...). */
export function sentence(kind) {
  return document.getElementById("alarm")?.getAttribute(`data-${kind}`) ?? "";
}

function button(label, className, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ds-button compact";
  made.dataset.variant = className;
  made.dataset.color = "neutral";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function buttons(box, { action, label }) {
  const row = document.createElement("p");
  row.className = "cluster";
  if (action) {
    row.append(
      button(label || sentence("retry") || "↻", "secondary", () => {
        close(box);
        action();
      }),
    );
  }
  row.append(button(sentence("close") || "×", "tertiary", () => close(box)));
  return row;
}

function close(box) {
  const hadFocus = box.contains(document.activeElement);
  const place = box.parentElement;
  box.remove();
  if (!hadFocus) return;
  const back = box.opener?.isConnected && box.opener !== document.body ? box.opener : null;
  (back ?? place?.closest("dialog") ?? document.querySelector("main"))?.focus();
}

/**
 * Shows an alert with a close button, and with a button of its own where an action is given.
 * `code` is a short reference that support can look up; `kind` lets hush() take the alert away again.
 */
export function alarm(text, { code = "", kind = "alarm", tone = "danger", action = null, label = "" } = {}) {
  const place = region("alarm", "alert");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = "ds-alert";
  box.dataset.color = tone;
  box.dataset.kind = kind;
  box.opener = document.activeElement;
  const line = document.createElement("p");
  line.textContent = code && !text.includes(code) ? `${text} (${code})` : text;
  box.append(line, buttons(box, { action, label }));
  place.replaceChildren(box);
}

/** Takes away the alerts of one kind, when what they said is no longer so. */
export function hush(kind) {
  for (const box of document.querySelectorAll("#alarm > [data-kind], [data-region=alarm] > [data-kind]")) {
    if (box.dataset.kind === kind) close(box);
  }
}

/** One-time sentences of a page that came by a redirect are visible as .notice; they are spoken as well. */
export function startAnnouncements() {
  const notices = [...document.querySelectorAll(".notice")].map((notice) => notice.textContent.trim());
  if (notices.length) setTimeout(() => say(notices.join(" ")), 300);
}
