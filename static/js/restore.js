/** Offers a local copy that the server does not have: of a page that was closed, cut off or logged out. */
import { say } from "./announce.js";
import { copiesWhere, dropCopy, keyOf, putCopy } from "./copies.js";
import { isContained, readFields, sameContent, writeFields } from "./fields.js";
import { clock } from "./page.js";

export function recordOf(form) {
  return form.querySelector("[name=record_id]")?.value ?? form.dataset.record ?? "";
}

function boxOf(form) {
  return form.querySelector("[data-restore]") ?? document.querySelector("[data-restore]");
}

/*
 * The copy was written on the version that the page still shows: then it is the newer one, whatever the
 * clocks say. Otherwise the times decide. On a page for a new record the copy of another, never stored one
 * counts too: its record id was made by the page that is gone.
 */
function isNewer(copy, form) {
  if (copy.record !== recordOf(form)) return true;
  const saved = form.dataset.savedAt;
  return !saved || copy.base === saved || Date.parse(copy.at) > Date.parse(saved);
}

function candidates(form) {
  const record = recordOf(form);
  const isNew = Boolean(form.dataset.draftUrl);
  return copiesWhere((copy) => copy.record === record || (isNew && copy.path === location.pathname));
}

/* Continues the record of the copy: the addresses of this page name a record that was never stored. */
function takeOver(form, copy) {
  const mine = recordOf(form);
  if (mine && mine !== copy.record) {
    for (const name of ["action", "hx-post", "data-autosave", "data-draft-url"]) {
      const address = form.getAttribute(name);
      if (address?.includes(mine)) form.setAttribute(name, address.replaceAll(mine, copy.record));
    }
  }
  writeFields(form, copy.pairs);
}

/* What stood in the form may itself be typed text: it is kept beside, and offered next time. */
function keepPresent(form, untouched) {
  const pairs = readFields(form);
  if (sameContent(pairs, untouched)) return;
  const record = recordOf(form);
  putCopy(keyOf(record, `before-${Date.now().toString(36)}`), {
    at: new Date().toISOString(),
    base: form.dataset.savedAt ?? "",
    path: location.pathname,
    record,
    pairs,
  });
}

function show(box, copy) {
  const told = box.querySelector("[data-restore-text]");
  if (told) told.textContent = told.dataset.restoreText.replace("{time}", clock(new Date(copy.at)));
  box.hidden = false;
  say((box.querySelector("p") ?? box).textContent);
}

/**
 * Looks for copies that this form does not show and unhides [data-restore] with the newest.
 * Returns the keys of copies that say the same as the form: there only the server's answer is missing.
 * `onTaken(key)` is called when the person has taken one.
 */
export function offerCopies(form, onTaken) {
  const untouched = readFields(form);
  const found = candidates(form);
  const record = recordOf(form);
  // With more fields than the copy has: the server has sent the form of the page before back, opened further.
  const same = found.filter(([, copy]) => copy.record === record && isContained(copy.pairs, untouched));
  const keys = same.map(([key]) => key);
  const waiting = found.filter(
    (one) => isNewer(one[1], form) && !same.includes(one) && !sameContent(one[1].pairs, untouched),
  );
  const box = boxOf(form);
  if (!box || !waiting.length) return keys;
  const next = () => (waiting.length ? show(box, waiting[0][1]) : (box.hidden = true));
  box.querySelector("[data-restore-yes]")?.addEventListener("click", () => {
    const [key, copy] = waiting.shift();
    keepPresent(form, untouched);
    takeOver(form, copy);
    box.hidden = true;
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
    onTaken(key);
    form.dispatchEvent(new CustomEvent("autosave:restored", { bubbles: true }));
  });
  box.querySelector("[data-restore-no]")?.addEventListener("click", () => {
    dropCopy(waiting.shift()[0]);
    next();
    if (box.hidden) form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
  next();
  return keys;
}
