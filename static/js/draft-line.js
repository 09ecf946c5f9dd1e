/** The line in the form that says where the text is now. No live region: it would speak all the time. */
import { say } from "./announce.js";
import { clock } from "./page.js";

const speaking = new WeakSet();

export function lineOf(form) {
  return form.querySelector("[data-autosave-line]");
}

/** The next thing that the line shows is spoken, once. */
export function speakNext(form) {
  speaking.add(form);
}

export function speakNow(form) {
  speaking.delete(form);
  say(lineOf(form)?.textContent);
}

/**
 * Shows a state: saved, local, failed, newer, or unsafe (neither server nor machine has it). The sentence is
 * the line's attribute data-<state>, "{time}" in it is the time now; with `address` the sentence is a link.
 * A `quiet` one is on the way to another, and never the one that is spoken.
 */
export function showState(form, state, { address = "", quiet = false } = {}) {
  const line = lineOf(form);
  if (!line) return;
  const text = (line.getAttribute(`data-${state}`) ?? "").replace("{time}", clock());
  const place = line.querySelector("[data-autosave-text]") ?? line;
  if (address) {
    const link = document.createElement("a");
    link.className = "ds-link";
    link.href = address;
    link.textContent = text;
    place.replaceChildren(link);
  } else place.textContent = text;
  line.dataset.state = state;
  line.hidden = false;
  if (speaking.has(form) && !quiet) speakNow(form);
}
